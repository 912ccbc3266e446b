/* On the page for addresses that do not exist: those of the archive that are most like the one asked for. */

const SHOWN = 3;
// Of the signs of the longer of two addresses, how many may differ: two thirds of them have to be right.
const WRONG = 1 / 3;

/** How many signs have to be put in, left out or changed to make one text of the other (Levenshtein). */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length];
}

/** How unlike two addresses are, 0 to 1: one that was cut short is like the whole; the id counts wherever it was put, its words in any order. */
function unlike(asked, known) {
  const ids = [asked, known].map((path) => path.split("/").filter(Boolean).at(-1) ?? "");
  const pairs = [[asked, known], ids, ids.map((id) => id.split("-").sort().join("-"))];
  const sure = asked.split("/")[0] === known.split("/")[0] ? 3 : 6;
  const cut = ids[0].length >= sure && ids[1].startsWith(ids[0]) ? WRONG / 2 : 1;
  return Math.min(cut, ...pairs.map(([one, other]) => distance(one, other) / Math.max(one.length, other.length, 1)));
}

async function showNearest(place) {
  const { site, home, sitemap } = place.dataset;
  const base = new URL(home.replace(/\/?$/, "/"), location.href).pathname;
  let asked = location.pathname;
  try {
    asked = decodeURIComponent(asked);
  } catch { /* not written as addresses are: taken as it stands */ }
  asked = asked.replace(base, "").toLowerCase().slice(0, 200);
  const answer = await fetch(sitemap);
  if (!answer.ok) return;
  const known = new DOMParser().parseFromString(await answer.text(), "application/xml").getElementsByTagName("loc");
  const paths = Array.from(known, (element) => element.textContent.slice(site.length)).filter(Boolean);
  const near = paths.map((path) => [unlike(asked, path), path]).filter(([far]) => far <= WRONG).sort(([one], [other]) => one - other).slice(0, SHOWN);
  if (!near.length) {
    place.textContent = "No address in the archive is like it.";
    return;
  }
  const list = document.createElement("ul");
  for (const [, path] of near) {
    const link = document.createElement("a");
    link.href = base + path + (path.startsWith("briefs/") ? location.hash : "");
    link.textContent = path.replace(/\/$/, "").split("/").at(-1);
    const item = document.createElement("li");
    const [kind, id] = path.split("/");
    item.append(link, id ? ` in ${kind}` : "");
    list.append(item);
  }
  const said = document.createElement("p");
  said.textContent = near.length === 1 ? "Did you mean this one?" : "Did you mean one of these?";
  place.append(said, list);
}

showNearest(document.getElementById("nearest")).catch(() => { /* no list of addresses: the page says what else there is */ });
