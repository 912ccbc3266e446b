/* The archive as the search sees it: a table of all briefs (written by the build) and Pagefind's index of their words. */

import { passagesOf, standing } from "./passages.js";
import { Names, isCjk, meant, original, parse, partsOf, spellings, wordsOf } from "./words.js";

export const FACETS = ["theme", "author", "institute", "series", "year"];
// A letter that every brief in the index has (scripts/archive/site/search.py, EVERY).
const EVERY = "\u16a0";
// A brief that bears the name asked for stands before any that only has its words.
const BEARS = 1000;
// What longer words and the record add to a score depends on how much of the index is loaded: they are to add nothing. The
// first number is as high as takes longer words out; the fields are those of scripts/archive/site/search.py.
const RECORD = ["title", "authors", "affiliation", "institute", "series", "date", "themes", "every", "remarks", "compounds"];
const RANKING = { termSimilarity: 20, metaWeights: Object.fromEntries(RECORD.map((field) => [field, 0])) };
const SHORTEST_BEGINNING = 3;
const GOES_ON = "abcdefghijklmnopqrstuvwxyz0123456789";
// So many texts are read through for a phrase, and so many terms searched for: more would keep the reader waiting.
const FEW = 40;
const MOST_TERMS = 20;

export class Archive {
  /** Load the table of the archive whose site is at `root`. Throws when it is not to be had. */
  static async open(root) {
    const response = await fetch(new URL("search/briefs.json", root), { cache: "no-cache" });
    if (!response.ok) throw new Error(`the table of briefs: ${response.status}`);
    return new Archive(root, await response.json());
  }

  constructor(root, table) {
    this.root = root;
    this.results = new Map();
    this.values = {};
    for (const facet of FACETS) {
      this.values[facet] = table[facet].map(([id, ...names]) => ({ facet, id, label: names[0], names }));
    }
    for (const author of this.values.author) {
      // Filed family name first: that is one order. The other, and both with initials, are names too.
      const [family, given = ""] = author.label.split(", ");
      const initials = given.split(/[\s-]+/).map((name) => name[0] ?? "").join("");
      author.names.push(`${given} ${family}`.trim(), ...[...new Set([initials, initials[0] ?? ""])].filter(Boolean).flatMap((short) => [`${short} ${family}`, `${family} ${short}`]));
      author.family = family;
    }
    this.values.series.forEach((series, place) => { series.institute = this.values.institute[table.home[place]]; });
    this.moved = table.moved;
    this.names = new Names(FACETS.flatMap((facet) => this.values[facet]));
    const columns = { ...table.briefs, fragment: table.briefs.fragment.split(" ").filter(Boolean) };
    this.briefs = columns.id.map((_, place) => this.#brief(place, Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[place]]))));
    this.byFragment = new Map(this.briefs.map((brief) => [brief.fragment, brief]));
  }

  /** A brief from its row of the table. */
  #brief(place, row) {
    const named = (facet, value, name) => ({ value: this.values[facet][value], name: this.values[facet][value].names[name] });
    const byline = pairs(row.authors).map(([author, name]) => named("author", author, name));
    const themes = pairs(row.themes).map(([theme, passages]) => ({ theme: this.values.theme[theme], passages }));
    const series = row.series === null ? [] : [this.values.series[row.series]];
    const said = [row.title, ...byline.flatMap(({ value }) => value.names), ...series.map(({ label }) => label), row.number ?? ""];
    const [year, institute] = [this.values.year[row.year], this.values.institute[row.institute]];
    return {
      ...row, place, byline, themes, series, fragment: `en_${row.fragment}`,
      // An id is written without the year and the institute that it begins with.
      id: row.id.startsWith("-") ? `${year.id}-${institute.id}${row.id}` : row.id,
      head: wordsOf(said.join(" ")),
      publisher: named("institute", row.institute, row.institute_name),
      author: byline.map(({ value }) => value),
      institute: [institute],
      theme: themes.map(({ theme }) => theme),
      year: [year],
    };
  }

  /** The value of a facet with an id, or with the id that took its place, if there is one. */
  value(facet, id) {
    return this.values[facet].find((value) => value.id === (this.moved[facet]?.[id] ?? id));
  }

  /** The address of a value's page. */
  pageOf({ facet, id, institute }) {
    const path = facet === "series" ? `institutes/${institute.id}/#${id}` : `${facet}s/${id}/`;
    return new URL(path, this.root).href;
  }

