/* Select the passages of a brief that best answer a query, and mark the words found. */

import { formOf, isCjk, matches, original, partsOf, placesOf, wordsIn, wordsOf } from "./words.js";

const MAX_PASSAGES = 3;
// In words: the length of an excerpt, and how many of them come before the words found.
const WINDOW = 40;
const LEAD = 8;
const FIELDS = ["affiliation", "remarks"];

/**
 * The best passages: {passages: [{anchor, voice, pieces, marks}], more, fields}.
 *
 * `fragment` is Pagefind's fragment of the brief, and `parts` has what each of the `terms` found in
 * it. `pieces` are {text, marked}, `marks` the words to mark on the page; `more` is the number of
 * further passages. `fields` are fields of the record {field, text} with a term that the text does
 * not have.
 */
export function passagesOf(fragment, parts, terms) {
  const tokens = fragment.content.split(" ");
  const words = tokens.map((token) => wordsOf(original(token)));
  const blocks = blocksOf(fragment.anchors, tokens);
  const places = new Map();
  const note = (place, term) => places.set(place, (places.get(place) ?? new Set()).add(term));
  parts.forEach((part, term) => {
    const joined = words.map((word) => word.join(""));
    const phrases = part.runs.flatMap((run) => phrasePlaces(joined, run));
    for (const place of [...wordPlaces(terms[term], part.places, joined), ...phrases]) note(place, term);
    for (const theme of part.bears.filter(({ facet }) => facet === "theme")) noteTheme(blocks, theme, words, (place) => note(place, term));
  });
  const ranked = blocks.map((block) => ({ block, ...weigh(block, places) })).filter(({ found, block }) => found || block.shows);
  ranked.sort((one, other) => other.found - one.found || other.weight - one.weight || one.block.from - other.block.from);
  const unanswered = terms.filter((_, term) => !parts[term].bears.length && ![...places.values()].some((found) => found.has(term)));
  const fields = FIELDS.filter((field) => fragment.meta[field]).map((field) => ({ field, text: original(fragment.meta[field]) }));
  return {
    passages: ranked.slice(0, MAX_PASSAGES).map(({ block }) => ({ anchor: block.anchor, voice: block.voice, ...excerpt(block, tokens, places) })),
    more: Math.max(0, ranked.length - MAX_PASSAGES),
    fields: fields.filter(({ text }) => unanswered.some((term) => matches(term, wordsOf(text)).length)),
  };
}

/** `text` as pieces {text, marked}; words that match a term are marked. */
export function markedIn(text, terms) {
  const parts = wordsIn(text);
  const places = new Set(terms.flatMap((term) => matches(term, parts.map(({ word }) => word))));
  return parts.flatMap(({ text: whole, after }, place) => [{ text: whole, marked: places.has(place) }, { text: after, marked: false }]).filter((piece) => piece.text);
}

/** The places of `words` that, joined in a row, are or contain `wanted`. */
export function standing(words, wanted) {
  const found = [];
  for (let at = 0; at < words.length; at += 1) {
    let run = "";
    for (let to = at; to < words.length && run.length < wanted.length && wanted.startsWith(run); to += 1) {
      if (words[to] === "") break; // between two blocks
      run += words[to];
      if (run.startsWith(wanted)) found.push(...Array.from({ length: to - at + 1 }, (_, index) => at + index));
    }
  }
  return found;
}

/** The blocks of a text: {anchor, voice, themes, from, to}; the last two are places of words. */
function blocksOf(anchors, tokens) {
  return anchors.map(({ id, element, location }, index) => {
    const [voice, ...themes] = element.split(".");
    return { anchor: id, voice, themes, from: location, to: anchors[index + 1]?.location ?? tokens.length };
  });
}

/**
 * The places at which a form of the word stands, of those that Pagefind gives. Pagefind also gives
 * longer words ("wartime" for "war") and takes "used" for a form of "us". If it gives only such
 * words, the term is a prefix and they count. If it gives none, the word may be split in the text
 * ("co-operation").
 */
function wordPlaces(term, places, joined) {
  if (!places.length && !term.phrase && !term.holders) return standing(joined, wordsOf(term.text).join(""));
  if (term.phrase || term.holders || isCjk(term.text)) return places;
  const forms = partsOf(term.text).map((text) => ({ text }));
  const own = places.filter((place) => forms.some((form) => matches(form, [joined[place]]).length));
  return own.length || term.text.length < 4 ? own : places;
}

/** All places of the phrase at the places `run`: Pagefind gives only its first. */
function phrasePlaces(joined, run) {
  const phrase = joined.slice(run[0], run[0] + run.length);
  return run.length ? joined.flatMap((_, at) => (phrase.every((word, index) => joined[at + index] === word) ? phrase.map((_, index) => at + index) : [])) : [];
}

/**
 * Note the places in the passages of a theme that name it. Such a block counts even if only a
 * pattern of the theme matches it.
 */
function noteTheme(blocks, theme, words, note) {
  const forms = theme.names.map(formOf);
  for (const block of blocks.filter(({ themes }) => themes.includes(theme.id))) {
    block.shows = true;
    const inside = words.slice(block.from, block.to).flatMap((several, at) => several.map((word) => ({ word, place: block.from + at })));
    for (const form of forms) {
      for (const start of placesOf(form, inside.map(({ word }) => word))) inside.slice(start, start + form.words.length).forEach(({ place }) => note(place));
    }
  }
}

/** How many terms a block has, and how often. Words that are not the author's count less. */
function weigh(block, places) {
  const found = new Set();
  let weight = block.shows ? 5 : 0;
  for (let at = block.from; at < block.to; at += 1) {
    for (const term of places.get(at) ?? []) found.add(term);
    weight += places.has(at) ? 1 : 0;
  }
  return { found: found.size, weight: block.voice === "author" ? weight : weight / 4 };
}

/** The part of a block with the most marked words, as pieces, and these words. */
function excerpt(block, tokens, places) {
  const marked = [...places.keys()].filter((at) => at >= block.from && at < block.to).sort((one, other) => one - other);
  const whole = block.to - block.from <= WINDOW * 1.5;
  const inWindow = (start) => marked.filter((at) => at >= start && at < start + WINDOW - LEAD).length;
  const best = marked.reduce((most, start) => (inWindow(start) > inWindow(most) ? start : most), marked[0] ?? block.from);
  const from = whole ? block.from : Math.max(block.from, Math.min(best - LEAD, block.to - WINDOW));
  const to = whole ? block.to : Math.min(block.to, from + WINDOW);
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
