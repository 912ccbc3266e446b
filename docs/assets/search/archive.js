/* Search the archive: a table of all briefs, written by the build, and Pagefind's index of their words. */

import { bestStretch, passagesOf, standing } from "./passages.js";
import { Names, parse } from "./query.js";
import { areForms, fold, isCjk, matches, nearest, original, partsOf, spellings, wordsOf, wordsOfToken } from "./words.js";

export const NAMES = { theme: "Theme", author: "Author", institute: "Institute", series: "Series", year: "Year" };
export const FACETS = Object.keys(NAMES);
// A letter on every page of the index and in no text (EVERY in scripts/archive/site/search.py).
const EVERY = "\u16a0";
// A brief with the author, institute, series or theme that a query names comes before any brief that only has the words.
const NAMED_SCORE = 1000;
// Before briefs with the words scattered come those with the words together: in the title, or within so many words.
// Where some of the words are missing, it says less that the others stand together.
const [TOGETHER_SCORE, PARTLY_TOGETHER_SCORE, STRETCH] = [100, 10, 40];
// If no brief has all words, those are found that have at least half of the words, or a rare one: one in at most a
// twentieth of the briefs. Of these, by weight, those that have at least half of what the best brief has.
const [MOST, RARE] = [0.5, 0.05];
// Longer words and the record must add nothing to a score: what they add depends on how much of the index is loaded. This
// similarity is high enough to exclude longer words; the fields are those of scripts/archive/site/search.py.
const RECORD = ["title", "authors", "affiliation", "institute", "series", "date", "themes", "every", "remarks", "compounds"];
const RANKING = { termSimilarity: 20, metaWeights: Object.fromEntries(RECORD.map((field) => [field, 0])) };
const [MIN_PREFIX, NEXT_LETTERS] = [3, "abcdefghijklmnopqrstuvwxyz0123456789"];
// At most so many texts are read through for a phrase, and so many terms searched for: more would keep the reader waiting.
const [MAX_TEXTS_READ, MAX_TERMS] = [40, 20];
// What a brief has of a term that it lacks, or that only filters.
const NOTHING = { score: 0, places: [], bears: [] };

export class Archive {
  /** Load the table of the archive whose site is at `root`. Throws when it cannot be loaded. */
  static async open(root) {
    const response = await fetch(new URL("search/briefs.json", root));
    if (!response.ok) throw new Error(`the table of briefs: ${response.status}`);
    return new Archive(root, await response.json());
  }

  constructor(root, table) {
    [this.root, this.moved, this.results, this.faults] = [root, table.moved, new Map(), 0];
    this.values = Object.fromEntries(FACETS.map((facet) => [facet, table[facet].map(([id, ...names]) => ({ facet, id, label: names[0], names }))]));
    for (const author of this.values.author) {
      // The label has the family name first. The other order, and both with initials, are names too.
      const [family, given = ""] = author.label.split(", ");
      const initials = given.split(/[\s-]+/).map((name) => name[0] ?? "").join("");
      author.names.push(`${given} ${family}`.trim(), ...[...new Set([initials, initials[0] ?? ""])].filter(Boolean).flatMap((short) => [`${short} ${family}`, `${family} ${short}`]));
      author.family = family;
    }
    this.values.series.forEach((series, place) => { series.institute = this.values.institute[table.home[place]]; });
    this.names = new Names(Object.values(this.values).flat());
    const columns = { ...table.briefs, fragment: table.briefs.fragment.split(" ").filter(Boolean) };
    this.briefs = columns.id.map((_, place) => this.#brief(place, Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[place]]))));
    this.byFragment = new Map(this.briefs.map((brief) => [brief.fragment, brief]));
  }

  /** A brief from its row of the table. */
  #brief(place, row) {
    const named = (facet, value, name) => ({ value: this.values[facet][value], name: this.values[facet][value].names[name] });
    const byline = pairs(row.authors).map(([author, name]) => named("author", author, name));
    const themes = pairs(row.themes).map(([theme, passages]) => ({ theme: this.values.theme[theme], passages }));
    const series = pairs(row.series).map(([value, name]) => named("series", value, name));
    const headWords = [row.title, ...byline.flatMap(({ value }) => value.names), ...series.map(({ name }) => name), row.number ?? ""];
    const [year, publishers] = [this.values.year[row.year], pairs(row.institutes).map(([body, name]) => named("institute", body, name))];
    return {
      ...row, place, byline, themes, inSeries: series, series: series.map(({ value }) => value), fragment: `en_${row.fragment}`,
      // Most ids are stored without the year and the institute that they begin with.
      id: row.id.startsWith("-") ? `${year.id}-${publishers[0].value.id}${row.id}` : row.id,
      head: wordsOf(headWords.join(" ")),
      publishers,
      author: byline.map(({ value }) => value),
      institute: publishers.map(({ value }) => value),
      theme: themes.map(({ theme }) => theme),
      year: [year],
    };
  }

