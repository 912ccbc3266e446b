/* Before Material's script, on every page: what it would do without being asked. */

// For each link whose rel is "alternate" alone it looks for translations: it asks for a sitemap beside it, from the host in the link.
// With a second word in rel, the feeds and exports are left alone, and still are alternates.
for (const link of document.querySelectorAll("link[rel=alternate]")) link.relList.add("listed");

// It keeps the palette of the system on the first visit, as if the reader had chosen it, and follows the system no longer.
const keep = globalThis.__md_set;
let chosen = Boolean(globalThis.__md_get?.("__palette"));
document.addEventListener("change", ({ target }) => { chosen ||= target.name === "__palette"; }, true);
globalThis.__md_set = (key, ...rest) => {
  if (chosen || key !== "__palette") keep(key, ...rest);
};
