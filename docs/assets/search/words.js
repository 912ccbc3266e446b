/* Read queries: words, quoted phrases, and names in any spelling that the archive knows. Nothing
   here touches the page. */

const CJK = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3";
const WORD = `[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])+`;
// British and American spellings in both directions: the endings that may follow, and how many
// letters must come before. With fewer letters, "four" and "filed" would match.
const SPELLINGS = [
  ["our", "or", "s|ed|ing|er|ers|able|ite|ites|hood", 3],
  ["is", "iz", "e|es|ed|er|ers|ing|ation|ations", 3],
  ["lys", "lyz", "e|es|ed|ing", 3],
  ["ence", "ense", "s|less", 3],
  ["tre", "ter", "s|d|ed", 2],
  ["ll", "l", "ed|ing|er|ers", 3],
  ["gramme", "gram", "s", 3],
  ["dgement", "dgment", "s", 2],
].flatMap(([british, american, ...rest]) => [[british, american, ...rest], [american, british, ...rest]]);

/** `text` in lower case, without diacritics and compatibility forms. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase();

/** Whether `text` has Chinese, Japanese or Korean letters, each of which is searched as a word. */
export const isCjk = (text) => new RegExp(`[${CJK}]`, "u").test(text);

/** The folded words of `text`; each Chinese, Japanese and Korean letter is a word. */
export const wordsOf = (text) => (text.match(new RegExp(WORD, "gu")) ?? []).map(fold).filter(Boolean);

/**
 * `text` split into {word: folded, text: as written, after: up to the next word}; what comes first
 * has the word "".
 */
export function wordsIn(text) {
  const [lead, ...parts] = text.split(new RegExp(`(${WORD})`, "gu"));
  return [{ word: "", text: "", after: lead }, ...parts.flatMap((part, at) => (at % 2 ? [] : [{ word: fold(part), text: part, after: parts[at + 1] }]))];
}

/**
 * Whether the signs between two letters or digits separate words, like `_ends_a_word` in
 * scripts/archive/site/search.py.
 */
function endsAWord(before, signs, after) {
  const found = signs.replace(/[^\p{P}\p{S}]/gu, "");
  if (found === ".") return /\p{Ll}/u.test(before) && /[\p{Lu}\p{N}]/u.test(after);
  if (found === ",") return !(/\p{N}/u.test(before) && /\p{N}/u.test(after));
  return /[^'’‘]/u.test(found);
}

/**
 * The words of `text`, split as in the index (`separate` in scripts/archive/site/search.py),
 * without signs.
 */
export function partsOf(text) {
  const parted = text.replace(/([\p{L}\p{N}])([^\p{L}\p{N}\s]+)(?=([\p{L}\p{N}]))/gu, (whole, before, signs, after) => whole + (endsAWord(before, signs, after) ? " " : ""));
  return parted.split(/\s+/).map((part) => part.replace(/[^\p{L}\p{N}\p{M}]/gu, "")).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** The original of a text that `separate` changed. */
export function original(text) {
  const sign = (code) => String.fromCodePoint(parseInt([...code].map((digit) => "!$%*+=^~".indexOf(digit)).join(""), 8));
  return text.replace(/`([!$%*+=^~]*)`( ?)/g, (_, code, space) => (code ? sign(code) + space : ""));
}

/**
 * The terms of a query, each once: {text, phrase}. Quotation marks of any kind make a phrase. Signs
 * outside ASCII separate words, as in the index. A part without letters and digits is not a term.
 */
export function parse(query) {
  const terms = [];
  const straight = query.normalize("NFC").replace(/\p{Cf}/gu, "").replace(/[“”„‟«»″＂「」『』]/gu, '"');
  for (const [, quoted, word] of straight.matchAll(/"([^"]+)"|([^\s"]+)/gu)) {
    const phrase = quoted !== undefined;
    for (const part of phrase ? [quoted] : word.split(/[^\p{L}\p{N}\p{M}\x00-\x7f’‘]+/u)) {
      const text = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, "");
      if (text && !terms.some((term) => term.text === text && term.phrase === phrase)) terms.push({ text, phrase });
    }
  }
  return terms;
}

/** Terms written as a query. */
export const asQuery = (terms) => terms.map(({ text, phrase }) => (phrase ? `"${text}"` : text)).join(" ");