  /** The value of a facet with an id, also with an old id; undefined if there is none. */
  value(facet, id) { return this.values[facet].find((value) => value.id === (this.moved[facet]?.[id] ?? id)); }

  /** The address of a value's page. */
  pageOf({ facet, id, institute }) {
    return new URL(facet === "series" ? `institutes/${institute.id}/#${id}` : `${facet}s/${id}/`, this.root).href;
  }

  /** Find the briefs for a query: what `parse` made of it, with `size` and `weight` of each term, and `hits`: {brief,
      parts (of each term), score, lacks (terms)}; `isPartial`: true if no brief has all terms; `cut`: true if the
      query has more terms than are searched for; `missing`: the terms that no brief has; `corrected`: pairs of such a
      word and the word searched for in its place. Throws when the index cannot be loaded. */
  async find(text, corrected = []) {
    const { query, terms: every, asWords } = parse(text, this.names);
    const terms = every.slice(0, MAX_TERMS);
    const found = terms.length && this.briefs.length ? await this.withEngine(() => Promise.all(terms.map((term) => this.#having(term)))) : terms.map(() => new Map());
    terms.forEach((term, index) => Object.assign(term, { size: found[index].size, weight: this.#weight(found[index].size) }));
    // The terms of a group are alternatives.
    const groups = [];
    terms.forEach((term, index) => !term.not && (term.or && groups.length ? groups.at(-1).push(index) : groups.push([index])));
    const has = (brief) => (group) => group.some((index) => found[index].has(brief));
    const open = terms.length ? this.briefs.filter((brief) => !terms.some((term, index) => term.not && found[index].has(brief))) : [];
    const whole = open.filter((brief) => groups.every(has(brief)));
    const hits = (whole.length ? whole : this.#withMostWords(open, groups, terms, has)).map((brief) => {
      const parts = found.map((map) => map.get(brief) ?? NOTHING);
      const lacks = groups.filter((group) => !has(brief)(group)).map(([index]) => terms[index]);
      // Of briefs that lack words, the rarity of the words that they have decides.
      const partly = lacks.length ? NAMED_SCORE ** 2 * weightOf(groups.filter(has(brief)), terms) : 0;
      const close = (lacks.length ? PARTLY_TOGETHER_SCORE : TOGETHER_SCORE) * closeness(brief, parts, terms);
      return { brief, parts, lacks, score: parts.reduce((sum, part) => sum + part.score, partly + close) };
    });
    const right = corrected.length ? [] : await this.#corrections(terms, hits.reduce((best, hit) => (hit.score > (best?.score ?? -1) ? hit : best), null));
    // From the end, so that the places of the others stay right.
    const better = right.reduceRight((all, [{ at: [from, to], text: word }, other]) => all.slice(0, from) + all.slice(from, to).replace(word, other) + all.slice(to), query);
    if (right.length) return this.find(better, right.map(([term, other]) => [term.text, other]));
    const missing = terms.filter(({ size, not }) => !size && !not);
    return { query, terms, asWords, corrected, missing, hits, cut: every.length > MAX_TERMS, isPartial: !whole.length && hits.length > 0 };
  }

  /** The weight of a term that so many briefs have: a rare one weighs more (the idf of BM25). */
  #weight(size) { return Math.log(1 + (this.briefs.length - size + 0.5) / (size + 0.5)); }

  /** The briefs that have most of the words, and all that is quoted or filters. */
  #withMostWords(open, groups, terms, has) {
    const words = groups.filter((group) => !group.some((index) => filtersOnly(terms[index])));
    const fixed = groups.filter((group) => !words.includes(group) || group.some((index) => terms[index].phrase));
    const rare = this.#weight(Math.max(1, RARE * this.briefs.length));
    const ranked = open.filter((brief) => fixed.every(has(brief))).map((brief) => ({ brief, had: words.filter(has(brief)) }))
      .filter(({ had }) => had.length && (had.length >= words.length / 2 || had.some(([index]) => terms[index].weight >= rare)))
      .map(({ brief, had }) => ({ brief, weight: weightOf(had, terms) }));
    const best = Math.max(...ranked.map(({ weight }) => weight));
    return ranked.filter(({ weight }) => weight >= MOST * best).map(({ brief }) => brief);
  }

  /** The words that no brief has as they are, as [term, better]. Pagefind finds "extent" for "extention", so the text
      of the best hit decides whether a word is known. */
  async #corrections(terms, best) {
    const changes = terms.map(async (term, index) => {
      if (term.not || term.phrase || term.holders || filtersOnly(term) || /[/@]/.test(term.text) || (term.size && (term.text.length < 5 || !best?.parts[index].score))) return [];
      const tokens = term.size ? tokensOf(await this.withEngine(() => this.#fragment(best.brief)), best.parts[index].places) : [];
      const wanted = [term.text, ...spellings(term.text)].map((spelling) => wordsOf(spelling).join(""));
      if (tokens.some((token) => wanted.some((word) => token.includes(word)))) return [];
      const words = await this.withEngine(() => this.vocabulary ??= fetch(new URL("search/words.txt", this.root)).then((response) => response.text()));
      const known = [...this.names.words, ...words.split(" ")];
      const there = new Set(known.map(fold));
      const better = term.text.replace(/[\p{L}\p{M}']{4,}/gu, (word) => (there.has(fold(word)) ? word : nearest(word, known)));
      return better === term.text || (term.size && areForms(fold(better), fold(term.text))) ? [] : [[term, better]];
    });
    return (await Promise.all(changes)).flat();
  }

  /** Load the passages of a hit (passagesOf). Throws when the index cannot be loaded. */
  async passages(hit, terms) {
    return passagesOf(await this.withEngine(() => this.#fragment(hit.brief)), hit.parts, terms);
  }

  /** Find the briefs that have a term: a map from brief to {score, places, bears}. */
  async #having(term) {
    if (filtersOnly(term)) return new Map(this.briefs.filter((brief) => passes(term, brief)).map((brief) => [brief, NOTHING]));
    if (!term.holders) {
      const found = term.phrase ? await this.#phrase(term.text) : await this.#word(term.text);
      for (const [brief, hit] of found) {
        // A term in the title or the byline weighs a little more than in all of the text, which is 1 at most.
        hit.score = (hit.score + (matches(term, brief.head).length ? 1.01 : 0)) * this.#weight(found.size);
        if (brief.number && wordsOf(term.text).join("") === wordsOf(brief.number).join("")) hit.bears = [brief.number];
      }
      return found;
    }
    const found = new Map();
    // People and institutes may be mentioned under any of their names. Briefs on a theme are known without its other names.
    const others = term.holders.filter(({ facet }) => facet !== "theme").flatMap(({ names }) => names);
    for (const map of await Promise.all([...new Set([term.text, ...others])].map((name) => this.#phrase(name)))) add(found, map);
    // Briefs that have the words, but not as a phrase, come last.
    for (const [brief, hit] of intersection(await Promise.all(term.words.map((word) => this.#word(word))))) {
      if (!found.has(brief)) found.set(brief, { ...hit, score: hit.score / NAMED_SCORE });
    }
    for (const brief of this.briefs) {
      const bears = term.holders.filter((value) => brief[value.facet].includes(value));
      // Under any of its names, a theme has its briefs in one order: those with most passages first.
      const shown = brief.themes.reduce((sum, { theme, passages }) => sum + (bears.includes(theme) ? passages : 0), 0);
      if (bears.length) found.set(brief, { places: [], score: NAMED_SCORE + shown, bears });
    }
    return found;
  }

  /** Find briefs that have a word, in this or another spelling, or its parts if it has signs in it. */
  async #word(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    return union(await Promise.all(parts.length === 1
      ? [this.#present(parts[0], true), ...spellings(parts[0]).map((spelling) => this.#present(spelling, false))]
      : [this.#phrase(text), ...(/\p{L}/u.test(text) ? [this.#present(parts.join(""), false), this.#all(parts)] : [])]));
  }

  /** Find briefs that have all words. */
  #all(words) { return Promise.all([...new Set(words)].map((word) => this.#present(word, true))).then(intersection); }

  /** Find briefs that have a word in any of its forms. If none has it and `isPrefix` allows, find words that begin
      with it. Pagefind alone finds more for a word when earlier queries have loaded more of its index. It answers an
      unknown word with words that share its beginning ("missle" with "miss"). So a quoted search decides which briefs
      have the word, and a plain one how well they match. A prefix counts only if it occurs in an answer, after its
      part of the index is loaded. */
  async #present(word, isPrefix) {
    const exact = new Set((await this.pagefind.search(`"${word}"`)).results.map(({ id }) => id));
    if (!exact.size && (!isPrefix || word.length < MIN_PREFIX)) return new Map();
    if (!exact.size) await Promise.all([...NEXT_LETTERS].map((letter) => this.pagefind.preload(word + letter)));
    const { results } = await this.pagefind.search(word);
    if (exact.size) return this.#hits(results.filter(({ id }) => exact.has(id)));
    const tokens = await Promise.all(results.slice(0, 5).map(async (result) => tokensOf(await result.data(), result.words)));
    return tokens.flat().some((token) => token.startsWith(fold(word))) ? this.#hits(results) : new Map();
  }

  /** Find briefs that have the words of `text` as a phrase. */
  async #phrase(text) {
    if (isCjk(text)) return this.#letters(text);
    const parts = partsOf(text);
    const found = this.#hits((await this.pagefind.search(`"${parts.join(" ")}"`)).results);
    if (found.size || parts.length < 2) return found;
    // Pagefind misses a phrase in a text that spells one of its words with and without diacritics. If few briefs have all
    // words, their texts are read through.
    const having = await this.#all(parts);
    return having.size > MAX_TEXTS_READ ? found : this.#reading(having, wordsOf(parts.join(" ")).join(""));
  }

  /** Find briefs that have a run of Chinese, Japanese or Korean letters in the text or the record. */
  async #letters(text) {
    const { results } = await this.pagefind.search(wordsOf(text).join(" "));
    return this.#reading(this.#hits(results), wordsOf(text).join(""));
  }

  /** Keep of the briefs `having` those with words in a row that together are, or contain, `wanted`. Names contain it from the beginning of a word on. */
  async #reading(having, wanted) {
    const found = await Promise.all([...having].map(async ([brief, hit]) => {
      const { content, meta } = await this.#fragment(brief);
      const places = standing(content.split(" ").map((token) => wordsOfToken(token).join("")), wanted);
      const inRecord = Object.entries(meta).some(([field, value]) => new RegExp((/^(authors|institute|series)$/.test(field) ? "(?<![\\p{L}\\p{N}])" : "") + [...wanted].join("[^\\p{L}\\p{N}]*"), "u").test(fold(original(value, false))));
      return places.length || inRecord ? [[brief, { ...hit, places }]] : [];
    }));
    return new Map(found.flat());
  }

  /** Load the text of a brief. If no search has found the brief yet, a search for the letter EVERY does. */
  async #fragment({ fragment }) {
    if (!this.results.has(fragment)) this.#hits((await this.pagefind.search(EVERY)).results);
    return this.results.get(fragment).data();
  }

  /** Turn Pagefind's results into hits, with scores relative to the best one. */
  #hits(results) {
    for (const result of results) this.results.set(result.id, result);
    const best = results.reduce((most, { score }) => Math.max(most, score), 0) || 1;
    const known = results.filter(({ id }) => this.byFragment.has(id));
    return new Map(known.map(({ id, score, words }) => [this.byFragment.get(id), { score: score / best, places: words, bears: [] }]));
  }

  /** Do `work` with Pagefind, which is loaded once, on the main thread: a worker would load the program a second
      time. When a part of the index is missing, Pagefind reports nothing and finds nothing; so its requests are
      watched. When its program fails, as happens in WebKit ("Out of bounds memory access"), `work` is done once more
      with another copy of it, which comes from another address and has its own memory. */
  async withEngine(work = () => {}, isLast = false) {
    const loading = this.loading ??= (async () => {
      const engine = await import(new URL(`pagefind/pagefind.js${this.faults ? `?${this.faults}` : ""}`, this.root).href);
      await engine.options({ noWorker: true, ranking: RANKING });
      await engine.init();
      this.pagefind = engine;
    })();
    try {
      await loading;
      const result = await work();
      if (requests.failed) throw new Error("a part of the index could not be loaded");
      return result;
    } catch (error) {
      const isFinal = isLast || requests.failed;
      // Pagefind never requests a part again that it could not load: so whatever is done next starts it afresh.
      if (loading === this.loading) {
        [this.loading, this.vocabulary, this.results, this.faults, requests.failed] = [undefined, undefined, new Map(), this.faults + 1, false];
      }
      if (isFinal) throw error;
      return this.withEngine(work, true);
    }
  }
}

/* Watch requests to the server: see Archive.withEngine. */
const requests = { failed: false };
const { fetch: send } = globalThis;
globalThis.fetch = (...request) => {
  const response = send(...request);
  response.then(({ ok }) => { requests.failed ||= !ok; }, () => { requests.failed = true; });
  return response;
};

/** The words of a fragment at some places, and those of its record. */
const tokensOf = ({ content, meta }, places) => {
  const tokens = content.split(" ");
  return [...places.map((place) => tokens[place]), ...Object.values(meta).join(" ").split(" ")].map((token) => wordsOfToken(token).join(""));
};

/** The briefs that are in any of the maps, with their hits combined. */
const union = (maps) => maps.reduce((found, map) => add(found, map), new Map());
/** The briefs that are in all maps, with their hits combined. */
const intersection = (maps) => new Map([...union(maps)].filter(([brief]) => maps.every((map) => map.has(brief))));

/** Add the hits in `more` to those in `found`, and return these. */
function add(found, more) {
  for (const [brief, hit] of more) {
    const known = found.get(brief) ?? NOTHING;
    const both = (name) => [...known[name], ...hit[name]];
    found.set(brief, { score: known.score + hit.score, places: both("places"), bears: both("bears") });
  }
  return found;
}

/** Whether a term only filters, and whether a brief passes it. */
const filtersOnly = ({ values, range }) => Boolean(values ?? range);
const passes = ({ values, range }, brief) => (values ? values.some((value) => brief[value.facet].includes(value)) : isWithin(range, brief));
/** Whether a brief is of a year from `first` to `last`; one without a date is not. */
export const isWithin = ([first, last], { year: [{ id }] }) => Number(id) >= first && Number(id) <= last;
/** The weight of the groups of terms that a brief has. */
const weightOf = (groups, terms) => groups.reduce((sum, group) => sum + Math.max(...group.map((index) => terms[index].weight)), 0);

/** How much of the weight of the terms stands together in a brief, from 0 to 1: half of it counts a quarter. What the
    brief bears through its record stands with every word. */
function closeness(brief, parts, terms) {
  const weights = terms.map((term, index) => (parts[index].bears.length || term.not || filtersOnly(term) ? 0 : term.weight));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.filter(Boolean).length < 2) return all ? 1 : 0;
  const inTitle = terms.flatMap((term, index) => (matches(term, brief.head).length ? [[-STRETCH, index]] : []));
  const inText = parts.flatMap((part, index) => part.places.map((place) => [place, index]));
  const { weight, span } = bestStretch([...inTitle, ...inText.sort(([one], [other]) => one - other)], weights, STRETCH);
  return (weight / all) ** 2 - span / STRETCH / TOGETHER_SCORE;
}

const pairs = (list) => list.flatMap((first, index) => (index % 2 ? [] : [[first, list[index + 1]]]));
