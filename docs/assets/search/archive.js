/* The archive as the search sees it: a table of all briefs (written by the build) and Pagefind's index of their words. */

import { Names, formOf, fold, isCjk, original, parse, partsOf, placesOf, spellings, wordsOf } from "./words.js";

export const FACETS = ["theme", "author", "institute", "series", "year"];
// A letter that every brief in the index has (scripts/archive/search.py, EVERY).
const EVERY = "\u16a0";
// A brief that bears the name asked for stands before any that only has its words.
const BEARS = 1000;
// How much a field of the record weighs beside the text; Pagefind gives 1 to those not named.
const WEIGHTS = { title: 5, authors: 3, series: 2, themes: 2, affiliation: 0.5, remarks: 0.5 };
// So high that longer words, of which more or fewer may be loaded, do not tell on the order.
const EXACT = 20;
const SHORTEST_BEGINNING = 3;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz";
const PASSAGES = 3;
const WINDOW = 40;

/** Thrown when the table or a part of the index cannot be loaded. */
export class IndexError extends Error {}

export class Archive {
  /** Load the table of the archive whose site is at `root`. Throws IndexError. */
  static async open(root) {
    try {
      const response = await fetch(new URL("search/briefs.json", root), { cache: "no-cache" });
      if (!response.ok) throw new Error(response.statusText);
      return new Archive(root, await response.json());
    } catch (error) {
      throw new IndexError("the table of briefs cannot be loaded", { cause: error });
    }
  }

  constructor(root, table) {
    this.root = root;
    this.results = new Map();
    this.values = {};
    for (const facet of FACETS) {
      this.values[facet] = table[facet].map(([id, ...names]) => ({ facet, id, label: names[0], names }));
    }
    // Authors are filed family name first: that is one order, and this the other.
    for (const author of this.values.author) author.names.push(author.label.split(", ").reverse().join(" "));
    this.values.series.forEach((series, place) => { series.institute = this.values.institute[table.home[place]]; });
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
    return {
      ...row, place, byline, themes, fragment: `en_${row.fragment}`,
      publisher: named("institute", row.institute, row.institute_name),
      author: byline.map(({ value }) => value),
      institute: [this.values.institute[row.institute]],
      series: row.series === null ? [] : [this.values.series[row.series]],
      theme: themes.map(({ theme }) => theme),
      year: [this.values.year[row.year]],
    };
  }

  /** The value of a facet with an id, if there is one. */
  value(facet, id) {
    return this.values[facet].find((value) => value.id === id);
  }

  /** The address of a value's page. */
  pageOf({ facet, id, institute }) {
    const path = facet === "series" ? `institutes/${institute.id}/#${id}` : `${facet}s/${id}/`;
    return new URL(path, this.root).href;
  }

  /**
   * The briefs that have every term of `query`: {terms, hits, missing, without}. `hits` is a map from brief to hit, `missing` the
   * terms that no brief has, `without(term)` counts the briefs that have all the others. Throws IndexError.
   */
  async find(query) {
    const terms = this.names.recognise(parse(query));
    const found = terms.length ? await this.#checked(() => Promise.all(terms.map((term) => this.#having(term)))) : [];
    const all = (maps) => this.briefs.filter((brief) => maps.every((map) => map.has(brief)));
    const hits = new Map();
    for (const brief of terms.length ? all(found) : []) {
      const parts = found.map((map) => map.get(brief));
      hits.set(brief, { brief, parts, score: parts.reduce((sum, part) => sum + part.score, 0) });
    }
    const without = (term) => all(found.filter((_, index) => terms[index] !== term)).length;
    return { terms, hits, missing: terms.filter((_, index) => !found[index].size), without };
  }

  /**
   * The best passages of a hit: {anchor, voice, pieces, marks}. `pieces` are {text, marked}; `marks` the words to mark on the
   * page. And `fields`: what of the record answered that a result does not show. Throws IndexError.
   */
  async passages(hit) {
    const fragment = await this.#checked(() => this.#fragment(hit.brief));
    const tokens = fragment.content.split(" ");
    const places = new Map();
    hit.parts.forEach((part, term) => {
      for (const place of [...part.places, ...part.runs.flatMap((run) => repeated(tokens, run))]) places.set(place, (places.get(place) ?? new Set()).add(term));
    });
    const blocks = blocksOf(fragment.anchors, tokens);
    hit.parts.forEach((part, term) => {
      for (const theme of part.bears.filter(({ facet }) => facet === "theme")) showing(blocks, theme, tokens, places, term);
    });
    const ranked = blocks.map((block) => ({ block, ...weigh(block, places) })).filter(({ terms, block }) => terms || block.shows);
    ranked.sort((one, other) => other.terms - one.terms || other.weight - one.weight || one.block.from - other.block.from);
    const fields = ["affiliation", "remarks"].filter((field) => hit.parts.some((part) => part.fields.has(field)));
    return {
      passages: ranked.slice(0, PASSAGES).map(({ block }) => ({ anchor: block.anchor, voice: block.voice, ...excerpt(block, tokens, places) })),
      more: Math.max(0, ranked.length - PASSAGES),
      fields: fields.map((field) => ({ field, text: original(fragment.meta[field]) })),
    };
  }

