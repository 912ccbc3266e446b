/* Select the passages of a brief that best answer a query, and mark the words found. */

import { formOf, isCjk, matches, original, partsOf, placesOf, wordsIn, wordsOf, wordsOfToken } from "./words.js";

// Passages of a brief; words of an excerpt, and how many of them come before the words found; the weight of a voice
// that is not the author's.
const [MAX_PASSAGES, WINDOW, LEAD, OTHER_VOICE] = [3, 40, 8, 0.7];
const FIELDS = ["affiliation", "remarks"];

/** The best passages: {passages: [{anchor, voice, pieces, marks}], more, fields}. `fragment` is Pagefind's fragment
    of the brief, and `parts` has what each of the `terms` found in it. `pieces` are {text, marked}, `marks` the words
    to mark on the page; `more` is the number of further passages. `fields` are fields of the record {field, text}
    with a term that the text does not have. */
export function passagesOf(fragment, parts, terms) {
  const tokens = fragment.content.split(" ");
  const words = tokens.map(wordsOfToken);
  const joined = words.map((word) => word.join(""));
  const blocks = blocksOf(fragment.anchors, tokens);
  const places = new Map();
  const note = (place, term) => places.set(place, (places.get(place) ?? new Set()).add(term));
  const flat = words.flatMap((several, place) => several.map((word) => ({ word, place })));
  parts.forEach((part, index) => {
    const term = terms[index];
    if (term.not) return;
    const names = term.phrase || term.holders || isCjk(term.text) ? [term.text, ...(term.holders ?? []).flatMap((value) => value.names)].map(formOf) : [];
    const named = names.flatMap((form) => placesOf(form, flat.map(({ word }) => word)).flatMap((at) => flat.slice(at, at + form.words.length)));
    for (const place of named.length ? named.map((word) => word.place) : wordPlaces(term, part.places, joined)) note(place, index);
    // A block may show a theme by a pattern, without its name.
    for (const block of blocks) if (part.bears.some(({ facet, id }) => facet === "theme" && block.themes.includes(id))) block.shows.push(index);
  });
  // What the brief bears through its record is true of every passage, so it does not tell the best.
  const isBorne = parts.map(({ bears }) => bears.length > 0);
  const hasOther = terms.some((_, term) => !isBorne[term] && [...places.values()].some((found) => found.has(term)));
  const weights = terms.map(({ weight }, term) => (hasOther && isBorne[term] ? 0 : weight));
  const ranked = blocks.map((block) => ({ block, ...weigh(block, places, weights) })).filter(({ weight }) => weight);
  ranked.sort((one, other) => other.weight - one.weight || other.size - one.size || other.close - one.close || one.span - other.span || other.count - one.count || one.block.from - other.block.from);
  const unanswered = terms.filter((term, index) => !isBorne[index] && !term.not && ![...places.values()].some((found) => found.has(index)));
  const fields = FIELDS.filter((field) => fragment.meta[field]).map((field) => ({ field, text: original(fragment.meta[field]) }));
  return {
    passages: ranked.slice(0, MAX_PASSAGES).map(({ block, from }) => ({ anchor: block.anchor, voice: block.voice, ...excerpt(block, tokens, places, from) })),
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
    return { anchor: id, voice, themes, shows: [], from: location, to: anchors[index + 1]?.location ?? tokens.length };
  });
}

/** The places at which a form of the word stands, of those that Pagefind gives. Pagefind also gives longer words
    ("wartime" for "war") and takes "used" for a form of "us". If it gives only such words, the term is a prefix and
    they count. If it gives none, the word may be split in the text ("co-operation"). */
function wordPlaces(term, places, joined) {
  if (term.phrase || term.holders) return places;
  if (!places.length) return standing(joined, wordsOf(term.text).join(""));
  const forms = partsOf(term.text).map((text) => ({ text }));
  const own = places.filter((place) => forms.some((form) => matches(form, [joined[place]]).length));
  return own.length || term.text.length < 4 ? own : places;
}

/** The best stretch of at most `width` words: {from, weight (of the terms in it), span}. `marks` are pairs of a place
    and a term, in order; `weights` are those of the terms. */
export function bestStretch(marks, weights, width) {
  let best = { from: marks[0]?.[0] ?? 0, weight: 0, span: 0 };
  const times = new Map();
  let [first, weight] = [0, 0];
  for (const [place, term] of marks) {
    times.set(term, (times.get(term) ?? 0) + 1);
    if (times.get(term) === 1) weight += weights[term];
    // The first mark goes if it is too far away, or if its term comes again.
    for (; place - marks[first][0] >= width || times.get(marks[first][1]) > 1; first += 1) {
      const dropped = marks[first][1];
      times.set(dropped, times.get(dropped) - 1);
      if (!times.get(dropped)) weight -= weights[dropped];
    }
    const span = place - marks[first][0] + 1;
    if (weight > best.weight + 1e-6 || (weight > best.weight - 1e-6 && span < best.span)) best = { from: marks[first][0], weight, span };
  }
  return best;
}

/** What a block has of the terms, and where. Words that are not the author's weigh less. */
function weigh(block, places, weights) {
  const marks = [];
  for (let at = block.from; at < block.to; at += 1) for (const term of places.get(at) ?? []) marks.push([at, term]);
  const found = new Set([...marks.map(([, term]) => term), ...block.shows]);
  const weight = weights.reduce((sum, own, term) => sum + (found.has(term) ? own : 0), 0);
  const { from, span, weight: close } = bestStretch(marks, weights, WINDOW - LEAD);
  return { from, span, close, size: found.size, count: marks.length, weight: block.voice === "author" ? weight : weight * OTHER_VOICE };
}

/** The part of a block around its best words, as pieces, and these words. */
function excerpt(block, tokens, places, best) {
  const whole = block.to - block.from <= WINDOW * 1.5;
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
