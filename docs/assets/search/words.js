/* Words: where they begin and end, their forms and spellings, and how near they are to each other.
   Nothing here touches the page. */

const CJK = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3";
const WORD = `[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])+`;
// British and American spellings, and plurals that the index does not know, in both directions: the
// endings that may follow, and how many letters must come before. With fewer letters, "four" and
// "filed" would match.
const SPELLINGS = [
  ["our", "or", "s|ed|ing|er|ers|able|ite|ites|hood", 3],
  ["is", "iz", "e|es|ed|er|ers|ing|ation|ations", 3],
  ["lys", "lyz", "e|es|ed|ing", 3],
  ["ence", "ense", "s|less", 3],
  ["tre", "ter", "s|d|ed", 2],
  ["ll", "l", "ed|ing|er|ers", 3],
  ["gramme", "gram", "s", 3],
  ["dgement", "dgment", "s", 2],
  ["man", "men", "", 2],
  ["sis", "ses", "", 2],
].flatMap(([british, american, ...rest]) => [[british, american, ...rest], [american, british, ...rest]]);

/** `text` in the normal form in which words are compared (`normalise` in scripts/archive/text/normal_forms.py). */
export const normalise = (text) => text.replace(/\p{DI}/gu, "")
  .replace(/[\ufb00-\ufb06\u2e80-\u2fdf\ufe10-\ufe6f\uff00-\uffef]/g, (sign) => sign.normalize("NFKC"))
  .replace(/\s/g, " ").replace(/[‐‑−]/g, "-").replace(/[“”„‟〝〞〟]/g, '"').replace(/[‘’‚‛ʼ]/g, "'").normalize("NFC");

/** `text` in lower case, without diacritics, compatibility forms and signs that are not seen. */
export const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\p{DI}]/gu, "").normalize("NFC").toLowerCase();
/** Whether `text` has Chinese, Japanese or Korean letters, each of which is searched as a word. */
export const isCjk = (text) => new RegExp(`[${CJK}]`, "u").test(text);
/** The folded words of `text`; each Chinese, Japanese and Korean letter is a word. */
export const wordsOf = (text) => (text.match(new RegExp(WORD, "gu")) ?? []).map(fold).filter(Boolean);

/** `text` split into {word: folded, text: as written, after: up to the next word}; what comes first has the word "". */
export function wordsIn(text) {
  const [lead, ...parts] = text.split(new RegExp(`(${WORD})`, "gu"));
  return [{ word: "", text: "", after: lead }, ...parts.flatMap((part, at) => (at % 2 ? [] : [{ word: fold(part), text: part, after: parts[at + 1] }]))];
}

/** Whether the signs between two letters or digits separate words, like `_ends_a_word` in
    scripts/archive/site/search.py. */
function endsAWord(before, signs, after) {
  const found = signs.replace(/[^\p{P}\p{S}]/gu, "");
  if (found === ".") return /\p{Ll}/u.test(before) && /[\p{Lu}\p{N}]/u.test(after);
  if (found === ",") return !(/\p{N}/u.test(before) && /\p{N}/u.test(after));
  return /[^'’‘]/u.test(found);
}

/** The words of `text`, split as in the index (`separate` in scripts/archive/site/search.py), without signs. */
export function partsOf(text) {
  const parted = text.replace(/([\p{L}\p{N}])([^\p{L}\p{N}\s]+)(?=([\p{L}\p{N}]))/gu, (whole, before, signs, after) => whole + (endsAWord(before, signs, after) ? " " : ""));
  return parted.split(/\s+/).map((part) => part.replace(/[^\p{L}\p{N}\p{M}]/gu, "")).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** The original of a text that `separate` changed; with its words as received, or else in normal form. */
export function original(text, asReceived = true) {
  const number = (code) => parseInt([...code].map((digit) => "!$%*+=^~".indexOf(digit)).join(""), 8);
  const received = (_, run, code) => {
    const [length, ...letters] = code.match(/.{7}/g).map(number);
    return asReceived ? [...[...run].slice(0, -length), String.fromCodePoint(...letters)].join("") : run;
  };
  return text.replace(/([^\s`]*)`\|([^`]*)`/g, received).replace(/`([!$%*+=^~]*)`( ?)/g, (_, code, space) => (code ? String.fromCodePoint(number(code)) + space : ""));
}

/** The words of a token of the index. */
export const wordsOfToken = (token) => wordsOf(original(token, false));

/** Other spellings of a word: British, American, plural. Most of them are not real words. */
export function spellings(word) {
  const plain = word.toLowerCase();
  const others = SPELLINGS.map(([from, to, ends, stem]) => plain.replace(new RegExp(`^(\\w{${stem},})${from}(${ends})?$`), `$1${to}$2`));
  return [...new Set(others)].filter((other) => other !== plain);
}

/** Whether two folded words look like forms of one word: "policy" and "policies", "labor" and "labour". */
export function areForms(one, other) {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [shorter, longer] = [one.length, other.length].sort((a, b) => a - b);
  return one === other || (same >= Math.max(4, shorter - 1) && longer - same <= 5);
}

/** The places in the folded `words` that a term matches: forms of its word or words, or its phrase. */
export function matches(term, words) {
  const wanted = wordsOf(term.text);
  if (term.phrase || term.holders || isCjk(term.text)) return placesOf({ words: wanted }, words).flatMap((at) => wanted.map((_, index) => at + index));
  const forms = [...wanted, ...spellings(term.text)];
  return words.flatMap((word, at) => (forms.some((form) => areForms(form, word)) ? [at] : []));
}

/** A name as words; `open` if its last word may have any ending (a star in themes.yml). */
export const formOf = (name) => ({ words: wordsOf(name), open: name.endsWith("*") });
/** The places in `words` at which a form begins. */
export const placesOf = (form, words) => words.flatMap((_, at) => (fits(form, words.slice(at, at + form.words.length)) ? [at] : []));

/** Whether `words` are a form. */
export function fits(form, words) {
  const last = form.words.length - 1;
  return words.length === form.words.length && form.words.every((word, at) => (at === last && form.open ? words[at].startsWith(word) : words[at] === word));
}

/** The word of `known` that `word` is most likely a misspelling or another form of; or two of its words, which it
    joins; or `word` itself. The first letter is rarely wrong. */
export function nearest(word, known) {
  const key = fold(word);
  const limit = key.length < 5 && !isCjk(key) ? 0 : key.length < 8 ? 1 : 2;
  const near = known.map((candidate) => ({ candidate, other: fold(candidate) }))
    .filter(({ other }) => other[0] === key[0] && Math.abs(other.length - key.length) <= limit)
    .map(({ candidate, other }) => ({ candidate, distance: editDistance(key, other) - (areForms(key, other) ? 0.5 : 0) }));
  const [best] = near.filter(({ distance }) => distance <= limit).sort((one, other) => one.distance - other.distance);
  const words = new Set(known);
  const joined = [...key].map((_, at) => [key.slice(0, at), key.slice(at)]).find((two) => two.every((part) => words.has(part)));
  return best?.candidate ?? joined?.join(" ") ?? known.find((candidate) => areForms(key, fold(candidate))) ?? word;
}

/** How many letters to add, drop, change or swap with the next one (optimal string alignment distance). */
export function editDistance(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j += 1) {
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.length][other.length];
}
