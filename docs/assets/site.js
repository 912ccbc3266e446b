/* On every page: the key that leads to the search, and, on a page that a search result led to, the words it found. */

// Material has set the colour of the palette that was chosen, behind those of the template, which would go first.
for (const meta of document.querySelectorAll("meta[name=theme-color][media]")) meta.remove();

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = [...document.querySelectorAll("[role=search] input[name=q]")].find((input) => input.checkVisibility());
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

/** Mark `words` in the block that the address names; then take them from the address, so that it can be passed on as it is. */
function markFound() {
  const words = new URLSearchParams(location.search).getAll("mark").slice(0, 20).filter((word) => word.length < 200 && /[\p{L}\p{N}]/u.test(word));
  const block = document.getElementById(location.hash.slice(1));
  if (!words.length || !block?.closest("[data-text]")) return;
  const escaped = words.sort((one, other) => other.length - one.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+"));
  const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;
  const found = new RegExp(escaped.map((word) => (cjk.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`)).join("|"), "giu");
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (texts.nextNode()) nodes.push(texts.currentNode);
  for (const node of nodes) {
    let last = 0;
    const pieces = [];
    for (const match of node.data.matchAll(found)) {
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      pieces.push(node.data.slice(last, match.index), mark);
      last = match.index + match[0].length;
    }
    if (pieces.length) node.replaceWith(...pieces, node.data.slice(last));
  }
  history.replaceState(history.state, "", location.pathname + location.hash);
}
markFound();
