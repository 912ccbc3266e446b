/* On every page, before Material's script: prevent two things that it would do. */

// For a link with rel="alternate" alone it requests a sitemap with translations from the host in the link. With a second
// word in rel, feeds and exports are left alone, and stay alternates.
for (const link of document.querySelectorAll("link[rel=alternate]")) link.relList.add("listed");

// On the first visit it stores the palette of the system as if the reader had chosen it, and then
// no longer follows the system.
const store = globalThis.__md_set;
let chosen = Boolean(globalThis.__md_get?.("__palette"));
document.addEventListener("change", ({ target }) => { chosen ||= target.name === "__palette"; }, true);
globalThis.__md_set = (key, ...rest) => {
  if (chosen || key !== "__palette") store(key, ...rest);
};