  /**
   * The briefs that have every term of `query`: {terms, cut, hits, missing, without}. `cut` says that it has more terms than are
   * searched for, `hits` is a map from brief to hit, `missing` the terms that no brief has, `without(term)` counts the briefs that
   * have all the others. Throws when the index is not to be had.
   */
  async find(query) {
    const every = parse(query);
    const terms = this.names.recognise(every.slice(0, MOST_TERMS));
    const found = terms.length && this.briefs.length ? await this.#checked(() => Promise.all(terms.map((term) => this.#having(term)))) : terms.map(() => new Map());
    const all = (maps) => this.briefs.filter((brief) => maps.every((map) => map.has(brief)));
    const hits = new Map();
    for (const brief of terms.length ? all(found) : []) {
      const parts = found.map((map) => map.get(brief));
      hits.set(brief, { brief, parts, score: parts.reduce((sum, part) => sum + part.score, 0) });
    }
    const without = (term) => all(found.filter((_, index) => terms[index] !== term)).length;
    return { terms, cut: every.length > MOST_TERMS, hits, missing: terms.filter((_, index) => !found[index].size), without };
  }

  /** The passages that answer (passagesOf). Throws when the index is not to be had. */
  async passages(hit, terms) {
    const fragment = await this.#checked(() => this.#fragment(hit.brief));
    return passagesOf(fragment, hit.parts, terms);
  }

  /** The briefs that have a term: a map from brief to {score, places, runs (places of a phrase), bears}. */
  async #having(term) {
    if (!term.holders) {
      const found = term.phrase ? await this.#phrase(term.text) : await this.#word(term.text);
      // The rarer a term, the more it tells; and what stands in the title or the byline tells as much as all of the text.
      const rare = Math.log(1 + this.briefs.length / (found.size || 1));
      for (const [brief, hit] of found) hit.score = (hit.score + (meant(term, brief.head).length ? 1 : 0)) * rare;
      return found;
    }
    const found = new Map();
    // A theme's other names stand in the briefs that bear it; people and bodies may be spoken of under any.
    const others = term.holders.filter(({ facet }) => facet !== "theme").flatMap(({ names }) => names);
    for (const map of await Promise.all([...new Set([term.text, ...others])].map((name) => this.#phrase(name)))) add(found, map);
    // Briefs that have its words, but not in a row, come last.
    for (const [brief, hit] of together(await Promise.all(term.words.map((word) => this.#word(word))))) {
      if (!found.has(brief)) found.set(brief, { ...hit, score: hit.score / BEARS });
    }
    for (const brief of this.briefs) {
      const bears = term.holders.filter((value) => brief[value.facet].includes(value));
      const shown = brief.themes.reduce((sum, { theme, passages }) => sum + (bears.includes(theme) ? passages : 0), 0);
      // Under whatever name it is asked for, a theme has its briefs in one order: those first that say most of it.
      if (bears.length) found.set(brief, { runs: [], ...found.get(brief), places: [], score: BEARS + shown, bears });
    }
    return found;
  }

  /** Briefs that have a word, in this or another spelling; or its parts, where signs stand between them. */
  async #word(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    const maps = await Promise.all(parts.length === 1
      ? [this.#present(parts[0], true), ...spellings(parts[0]).map((spelling) => this.#present(spelling, false))]
      : [this.#phrase(text), ...(/\p{L}/u.test(text) ? [this.#present(parts.join(""), false), this.#all(parts)] : [])]);
    const found = new Map();
    for (const map of maps) add(found, map);
    return found;
  }

  /** Briefs that have all of the words. */
  #all(words) {
    return Promise.all([...new Set(words)].map((word) => this.#present(word, true))).then(together);
  }

  /**
   * Briefs that have a word, in any of its forms, or, when it may be `begun` only and is no word, words that begin with it.
   *
   * Pagefind alone gives more for a word the more of its index has been loaded by earlier queries, and answers an unknown
   * word with what it knows of its beginning ("missle" with "miss"). So a quoted search says which briefs have the word, the
   * plain one how well it fits them; and a beginning has to stand in an answer, all of its part of the index being loaded.
   */
  async #present(word, begun) {
    const exact = await this.pagefind.search(`"${word}"`);
    if (!exact.results.length && (!begun || word.length < SHORTEST_BEGINNING)) return new Map();
    if (!exact.results.length) await Promise.all([...GOES_ON].map((letter) => this.pagefind.preload(word + letter)));
    const { results } = await this.pagefind.search(word);
    const there = new Set(exact.results.map(({ id }) => id));
    if (there.size) return this.#hits(results.filter(({ id }) => there.has(id)));
    return (await this.#begins(word, results)) ? this.#hits(results) : new Map();
  }

  async #begins(word, results) {
    const start = wordsOf(word).join("");
    for (const result of results.slice(0, 5)) {
      const fragment = await result.data();
      const tokens = fragment.content.split(" ");
      const there = [...result.words.map((place) => tokens[place]), ...Object.values(fragment.meta).join(" ").split(" ")];
      if (there.some((token) => wordsOf(original(token)).join("").startsWith(start))) return true;
    }
    return false;
  }

  /** Briefs that have words in this order. */
  async #phrase(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    const found = this.#hits((await this.pagefind.search(`"${parts.join(" ")}"`)).results);
    for (const hit of found.values()) [hit.places, hit.runs] = [[], [hit.places]];
    if (found.size || parts.length < 2) return found;
    // Pagefind finds no phrase in a text that spells a word of it with and without its diacritics: few such are read through.
    const having = await this.#all(parts);
    return having.size > FEW ? found : this.#reading(having, wordsOf(parts.join(" ")).join(""));
  }

  /** Briefs that have a run of Chinese, Japanese or Korean letters anywhere, in the text or in the record. */
  async #letters(text) {
    const { results } = await this.pagefind.search(wordsOf(text).join(" "));
    return this.#reading(this.#hits(results), wordsOf(text).join(""));
  }

  /** Those of the briefs `having` that have words in a row which together are, or hold, `wanted`. */
  async #reading(having, wanted) {
    const found = await Promise.all([...having].map(async ([brief, hit]) => {
      const { content, meta } = await this.#fragment(brief);
      const places = standing(content.split(" ").map((token) => wordsOf(original(token)).join("")), wanted);
      const inRecord = Object.values(meta).some((value) => wordsOf(original(value)).join("").includes(wanted));
      return places.length || inRecord ? [[brief, { ...hit, places }]] : [];
    }));
    return new Map(found.flat());
  }

  /** The text of a brief. One that no search has come upon yet is found by the sign that all have. */
  async #fragment({ fragment }) {
    if (!this.results.has(fragment)) this.#hits((await this.pagefind.search(EVERY)).results);
    return this.results.get(fragment).data();
  }

  /** Results as hits, their scores as shares of the best. */
  #hits(results) {
    for (const result of results) this.results.set(result.id, result);
    const best = results.reduce((most, { score }) => Math.max(most, score), 0) || 1;
    const known = results.filter(({ id }) => this.byFragment.has(id));
    return new Map(known.map(({ id, score, words }) => [this.byFragment.get(id), { score: score / best, places: words, runs: [], bears: [] }]));
  }

  /**
   * Load Pagefind once. On the main thread: a worker would load the same program a second time. It keeps to itself that a part
   * of the index is missing, and finds nothing; so its requests are watched.
   */
  #load() {
    this.loading ??= (async () => {
      this.pagefind = await import(new URL("pagefind/pagefind.js", this.root).href);
      await this.pagefind.options({ noWorker: true, ranking: RANKING });
    })();
    return this.loading;
  }

