/* On the page of a brief: copy its citation, and cite a passage: a block chosen by its number, or
   selected words. The build writes references into the page as data-cite, one for each voice. */

const ADDRESS = document.querySelector("link[rel=canonical]").href;
const TEXT = document.querySelector("[data-text]");
const FORMS = document.getElementById("cite-forms");
// Some mail programs cut longer links: Windows allows 2,083 characters.
const LONGEST_MAIL = 1900;
// A text that may not be passed on is quoted only as a reader selects it by hand, and not much of it.
const LONGEST_QUOTATION = TEXT?.dataset.access === "restricted" ? 300 : Infinity;

for (const form of FORMS.querySelectorAll(".cite-form")) {
  const name = form.previousElementSibling?.textContent ?? "reference";
  const status = makeStatus();
  const line = make("p", { className: "cite-copy" });
  line.append(copyButton(`Copy ${name}`, () => form.textContent, status), " ", status);
  form.after(line);
}

/** The words of a block without the blocks inside it; with a range, only the words in the range. */
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
const blockOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(":has(> a.number)");

/** The passage of some blocks: {label, link, quotations}, one for each run with one reference. */
function passageOf(blocks, range) {
  const cited = blocks
    .map((block) => ({ id: block.id, words: wordsOf(block, range), cite: block.closest("[data-cite]").dataset.cite }))
    .filter(({ words }) => words);
  if (!cited.length) return null;
  const runs = [];
  for (const block of cited) {
    if (runs.at(-1)?.[0].cite === block.cite) runs.at(-1).push(block);
    else runs.push([block]);
  }
  const isQuoted = (range ? cited.map(({ words }) => words).join("").length : Infinity) <= LONGEST_QUOTATION;
  const quotations = runs.map((run) => ({ words: isQuoted ? run.map(({ words }) => words).join("\n\n") : "", source: `${run[0].cite}, ${span(run)}.\n${ADDRESS}#${run[0].id}` }));
  return { label: span(cited), link: `${ADDRESS}#${cited[0].id}`, quotations };
}

const span = (blocks) => (blocks.length > 1 ? `${blocks[0].id}–${blocks.at(-1).id}` : blocks[0].id);

/** Quotations with citations; mail programs do not break an address on a line of its own. */
const asText = ({ quotations }) => quotations.map(({ words, source }) => (words ? `“${words}”\n\n${source}` : source)).join("\n\n");

/** A mail link with the passage; quotations are cut where the link would be too long. */
function mailOf({ quotations, link }) {
  const [head] = FORMS.querySelector('a[href^="mailto:?"]').href.split("&body=");
  const mail = (body) => `${head}&body=${encodeURIComponent(body.replaceAll("\n", "\r\n"))}`;
  const cut = (words, length) => (words.length > length ? `${[...words].slice(0, length).join("").replace(/\s+\S*$/, "")} […]` : words);
  let address = mail(asText({ quotations }));
  for (let length = Math.max(...quotations.map(({ words }) => words.length)); address.length > LONGEST_MAIL && length > 40;) {
    length = Math.floor(length * 0.8);
    address = mail(asText({ quotations: quotations.map(({ words, source }) => ({ words: cut(words, length), source })) }));
  }
  // A reference alone may be too long, with many authors or in Korean.
  return address.length > LONGEST_MAIL ? mail(link) : address;
}

let passage = null;
let bySelection = false;
let waiting = 0;
const bar = TEXT && "popover" in HTMLElement.prototype ? makeBar() : null;

/** The bar of actions for a passage, at the foot of the window: it hides nothing that is read. */
function makeBar() {
  const element = make("div", { id: "passage", popover: "auto", role: "group" });
  const status = makeStatus();
  const name = document.createElement("strong");
  const mail = make("a", { href: "mailto:", textContent: "E-mail" });
  const close = make("button", { type: "button", textContent: "✕", ariaLabel: "Close" });
  close.addEventListener("click", () => element.hidePopover());
  const quote = copyButton("Copy quotation", () => asText(passage), status);
  element.append(name, copyButton("Copy link", () => passage.link, status), quote, mail, close, status);
  // A press on the bar must not clear the selection.
  element.addEventListener("mousedown", (event) => event.preventDefault());
  element.addEventListener("beforetoggle", (event) => {
    status.textContent = "";
    if (event.newState !== "open") return;
    name.textContent = passage.label;
    element.setAttribute("aria-label", `Cite ${passage.label}`);
    quote.hidden = !passage.quotations[0].words;
    mail.href = mailOf(passage);
    element.classList.toggle("selected", bySelection);
  });
  // Tab goes on from the block, not from the end of the text: to the next number, or its own.
  element.addEventListener("keydown", (event) => {
    const end = event.shiftKey ? element.querySelector("button") : close;
    if (event.key !== "Tab" || document.activeElement !== end) return;
    const numbers = [...TEXT.querySelectorAll("a.number")];
    const next = numbers[numbers.findIndex((number) => passage.link.endsWith(number.hash)) + (event.shiftKey ? 0 : 1)];
    element.hidePopover();
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  element.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !element.contains(relatedTarget) && element.hidePopover());
  TEXT.after(element);
  return element;
}

function offer(newPassage, selected) {
  if (bar.matches(":popover-open")) bar.hidePopover();
  [passage, bySelection] = [newPassage, selected];
  if (passage) bar.showPopover();
}

TEXT?.addEventListener("click", (event) => {
  const number = event.target.closest("a.number");
  if (!bar || !number || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // The browser follows the link first: it scrolls to the block, marks it and sets the address.
  setTimeout(() => {
    // Following the link took the focus away; when the bar closes, the focus returns to the number.
    number.focus({ preventScroll: true });
    getSelection().removeAllRanges();
    clearTimeout(waiting);
    offer(passageOf([number.parentElement]), false);
    // After a key press the focus moves to the bar, and Escape leads back.
    if (event.detail === 0) bar.querySelector("button").focus();
  });
});

let pressed = false;
function followSelection() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    if (pressed || (range && !range.intersectsNode(TEXT))) return;
    const blocks = [...TEXT.querySelectorAll("a.number")].map((number) => number.parentElement);
    const selectedPassage = range && passageOf(blocks.filter((block) => range.intersectsNode(block)), range);
    const shown = bySelection && bar.matches(":popover-open");
    if (!selectedPassage && shown) bar.hidePopover();
    if (selectedPassage && !(shown && asText(selectedPassage) === asText(passage))) offer(selectedPassage, true);
  }, 250);
}
if (bar) {
  document.addEventListener("selectionchange", followSelection);
  document.addEventListener("pointerdown", () => { pressed = true; });
  // Going back leads to another block, or to none.
  addEventListener("hashchange", () => passage && !bySelection && !passage.link.endsWith(location.hash || "#") && bar.hidePopover());
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; followSelection(); });
}
