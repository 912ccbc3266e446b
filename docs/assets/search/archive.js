/* The archive as the search sees it: a table of all briefs (written by the build) and Pagefind's index of their words. */

import { Names, formOf, fold, isCjk, parse, partsOf, placesOf, spellings, wordsOf } from "./words.js";

export const FACETS = ["theme", "author", "institute", "series", "year"];
// See scripts/archive/search.py, JOINER: where it ends a word, no space follows for the reader.
const JOINER = "\u2060";
// A brief that bears the name asked for stands before any that only has its words.
const BEARS = 1000;
// How much a field of the record weighs beside the text; Pagefind gives 1 to those not named.
const WEIGHTS = { title: 5, authors: 3, series: 2, themes: 2, affiliation: 0.5, remarks: 0.5 };
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
    this.values = {};
    for (const facet of FACETS) {
      this.values[facet] = table[facet].map(([id, label, names, institute]) => ({ facet, id, label, names, institute }));
    }
    for (const series of this.values.series) series.institute = this.values.institute[series.institute];
    this.names = new Names(FACETS.flatMap((facet) => this.values[facet]));
    this.briefs = table.briefs.map(([fragment, id, title, date, authors, institute, series, number, themes, languages], place) => ({
      place, fragment, id, title, date, number,
      titleLanguage: languages[0], language: languages[1],
      byline: authors.map(([author, name]) => ({ value: this.values.author[author], name: this.values.author[author].names[name] })),
      publisher: { value: this.values.institute[institute[0]], name: this.values.institute[institute[0]].names[institute[1]] },
      passages: new Map(Object.entries(themes).map(([theme, anchors]) => [this.values.theme[theme], anchors])),
      author: authors.map(([author]) => this.values.author[author]),
      institute: [this.values.institute[institute[0]]],
      series: series === null ? [] : [this.values.series[series]],
      theme: Object.keys(themes).map((theme) => this.values.theme[theme]),
      year: this.values.year.filter(({ id }) => id === (date ?? "undated").slice(0, date ? 4 : undefined)),
    }));
    this.byFragment = new Map(this.briefs.map((brief) => [brief.fragment, brief]));
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
    const fragment = await this.#checked(() => this.all.get(hit.brief.fragment).data());
    const tokens = fragment.content.split(" ");
    const places = new Map();
    hit.parts.forEach((part, term) => {
      for (const place of [...part.places, ...part.runs.flatMap((run) => repeated(tokens, run))]) places.set(place, (places.get(place) ?? new Set()).add(term));
    });
    const blocks = blocksOf(fragment.anchors, tokens);
    hit.parts.forEach((part, term) => {
      for (const theme of part.bears.filter(({ facet }) => facet === "theme")) showing(blocks, hit.brief.passages.get(theme), theme, tokens, places, term);
    });
    const ranked = blocks.map((block) => ({ block, ...weigh(block, places) })).filter(({ terms, block }) => terms || block.shows);
    ranked.sort((one, other) => other.terms - one.terms || other.weight - one.weight || one.block.from - other.block.from);
    const fields = ["affiliation", "remarks"].filter((field) => hit.parts.some((part) => part.fields.has(field)));
    return {
      passages: ranked.slice(0, PASSAGES).map(({ block }) => ({ anchor: block.anchor, voice: block.voice, ...excerpt(block, tokens, places) })),
      more: Math.max(0, ranked.length - PASSAGES),
      fields: fields.map((field) => ({ field, text: fragment.meta[field].replaceAll(`${JOINER} `, "") })),
    };
  }

  /** The briefs that have a term: a map from brief to {score, places, runs (places of a phrase), fields, bears}. */
  async #having(term) {
    if (term.phrase) return this.#phrase(term.text);
    if (!term.holders) return this.#word(term.text);
    const found = new Map();
    for (const brief of this.briefs) {
      const bears = term.holders.filter((value) => brief[value.facet].includes(value));
      const shown = bears.reduce((sum, theme) => sum + (brief.passages.get(theme)?.length ?? 0), 0);
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

  /** Briefs that have a word, in this or another spelling, or its parts where signs stand between them. */
  async #word(text) {
    if (isCjk(text)) return this.#letters(text);
    const found = new Map();
    const parts = partsOf(text);
    const maps = await Promise.all([
      this.#present(text, true),
      ...spellings(text).map((spelling) => this.#present(spelling, false)),
      ...(parts.length > 1 ? [Promise.all(parts.map((part) => this.#present(part, true))).then(together)] : []),
    ]);
    for (const map of maps) add(found, map);
    return found;
  }

  /**
   * Briefs that have a word or, when it may be `begun` only, words that begin with it. Pagefind answers an unknown word with
   * what it knows of its beginning ("missle" with "miss"), so the word has to stand in the index or in an answer.
   */
  async #present(word, begun) {
    const [exact, loose] = await Promise.all([this.pagefind.search(`"${word}"`), this.pagefind.search(word)]);
    if (!exact.results.length && !(begun && (await this.#begins(word, loose.results)))) return new Map();
    return this.#hits(loose.results);
  }

  async #begins(word, results) {
    const start = wordsOf(word).join("");
    for (const result of results.slice(0, 5)) {
      const fragment = await result.data();
      const tokens = fragment.content.split(" ");
      const there = [...result.words.map((place) => tokens[place]), ...Object.values(fragment.meta).join(" ").split(" ")];
      if (there.some((token) => [wordsOf(token).join(""), ...wordsOf(token)].some((part) => part.startsWith(start)))) return true;
    }
    return false;
  }

  /** Briefs that have words in this order. */
  async #phrase(text) {
    if (isCjk(text)) return this.#letters(text);
    const words = text.split(/\s+/).filter((word) => wordsOf(word).length);
    const found = this.#hits((await this.pagefind.search(`"${words.join(" ")}"`)).results);
    for (const hit of found.values()) [hit.places, hit.runs] = [[], [hit.places]];
    return found;
  }

  /** Briefs that have a run of Chinese, Japanese or Korean letters anywhere, in the text or in the record. */
  async #letters(text) {
    const wanted = wordsOf(text).join("");
    const { results } = await this.pagefind.search(wordsOf(text).join(" "));
    const found = new Map();
    await Promise.all(results.map(async (result) => {
      const { content, meta } = await result.data();
      const words = content.split(" ").map((token) => wordsOf(token).join(""));
      const places = runs(words, wanted);
      const fields = Object.keys(meta).filter((field) => wordsOf(meta[field]).join("").includes(wanted));
      if (places.length || fields.length) found.set(this.byFragment.get(result.id), { score: result.score, places, runs: [], fields: new Set(fields), bears: [] });
    }));
    return found;
  }

  #hits(results) {
    const hit = (result) => ({ score: result.score, places: result.words, runs: [], fields: new Set(result.matchedMetaFields ?? []), bears: [] });
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
      await this.pagefind.options({ noWorker: true, ranking: { metaWeights: WEIGHTS } });
      const { results } = await this.pagefind.search(null);
      this.all = new Map(results.map((result) => [result.id, result]));
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
  const words = tokens.map((token) => wordsOf(token).join(""));
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

/** The blocks of a text: {anchor, voice, from, to}, the last two as places of words. */
function blocksOf(anchors, tokens) {
  return anchors.map(({ id, element, location }, index) => ({ anchor: id, voice: element, from: location, to: anchors[index + 1]?.location ?? tokens.length }));
}

/** Note in `places` where the passages that show a theme name it; such a block counts even where a pattern found it. */
function showing(blocks, anchors, theme, tokens, places, term) {
  for (const block of blocks.filter(({ anchor }) => anchors.includes(anchor))) {
    block.shows = true;
    const words = [];
    for (let at = block.from; at < block.to; at += 1) for (const word of wordsOf(tokens[at])) words.push({ word, at });
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
    const joined = tokens[at].endsWith(JOINER);
    const [, before, word, after] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(tokens[at].replaceAll(JOINER, ""));
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
