/* On the page of a brief: copying its citation, and citing a passage, which is a block, chosen by its number, or selected words.
   What a reference says stands in the page: data-cite, made by the build, once for each voice. */

const ADDRESS = document.querySelector("link[rel=canonical]").href;
const TEXT = document.querySelector("[data-text]");
const FORMS = document.getElementById("cite-forms");
// Some mail programs cut a longer link (2,083 characters are the bound of Windows).
const LONGEST_MAIL = 1900;

/** Put `text` on the clipboard; where the browser keeps that for https, by way of a field. Returns whether it got there. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
    const focused = document.activeElement;
    const selection = getSelection();
    const selected = selection.rangeCount ? selection.getRangeAt(0) : null;
    (bar?.matches(":popover-open") ? bar : document.body).append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    focused?.focus();
    if (selected) {
      selection.removeAllRanges();
      selection.addRange(selected);
    }
    return copied;
  }
}

/** A button that copies what `text()` gives and says so in `status`. */
function copyButton(label, text, status) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    const copied = await copy(text());
    status.textContent = "";
    status.textContent = copied ? "Copied." : "The browser does not let a page copy. Select the text and copy it.";
  });
  return button;
}

const makeStatus = () => Object.assign(document.createElement("span"), { role: "status", className: "copied" });

for (const form of FORMS.querySelectorAll(".cite-form")) {
  const name = form.previousElementSibling?.textContent ?? "reference";
  const status = makeStatus();
  const line = Object.assign(document.createElement("p"), { className: "cite-copy" });
  line.append(copyButton(`Copy ${name}`, () => form.textContent, status), " ", status);
  form.after(line);
}

/** The words of a block, those of the blocks inside it left out; with a range, only those in the range. */
function wordsOf(block, range) {
  const nodes = document.createTreeWalker(block, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let words = "";
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    if (blockOf(node) !== block || (range && !range.intersectsNode(node))) continue;
    if (node.nodeName === "BR") words += "\n";
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const start = node === range?.startContainer ? range.startOffset : 0;
    words += node.data.slice(start, node === range?.endContainer ? range.endOffset : undefined).replace(/\s+/g, " ");
  }
  return words.replace(/ ?\n ?/g, "\n").trim();
}

/** The numbered block that a node is in. */
function blockOf(node) {
  let block = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  while (block && !block.querySelector(":scope > a.number")) block = block.parentElement;
  return block;
}

/** A passage of some blocks: {label, link, quotations}, a quotation for each run of blocks that are cited in the same way. */
function passageOf(blocks, range) {
  const said = blocks.map((block) => ({ id: block.id, words: wordsOf(block, range), cite: block.closest("[data-cite]").dataset.cite })).filter(({ words }) => words);
  if (!said.length) return null;
  const runs = [];
  for (const one of said) {
    if (runs.at(-1)?.[0].cite === one.cite) runs.at(-1).push(one);
    else runs.push([one]);
  }
  const quotations = runs.map((run) => ({ words: run.map(({ words }) => words).join("\n\n"), source: `${run[0].cite}, ${span(run)}.\n${ADDRESS}#${run[0].id}` }));
  return { label: span(said), link: `${ADDRESS}#${said[0].id}`, quotations };
}

const span = (said) => (said.length > 1 ? `${said[0].id}–${said.at(-1).id}` : said[0].id);

/** A quotation with its citation; the address has a line of its own, which no mail program breaks. */
const written = ({ quotations }) => quotations.map(({ words, source }) => `“${words}”\n\n${source}`).join("\n\n");