  async #checked(work) {
    try {
      await this.#load();
      const result = await work();
      if (requests.failed) throw new Error("a part of the index could not be loaded");
      return result;
    } catch (error) {
      // Pagefind never asks again for a part that it could not load: the next search begins anew.
      await this.pagefind?.destroy();
      this.results.clear();
      this.loading = undefined;
      requests.failed = false;
      throw error;
    }
  }
}

/* Watch what is asked of the server, see Archive.#load. */
const requests = { failed: false };
const { fetch: send } = globalThis;
globalThis.fetch = async (...request) => {
  try {
    const response = await send(...request);
    requests.failed ||= !response.ok;
    return response;
  } catch (error) {
    requests.failed = true;
    throw error;
  }
};

/** Briefs that are in all `maps`, with what each says of them. */
function together([first, ...rest]) {
  const found = new Map();
  for (const brief of first.keys()) {
    if (rest.every((map) => map.has(brief))) for (const map of [first, ...rest]) add(found, new Map([[brief, map.get(brief)]]));
  }
  return found;
}

/** Add to `found` what `more` says of each brief. */
function add(found, more) {
  for (const [brief, hit] of more) {
    const known = found.get(brief);
    found.set(brief, known ? {
      score: known.score + hit.score,
      places: [...known.places, ...hit.places],
      bears: [...known.bears, ...hit.bears],
      runs: [...known.runs, ...hit.runs],
    } : { ...hit });
  }
}

const pairs = (list) => list.flatMap((first, index) => (index % 2 ? [] : [[first, list[index + 1]]]));
