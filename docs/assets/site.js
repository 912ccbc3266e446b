/* On every page: the key that leads to the search; the paragraph that a pasted link means; marks on
   the words that were searched for, on a page opened from a search result. Scripts that a page loads
   after this one use its functions. */

// Material has added the colour of the chosen palette; the template's come first, and would win.
for (const meta of document.querySelectorAll("meta[name=theme-color][media]")) meta.remove();

// The page on the archive has a switch for the key. If nothing is stored, it is for that page.
let stored = {};
try { stored = localStorage; } catch { /* blocked */ }
const keyBoxes = document.querySelectorAll("[aria-keyshortcuts]");
function useKey(isOn) {
  for (const box of keyBoxes) box.ariaKeyShortcuts = isOn ? "/" : null;
  if (isOn) delete stored.searchKey;
  else stored.searchKey = "off";
}
if (stored.searchKey) useKey(false);
const keySwitch = document.getElementById("search-key");
if (keySwitch) {
  Object.assign(keySwitch, { checked: !stored.searchKey, onchange: () => useKey(keySwitch.checked) });
  keySwitch.closest("p").hidden = false;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || stored.searchKey || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = [...document.querySelectorAll("[role=search] input[name=q]")].find((input) => input.checkVisibility());
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

/** A new element with these properties. */
function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** Copy `text`, as if it were selected where only https may use the clipboard. Returns success. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const put = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
    };
    document.addEventListener("copy", put);
    const copied = document.execCommand("copy");
    document.removeEventListener("copy", put);
    return copied;
  }
}

/** A button that copies the result of `text()` and reports success in `status`. */
function copyButton(label, text, status) {
  const button = make("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    const copied = await copy(text());
    status.textContent = "";
    status.textContent = copied ? "Copied." : "This browser does not allow the page to copy. Select the text and copy it yourself.";
  });
  return button;
}

function makeStatus() {
  return make("span", { role: "status", className: "copied" });
}

/** A part of an address without its percent-encoding, whether or not that is right. */
function decode(part) {
  return new URLSearchParams(`=${part.replace(/[&+]/g, encodeURIComponent)}`).get("");
}

/** The anchor of the paragraph that an address means, without what was pasted with it: "p10" of "#P10)", "#p. 10",
    "#p10–p12", and of "/%23p10". Nothing of other anchors, such as "#p10x". */
function paragraphIn(address) {
  const anchor = /(?:#|%23)[^\p{L}\p{N}]*[pｐ][\s.\p{Cf}]*([\d０-９]+)(?![a-z\d０-９]|[-_](?!p\d)[a-z])/iu.exec(decode(address));
  return anchor && `p${anchor[1].normalize("NFKC").replace(/^0+(?=.)/, "")}`;
}

/** Lead to the paragraph that the address means; if the brief does not have it, say so. */
function leadToParagraph() {
  document.querySelector(".no-paragraph")?.remove();
  const id = paragraphIn(location.href);
  if (!id || document.getElementById(location.hash.slice(1))) return;
  const numbers = Array.from(document.querySelectorAll("article [id^=p]"), (block) => Number(block.id.slice(1))).filter(Boolean);
  if (document.getElementById(id)) {
    history.replaceState(history.state, "", location.pathname + (location.hash ? location.search : location.search.replace(/[?&]?%(?:25)*23.*/, "")));
    // Unlike replaceState, this makes the paragraph the target, which is marked.
    location.replace(`#${id}`);
  } else if (numbers.length) {
    const notice = make("p", { className: "no-paragraph", popover: "auto", role: "status" });
    document.getElementById("__content").after(notice);
    notice.showPopover?.();
    notice.textContent = `This brief has no paragraph ${id}. The last one is p${Math.max(...numbers)}.`;
  }
}
addEventListener("hashchange", leadToParagraph);

/** Mark the words of ?mark= in the block of the address, and drop them from what is shared. */
function markSearchedWords() {
  const words = new URLSearchParams(location.search).getAll("mark").slice(0, 20).filter((word) => word.length < 200 && /[\p{L}\p{N}]/u.test(word));
  const block = document.getElementById(location.hash.slice(1));
  if (!words.length || !block?.closest("[data-text]")) return;
  const escaped = words.sort((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"));
  const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;
  const anyWord = new RegExp(`(${escaped.map((word) => (cjk.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`)).join("|")})`, "iu");
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (texts.nextNode()) nodes.push(texts.currentNode);
  // Every second piece is a word.
  for (const node of nodes) node.replaceWith(...node.data.split(anyWord).map((piece, at) => (at % 2 ? make("mark", { textContent: piece }) : piece)));
  history.replaceState(history.state, "", location.pathname + location.hash);
}
markSearchedWords();
// Firefox only now keeps another target than the one that the page was opened with.
addEventListener("load", () => setTimeout(() => { leadToParagraph(); markSearchedWords(); }));