  /** The briefs that have a term: a map from brief to {score, places, runs (places of a phrase), fields, bears}. */
  async #having(term) {
    if (term.phrase) return this.#phrase(term.text);
    if (!term.holders) return this.#word(term.text);
    const found = new Map();
    for (const brief of this.briefs) {
      const bears = term.holders.filter((value) => brief[value.facet].includes(value));
      const shown = brief.themes.reduce((sum, { theme, passages }) => sum + (bears.includes(theme) ? passages : 0), 0);
      if (bears.length) found.set(brief, { score: BEARS + shown / 10, places: [], runs: [], fields: new Set(), bears });
    }
    // A theme's other names stand in the briefs that bear it; people and bodies may be spoken of under any.
    const others = term.holders.filter(({ facet }) => facet !== "theme").flatMap(({ names }) => names);
    for (const map of await Promise.all([...new Set([term.text, ...others])].map((name) => this.#phrase(name)))) add(found, map);
    // Briefs that have its words, but not in a row, come last.
    const words = together(await Promise.all(term.words.map((word) => this.#word(word))));
    for (const [brief, hit] of words) found.set(brief, found.has(brief) ? { ...found.get(brief), score: found.get(brief).score + hit.score } : { ...hit, score: hit.score / BEARS });
    return found;
  }

  /** Briefs that have a word, in this or another spelling; or its parts, where signs stand between them. */
  async #word(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    const maps = await Promise.all(parts.length === 1
      ? [this.#present(parts[0], true), ...spellings(parts[0]).map((spelling) => this.#present(spelling, false))]
      : [this.#present(parts.join(""), false), this.#phrase(text), ...(/\p{L}/u.test(text) ? [Promise.all(parts.map((part) => this.#present(part, true))).then(together)] : [])]);
    const found = new Map();
    for (const map of maps) add(found, map);
    return found;
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
    if (!exact.results.length) await Promise.all([...ALPHABET].map((letter) => this.pagefind.preload(word + letter)));
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
    const found = this.#hits((await this.pagefind.search(`"${partsOf(text).join(" ")}"`)).results);
    for (const hit of found.values()) [hit.places, hit.runs] = [[], [hit.places]];
    return found;
  }

  /** Briefs that have a run of Chinese, Japanese or Korean letters anywhere, in the text or in the record. */
  async #letters(text) {
    const wanted = wordsOf(text).join("");
    const { results } = await this.pagefind.search(wordsOf(text).join(" "));
    const found = new Map();
    await Promise.all([...this.#hits(results)].map(async ([brief, hit]) => {
      const result = this.results.get(brief.fragment);
      const { content, meta } = await result.data();
      const words = content.split(" ").map((token) => wordsOf(original(token)).join(""));
      const places = runs(words, wanted);
      const fields = Object.keys(meta).filter((field) => wordsOf(original(meta[field])).join("").includes(wanted));
      if (places.length || fields.length) found.set(brief, { ...hit, places, fields: new Set(fields) });
    }));
    return found;
  }

  /** The text of a brief. One that no search has come upon yet is found by the sign that all have. */
  async #fragment({ fragment }) {
    if (!this.results.has(fragment)) this.#hits((await this.pagefind.search(EVERY)).results);
    return this.results.get(fragment).data();
  }

  /** Results as hits: their scores as shares of the best, weighed by how rare the term is. */
  #hits(results) {
    for (const result of results) this.results.set(result.id, result);
    const best = results.reduce((most, { score }) => Math.max(most, score), 0) || 1;
    const rare = Math.log(1 + this.briefs.length / (results.length || 1));
    const hit = (result) => ({ score: (result.score / best) * rare, places: result.words, runs: [], fields: new Set(result.matchedMetaFields ?? []), bears: [] });
    return new Map(results.filter(({ id }) => this.byFragment.has(id)).map((result) => [this.byFragment.get(result.id), hit(result)]));
  }

  /**
   * Load Pagefind once. On the main thread: a worker would load the same program a second time. It keeps to itself that a part
   * of the index is missing, and finds nothing; so its requests are watched.
   */
  #load() {
    this.loading ??= (async () => {
      const { fetch } = globalThis;
      globalThis.fetch = async (...request) => {
        const response = await fetch(...request).catch((error) => ({ ok: false, error }));
        this.broken ||= !response.ok;
        if (response.error) throw response.error;
        return response;
      };
      this.pagefind = await import(new URL("pagefind/pagefind.js", this.root).href);
      await this.pagefind.options({ noWorker: true, ranking: { metaWeights: WEIGHTS, termSimilarity: EXACT } });
    })();
    return this.loading;
  }

  async #checked(work) {
    try {
      await this.#load();
      const result = await work();
      if (this.broken) throw new Error("a request failed");
      return result;
    } catch (error) {
      throw new IndexError("a part of the index cannot be loaded", { cause: error });
    }
  }
}

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
      fields: new Set([...known.fields, ...hit.fields]),
      bears: [...known.bears, ...hit.bears],
      runs: [...known.runs, ...hit.runs],
    } : { ...hit });
  }
}

