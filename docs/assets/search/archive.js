/* Search the archive: a table of all briefs, written by the build, and Pagefind's index of their
   words. */

import { passagesOf, standing } from "./passages.js";
import { Names, isCjk, matches, original, parse, partsOf, spellings, wordsOf } from "./words.js";

export const FACETS = ["theme", "author", "institute", "series", "year"];
// A letter on every page of the index and in no text (EVERY in scripts/archive/site/search.py).
const EVERY = "\u16a0";
// A brief with the author, institute, series or theme that a query names comes before any brief
// that only contains the words.
const NAMED_SCORE = 1000;
// Longer words and the record must add nothing to a score: what they add depends on how much of the
// index is loaded. This similarity is high enough to exclude longer words; the fields are those of
// scripts/archive/site/search.py.
const RECORD = ["title", "authors", "affiliation", "institute", "series", "date", "themes", "every", "remarks", "compounds"];
const RANKING = { termSimilarity: 20, metaWeights: Object.fromEntries(RECORD.map((field) => [field, 0])) };
const MIN_PREFIX = 3;
const NEXT_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
// At most this many texts are read through for a phrase, and this many terms searched for: more
// would keep the reader waiting.
const MAX_TEXTS_READ = 40;
const MAX_TERMS = 20;

export class Archive {
  /** Load the table of the archive whose site is at `root`. Throws when it cannot be loaded. */
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
      // The label has the family name first. The other order, and both with initials, are names
      // too.
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
    const headWords = [row.title, ...byline.flatMap(({ value }) => value.names), ...series.map(({ label }) => label), row.number ?? ""];
    const [year, institute] = [this.values.year[row.year], this.values.institute[row.institute]];
    return {
      ...row, place, byline, themes, series, fragment: `en_${row.fragment}`,
      // Most ids are stored without the year and the institute that they begin with.
      id: row.id.startsWith("-") ? `${year.id}-${institute.id}${row.id}` : row.id,
      head: wordsOf(headWords.join(" ")),
      publisher: named("institute", row.institute, row.institute_name),
      author: byline.map(({ value }) => value),
      institute: [institute],
      theme: themes.map(({ theme }) => theme),
      year: [year],
    };
  }

  /** The value of a facet with an id, also with an old id; undefined if there is none. */
  value(facet, id) {
    return this.values[facet].find((value) => value.id === (this.moved[facet]?.[id] ?? id));
  }

  /** The address of a value's page. */
  pageOf({ facet, id, institute }) {
    const path = facet === "series" ? `institutes/${institute.id}/#${id}` : `${facet}s/${id}/`;
    return new URL(path, this.root).href;
  }

  /**
   * Find the briefs that have every term of `query`: {terms, cut, hits, missing, without}. `cut` is
   * true if the query has more terms than are searched for. `hits` is a map from brief to hit,
   * `missing` has the terms that no brief has, and `without(term)` counts the briefs that have all
   * other terms. Throws when the index cannot be loaded.
   */
  async find(query) {
    const every = parse(query);
    const terms = this.names.recognise(every.slice(0, MAX_TERMS));
    const found = terms.length && this.briefs.length ? await this.#checked(() => Promise.all(terms.map((term) => this.#having(term)))) : terms.map(() => new Map());
    const all = (maps) => this.briefs.filter((brief) => maps.every((map) => map.has(brief)));
    const hits = new Map();
    for (const brief of terms.length ? all(found) : []) {
      const parts = found.map((map) => map.get(brief));
      hits.set(brief, { brief, parts, score: parts.reduce((sum, part) => sum + part.score, 0) });
    }
    const without = (term) => all(found.filter((_, index) => terms[index] !== term)).length;
    return { terms, cut: every.length > MAX_TERMS, hits, missing: terms.filter((_, index) => !found[index].size), without };
  }

  /** Load the passages of a hit (passagesOf). Throws when the index cannot be loaded. */
  async passages(hit, terms) {
    const fragment = await this.#checked(() => this.#fragment(hit.brief));
    return passagesOf(fragment, hit.parts, terms);
  }

  /**
   * Find the briefs that have a term: a map from brief to {score, places, runs (places of a
   * phrase), bears}.
   */
  async #having(term) {
    if (!term.holders) {
      const found = term.phrase ? await this.#phrase(term.text) : await this.#word(term.text);
      // A rare term weighs more. A term in the title or the byline weighs as much as in all of the
      // text.
      const rare = Math.log(1 + this.briefs.length / (found.size || 1));
      for (const [brief, hit] of found) hit.score = (hit.score + (matches(term, brief.head).length ? 1 : 0)) * rare;
      return found;
    }
    const found = new Map();
    // People and institutes may be mentioned under any of their names. Briefs on a theme are known
    // without its other names.
    const others = term.holders.filter(({ facet }) => facet !== "theme").flatMap(({ names }) => names);
    for (const map of await Promise.all([...new Set([term.text, ...others])].map((name) => this.#phrase(name)))) add(found, map);
    // Briefs that have the words, but not as a phrase, come last.
    for (const [brief, hit] of intersection(await Promise.all(term.words.map((word) => this.#word(word))))) {
      if (!found.has(brief)) found.set(brief, { ...hit, score: hit.score / NAMED_SCORE });
    }
    for (const brief of this.briefs) {
      const bears = term.holders.filter((value) => brief[value.facet].includes(value));
      const shown = brief.themes.reduce((sum, { theme, passages }) => sum + (bears.includes(theme) ? passages : 0), 0);
      // Under any of its names, a theme has its briefs in one order: those with most passages
      // first.
      if (bears.length) found.set(brief, { runs: [], ...found.get(brief), places: [], score: NAMED_SCORE + shown, bears });
    }
    return found;
  }

  /**
   * Find briefs that have a word, in this or another spelling, or its parts if it has signs in it.
   */
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

  /** Find briefs that have all of the words. */
  #all(words) {
    return Promise.all([...new Set(words)].map((word) => this.#present(word, true))).then(intersection);
  }

  /**
   * Find briefs that have a word in any of its forms. If no brief has it and `isPrefix` allows,
   * find words that begin with it.
   *
   * Pagefind alone finds more for a word when earlier queries have loaded more of its index. It
   * answers an unknown word with words that share its beginning ("missle" with "miss"). So a quoted
   * search decides which briefs have the word, and a plain one how well they match. A prefix counts
   * only if it occurs in an answer, after its part of the index is loaded.
   */
  async #present(word, isPrefix) {
    const exact = await this.pagefind.search(`"${word}"`);
    if (!exact.results.length && (!isPrefix || word.length < MIN_PREFIX)) return new Map();
    if (!exact.results.length) await Promise.all([...NEXT_LETTERS].map((letter) => this.pagefind.preload(word + letter)));
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

  /** Find briefs that have the words of `text` as a phrase. */
  async #phrase(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    const found = this.#hits((await this.pagefind.search(`"${parts.join(" ")}"`)).results);
    for (const hit of found.values()) [hit.places, hit.runs] = [[], [hit.places]];
    if (found.size || parts.length < 2) return found;
    // Pagefind misses a phrase in a text that spells one of its words with and without diacritics.
    // If few briefs have all words, their texts are read through.
    const having = await this.#all(parts);
    return having.size > MAX_TEXTS_READ ? found : this.#reading(having, wordsOf(parts.join(" ")).join(""));
  }

  /**
   * Find briefs that have a run of Chinese, Japanese or Korean letters in the text or the record.
   */
  async #letters(text) {
    const { results } = await this.pagefind.search(wordsOf(text).join(" "));
    return this.#reading(this.#hits(results), wordsOf(text).join(""));
  }

  /**
   * Keep of the briefs `having` those with words in a row that together are, or contain, `wanted`.
   */
  async #reading(having, wanted) {
    const found = await Promise.all([...having].map(async ([brief, hit]) => {
      const { content, meta } = await this.#fragment(brief);
      const places = standing(content.split(" ").map((token) => wordsOf(original(token)).join("")), wanted);
      const inRecord = Object.values(meta).some((value) => wordsOf(original(value)).join("").includes(wanted));
      return places.length || inRecord ? [[brief, { ...hit, places }]] : [];
    }));
    return new Map(found.flat());
  }

  /**
   * Load the text of a brief. If no search has found the brief yet, a search for the letter EVERY
   * does.
   */
  async #fragment({ fragment }) {
    if (!this.results.has(fragment)) this.#hits((await this.pagefind.search(EVERY)).results);
    return this.results.get(fragment).data();
  }

  /** Turn Pagefind's results into hits, with scores relative to the best one. */
  #hits(results) {
    for (const result of results) this.results.set(result.id, result);
    const best = results.reduce((most, { score }) => Math.max(most, score), 0) || 1;
    const known = results.filter(({ id }) => this.byFragment.has(id));
    return new Map(known.map(({ id, score, words }) => [this.byFragment.get(id), { score: score / best, places: words, runs: [], bears: [] }]));
  }

  /**
   * Load Pagefind once, on the main thread: a worker would load the program a second time. When a
   * part of the index is missing, Pagefind reports nothing and finds nothing; so its requests are
   * watched.
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
      // Pagefind never requests a part again that it could not load: so the next search starts it
      // afresh.
      await this.pagefind?.destroy();
      this.results.clear();
      this.loading = undefined;
      requests.failed = false;
      throw error;
    }
  }
}

/* Watch requests to the server: see Archive.#load. */
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

/** The briefs that are in all maps, with their hits combined. */
function intersection([first, ...rest]) {
  const found = new Map();
  for (const brief of first.keys()) {
    if (rest.every((map) => map.has(brief))) for (const map of [first, ...rest]) add(found, new Map([[brief, map.get(brief)]]));
  }
  return found;
}

/** Add the hits in `more` to those in `found`. */
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