/** A mail link with the passage, the quotation cut short where the link would be too long. */
function mailOf(passage) {
  const subject = new URL(FORMS.querySelector('a[href^="mailto:?"]').href).search.match(/[?&]subject=([^&]*)/)[1];
  const link = (quotations) => `mailto:?subject=${subject}&body=${encodeURIComponent(written({ quotations }).replaceAll("\n", "\r\n"))}`;
  let most = Math.max(...passage.quotations.map(({ words }) => words.length));
  let made = link(passage.quotations);
  while (made.length > LONGEST_MAIL && most > 40) {
    most = Math.floor(most * 0.8);
    made = link(passage.quotations.map(({ words, source }) => ({ words: words.length > most ? `${[...words].slice(0, most).join("").replace(/\s+\S*$/, "")} […]` : words, source })));
  }
  // References alone may be too long, of many writers or in Korean: then the address has to do.
  return made.length > LONGEST_MAIL ? `mailto:?subject=${subject}&body=${encodeURIComponent(passage.link)}` : made;
}

let passage = null;
let bySelection = false;
let waiting = 0;
const bar = TEXT && "popover" in HTMLElement.prototype ? makeBar() : null;

/** The bar with what can be done with a passage; it keeps to the foot of the window, so it hides nothing that is being read. */
function makeBar() {
  const made = Object.assign(document.createElement("div"), { id: "passage", popover: "auto", role: "group" });
  const status = makeStatus();
  const name = document.createElement("strong");
  const mail = Object.assign(document.createElement("a"), { href: "mailto:", textContent: "E-mail" });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "✕", ariaLabel: "Close" });
  close.addEventListener("click", () => made.hidePopover());
  made.append(name, copyButton("Copy link", () => passage.link, status), copyButton("Copy quotation", () => written(passage), status), mail, close, status);
  // A press on the bar is not to take the selection away.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("beforetoggle", (event) => {
    status.textContent = "";
    if (event.newState !== "open") return;
    name.textContent = passage.label;
    made.setAttribute("aria-label", `Cite ${passage.label}`);
    mail.href = mailOf(passage);
    made.classList.toggle("selected", bySelection);
  });
  // It stands behind the text, but Tab leads on from the block: to the next number, or back to its own.
  made.addEventListener("keydown", (event) => {
    const end = event.shiftKey ? made.querySelector("button") : close;
    if (event.key !== "Tab" || document.activeElement !== end) return;
    const numbers = [...TEXT.querySelectorAll("a.number")];
    const next = numbers[numbers.findIndex((number) => passage.link.endsWith(number.hash)) + (event.shiftKey ? 0 : 1)];
    made.hidePopover();
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  made.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !made.contains(relatedTarget) && made.hidePopover());
  TEXT.after(made);
  return made;
}

function offer(found, selected) {
  if (bar.matches(":popover-open")) bar.hidePopover();
  [passage, bySelection] = [found, selected];
  if (passage) bar.showPopover();
}

TEXT?.addEventListener("click", (event) => {
  const number = event.target.closest("a.number");
  if (!bar || !number || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // The link is followed first: the block is scrolled to and marked, and the address is that of the block.
  setTimeout(() => {
    // Following it took the focus away; the bar gives it back to where it was.
    number.focus({ preventScroll: true });
    getSelection().removeAllRanges();
    clearTimeout(waiting);
    offer(passageOf([number.parentElement]), false);
    // Pressed with a key: the bar is next, and Escape leads back.
    if (event.detail === 0) bar.querySelector("button").focus();
  });
});

let pressed = false;
function lookAtSelection() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    if (pressed || (range && !range.intersectsNode(TEXT))) return;
    const blocks = range ? [...TEXT.querySelectorAll("a.number")].map((number) => number.parentElement).filter((block) => range.intersectsNode(block)) : [];
    const found = blocks.length ? passageOf(blocks, range) : null;
    const shown = bySelection && bar.matches(":popover-open");
    if (!found && shown) bar.hidePopover();
    if (found && !(shown && written(found) === written(passage))) offer(found, true);
  }, 250);
}
if (bar) {
  document.addEventListener("selectionchange", lookAtSelection);
  document.addEventListener("pointerdown", () => { pressed = true; });
  // Going back leads to another block, or to none.
  addEventListener("hashchange", () => passage && !bySelection && !passage.link.endsWith(location.hash || "#") && bar.hidePopover());
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; lookAtSelection(); });
}