/**
 * Other spellings of a word: British, American, and without full-width letters. Most of them are
 * not real words.
 */
export function spellings(word) {
  const plain = word.normalize("NFKC").toLowerCase();
  const others = SPELLINGS.map(([from, to, ends, stem]) => plain.replace(new RegExp(`^(\\w{${stem},})${from}(${ends})?$`), `$1${to}$2`));
  return [...new Set([plain, ...others])].filter((other) => other !== word.toLowerCase());
}

/**
 * Whether two folded words look like forms of one word: "policy" and "policies", "labor" and
 * "labour".
 */
function areForms(one, other) {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [shorter, longer] = [one.length, other.length].sort((a, b) => a - b);
  return one === other || (same >= Math.max(4, shorter - 1) && longer - same <= 5);
}

/**
 * The places in the folded `words` that a term matches: forms of its word or words, or its phrase.
 */
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

function fits(form, words) {
  const last = form.words.length - 1;
  return words.length === form.words.length && form.words.every((word, at) => (at === last && form.open ? words[at].startsWith(word) : words[at] === word));
}

/** The names of all values of facets: authors, institutes, series, themes and years. */
export class Names {
  /** `values` are the values of all facets, each with its `names`. */
  constructor(values) {
    this.joined = new Map();
    this.open = [];
    this.unspaced = [];
    this.longest = 1;
    for (const value of values) {
      for (const name of value.names) {
        const form = formOf(name);
        const key = form.words.join("");
        this.longest = Math.max(this.longest, form.words.length);
        this.joined.set(key, [...(this.joined.get(key) ?? []), value]);
        if (form.open) this.open.push({ form, value });
        if (isCjk(name)) this.unspaced.push({ key, value });
      }
    }
  }

  /**
   * The values with a name that the words `texts` spell; spaces, hyphens and Korean endings do not
   * matter.
   */
  of(texts) {
    const words = texts.flatMap(wordsOf);
    const key = words.join("");
    const found = [...(this.joined.get(key) ?? []), ...this.open.filter(({ form }) => fits(form, words)).map(({ value }) => value)];
    if (isCjk(key)) {
      const [first, last] = [texts[0], texts.at(-1)].map((text) => wordsOf(text).join("").length);
      const spelled = this.unspaced.filter(({ key: name }) => key.includes(name) && key.indexOf(name) < first && key.indexOf(name) + name.length > key.length - last);
      found.push(...spelled.map(({ value }) => value));
    }
    return [...new Set(found)];
  }

  /**
   * `terms` with each run of words that spell a name joined into one term {text, words, holders}.
   * The longest name wins.
   */
  recognise(terms) {
    const result = [];
    for (let at = 0; at < terms.length; ) {
      const phrase = terms.findIndex((term, index) => index >= at && term.phrase);
      let to = Math.min(phrase < 0 ? terms.length : phrase, at + this.longest);
      let holders = [];
      while (to > at && !(holders = this.of(terms.slice(at, to).map(({ text }) => text))).length) to -= 1;
      const words = terms.slice(at, to).map(({ text }) => text);
      result.push(holders.length ? { text: words.join(" "), words, holders, phrase: false } : terms[at]);
      at = Math.max(to, at + 1);
    }
    return result;
  }

  /**
   * At most five names, or words of names, of which `text` may be a misspelling; the nearest first.
   */
  near(text) {
    const key = wordsOf(text).join("");
    const limit = key.length < 4 ? 0 : key.length < 8 ? 1 : 2;
    const found = new Map();
    for (const name of [...this.joined.values()].flat().flatMap(({ names }) => names.map((one) => one.replaceAll("*", "")))) {
      for (const candidate of [name, ...name.split(/[^\p{L}\p{N}\p{M}’'-]+/u).filter((word) => word.length > 3)]) {
        const other = wordsOf(candidate).join("");
        const distance = found.has(other) || Math.abs(other.length - key.length) > limit ? 0 : editDistance(key, other);
        if (distance > 0 && distance <= limit) found.set(other, { candidate, distance });
      }
    }
    return [...found.values()].sort((one, other) => one.distance - other.distance || (one.candidate < other.candidate ? -1 : 1)).slice(0, 5).map(({ candidate }) => candidate);
  }
}

/**
 * How many letters to add, drop, change or swap with the next one (optimal string alignment
 * distance).
 */
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
