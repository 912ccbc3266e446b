/* On the page for addresses that do not exist: link to the most similar ones of the archive. */

import { editDistance } from "./search/words.js";

const MAX_SHOWN = 3;
// The share of characters of the longer address that may differ: two thirds have to be right.
const MAX_DIFFERENCE = 1 / 3;

/** How different two addresses are, from 0 to 1. An address that was cut short is similar to the whole. The id counts
    in any folder, and with its words in any order. */
function difference(asked, known) {
  const ids = [asked, known].map((path) => path.split("/").filter(Boolean).at(-1) ?? "");
  const pairs = [[asked, known], ids, ids.map((id) => id.split("-").sort().join("-"))];
  const sure = asked.split("/")[0] === known.split("/")[0] ? 3 : 6;
  const cut = ids[0].length >= sure && ids[1].startsWith(ids[0]) ? MAX_DIFFERENCE / 2 : 1;
  return Math.min(cut, ...pairs.map(([one, other]) => editDistance(one, other) / Math.max(one.length, other.length, 1)));
}

async function showNearest(place) {
  const { site, home, sitemap } = place.dataset;
  const base = new URL(home.replace(/\/?$/, "/"), location.href).pathname;
  const [path, encoded] = location.pathname.split(/%(?:25)*23/);
  const paragraph = paragraphIn(location.href);
  const anchor = paragraph ? `#${paragraph}` : location.hash;
  // A program on the way has encoded the #. With its host, a path cannot lead to another one.
  if (encoded) location.replace(location.origin + path.replace(/\/?$/, "/") + (anchor || `#${encoded}`));
  const asked = decode(path).replace(base, "").toLowerCase().slice(0, 200);
  const answer = await fetch(sitemap);
  if (!answer.ok) return;
  const known = new DOMParser().parseFromString(await answer.text(), "application/xml").getElementsByTagName("loc");
  const paths = Array.from(known, (element) => element.textContent.slice(site.length)).filter(Boolean);
  const ranked = paths.map((path) => [difference(asked, path), path]).sort(([one], [other]) => one - other);
  const near = ranked.filter(([different]) => different <= MAX_DIFFERENCE).slice(0, MAX_SHOWN);
  const links = near.map(([, path]) => make("a", { href: base + path + (/^briefs\/./.test(path) ? anchor : ""), textContent: path.replace(/\/$/, "") }));
  const list = new Intl.ListFormat("en", { type: "disjunction" }).formatToParts(Object.keys(links));
  const question = ["Did you mean ", ...list.map(({ type, value }) => (type === "element" ? links[value] : value)), "?"];
  place.append(...(links.length ? question : ["The archive has no similar address."]));
}

showNearest(document.getElementById("nearest")).catch(() => { /* without the sitemap, the page still has its links to the lists */ });