/** All places of the phrase that stands at the places `run`: Pagefind gives the first only. */
function repeated(tokens, run) {
  if (!run.length) return run;
  const words = tokens.map((token) => wordsOf(original(token)).join(""));
  const phrase = words.slice(run[0], run[0] + run.length);
  return words.flatMap((_, at) => (phrase.every((word, index) => words[at + index] === word) ? phrase.map((_, index) => at + index) : []));
}

/** The places of the `words` in a row that together are, or hold, `wanted`. */
function runs(words, wanted) {
  const found = [];
  for (let at = 0; at < words.length; at += 1) {
    let run = "";
    for (let to = at; to < words.length && run.length < wanted.length && wanted.startsWith(run); to += 1) {
      run += words[to];
      if (run.startsWith(wanted)) found.push(...Array.from({ length: to - at + 1 }, (_, index) => at + index));
    }
  }
  return found;
}

/** The blocks of a text: {anchor, voice, themes, from, to}, the last two as places of words. */
function blocksOf(anchors, tokens) {
  return anchors.map(({ id, element, location }, index) => {
    const [voice, ...themes] = element.split(".");
    return { anchor: id, voice, themes, from: location, to: anchors[index + 1]?.location ?? tokens.length };
  });
}

const pairs = (list) => list.flatMap((first, index) => (index % 2 ? [] : [[first, list[index + 1]]]));

/** Note in `places` where the passages that show a theme name it; such a block counts even where a pattern found it. */
function showing(blocks, theme, tokens, places, term) {
  for (const block of blocks.filter(({ themes }) => themes.includes(theme.id))) {
    block.shows = true;
    const words = [];
    for (let at = block.from; at < block.to; at += 1) for (const word of wordsOf(original(tokens[at]))) words.push({ word, at });
    for (const form of theme.names.map(formOf)) {
      for (const start of placesOf(form, words.map(({ word }) => word))) {
        for (const { at } of words.slice(start, start + form.words.length)) places.set(at, (places.get(at) ?? new Set()).add(term));
      }
    }
  }
}

/** How many of the terms a block has, and how often; another's words count less than the author's. */
function weigh(block, places) {
  const terms = new Set();
  let weight = block.shows ? 5 : 0;
  for (let at = block.from; at < block.to; at += 1) {
    for (const term of places.get(at) ?? []) terms.add(term);
    weight += places.has(at) ? 1 : 0;
  }
  return { terms: terms.size, weight: block.voice === "author" ? weight : weight / 4 };
}

/** The part of a block with the most marked words, as pieces, and those words. */
function excerpt(block, tokens, places) {
  const marked = [...places.keys()].filter((at) => at >= block.from && at < block.to).sort((one, other) => one - other);
  let from = block.from;
  if (block.to - block.from > WINDOW * 1.5) {
    let best = 0;
    for (const start of marked) {
      const inside = marked.filter((at) => at >= start && at < start + WINDOW - 8).length;
      if (inside > best) [best, from] = [inside, Math.max(block.from, start - 8)];
    }
    if (block.to - from < WINDOW) from = block.to - WINDOW;
  }
  const to = block.to - block.from > WINDOW * 1.5 ? Math.min(block.to, from + WINDOW) : block.to;
  const pieces = [];
  const push = (text, isMarked) => {
    if (text && pieces.at(-1)?.marked === isMarked) pieces.at(-1).text += text;
    else if (text) pieces.push({ text, marked: isMarked });
  };
  if (from > block.from) push("… ", false);
  for (let at = from; at < to; at += 1) {
    const joined = tokens[at].endsWith("``");
    const [, before, word, after] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(original(tokens[at]));
    push(before, false);
    push(word, places.has(at));
    push(after, false);
    if (!joined && at + 1 < to) push(" ", places.has(at) && places.has(at + 1) && !after && !/^[^\p{L}\p{N}]/u.test(tokens[at + 1]));
  }
  if (to < block.to) push(" …", false);
  const last = pieces.at(-1);
  if (last && to === block.to) last.text = last.text.trimEnd();
  return { pieces, marks: [...new Set(pieces.filter(({ marked: isMarked }) => isMarked).map(({ text }) => text))] };
}

/** `text` as pieces {text, marked}: words that are, or begin with, one of the query's. */
export function markedIn(text, terms) {
  const wanted = terms.flatMap((term) => wordsOf(term.text)).filter((word) => word.length > 1 || isCjk(word));
  return text.split(/([\p{L}\p{N}\p{M}]+)/u).filter(Boolean).map((part) => ({
    text: part,
    marked: wanted.some((word) => (isCjk(word) ? fold(part).includes(word) : fold(part).startsWith(word))),
  }));
}
