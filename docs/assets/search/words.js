/* What readers type: words, quoted phrases, and names in any spelling that the archive knows. Nothing here touches the page. */

const CJK = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3";
const LETTER = "[\\p{L}\\p{N}]";
// British and American, each way: the stem must be long enough for "four" and "were" to stay what they are.
const SPELLINGS = [
  [/^(\w{3,})our(s|ed|ing|er|ers|able)?$/, "$1or$2"],
  [/^(\w{3,})or(s|ed|ing|er|ers|able)?$/, "$1our$2"],
  [/^(\w{3,})is(e|es|ed|er|ers|ing|ation|ations)$/, "$1iz$2"],
  [/^(\w{3,})iz(e|es|ed|er|ers|ing|ation|ations)$/, "$1is$2"],
  [/^(\w{3,})ence(s|less)?$/, "$1ense$2"],
  [/^(\w{3,})ense(s|less)?$/, "$1ence$2"],
  [/^(\w{3,})tre(s|d)?$/, "$1ter$2"],
  [/^(\w{3,})ter(s|ed)?$/, "$1tre$2"],
  [/^(\w{3,})ll(ed|ing|er|ers)$/, "$1l$2"],
  [/^(\w{3,})l(ed|ing|er|ers)$/, "$1ll$2"],
  [/^(\w{3,})gramme(s)?$/, "$1gram$2"],
  [/^(\w{3,})gram(s)?$/, "$1gramme$2"],
];

/** `text` in lower case, without diacritics, each letter written one way. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase();

/** Whether `text` has Chinese, Japanese or Korean letters, which are searched one by one. */
export const isCjk = (text) => new RegExp(`[${CJK}]`, "u").test(text);

/** The folded words of `text`; each Chinese, Japanese and Korean letter is one. */
export const wordsOf = (text) => fold(text).match(new RegExp(`[${CJK}]|(?:(?![${CJK}])${LETTER})+`, "gu")) ?? [];

/**
 * The terms of a query: {text, phrase}. Quotation marks of any kind make a phrase. Signs that part words on the pages part
 * them here; what has no letter and no figure is no term.
 */
export function parse(query) {
  const terms = [];
  const straight = query.normalize("NFC").replace(/[“”„‟«»″＂「」『』]/gu, '"');
  for (const [, phrase, word] of straight.matchAll(/"([^"]+)"|([^\s"]+)/gu)) {
    const parts = phrase === undefined ? word.split(/[^\p{L}\p{N}\p{M}\p{C}\x00-\x7f’‘ʼ]+/u) : [phrase];
    for (const part of parts) {
      const text = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
      if (text) terms.push({ text, phrase: phrase !== undefined });
    }
  }
  return terms;
}

/** Other spellings of a word: British and American, and full-width letters as plain ones. Most of them are no words. */
export function spellings(word) {
  const plain = word.normalize("NFKC").toLowerCase();
  const others = SPELLINGS.filter(([from]) => from.test(plain)).map(([from, to]) => plain.replace(from, to));
  return [...new Set([...(plain === word.toLowerCase() ? [] : [plain]), ...others])];
}

/** The words of `text` as the index parts them (scripts/archive/search.py, separate), signs left out. */
export function partsOf(text) {
  const parts = text.split(/\s+|(?<=\p{Ll})\.(?=\p{Lu})|(?<!\p{N}),|,(?!\p{N})|(?:(?![.,'’‘_])[\p{P}\p{S}])+[.,'’‘]*|[.,'’‘]+(?=[\p{P}\p{S}])/u);
  return parts.map((part) => part.replace(/(?!_)[\p{P}\p{S}]/gu, "")).filter(Boolean);
}

/** What `separate` made of a text, turned back; a word that ends with a joiner is `joined` to the next. */
export function original(text) {
  return text.replace(/`([!$%*+=^~]*)` ?/g, (whole, code) => (code ? String.fromCodePoint(parseInt([...code].map((digit) => "!$%*+=^~".indexOf(digit)).join(""), 8)) + (whole.endsWith(" ") ? " " : "") : ""));
}

/** Whether `words` are those of `form`; the last word of an open form (a star in themes.yml) may go on. */
function fits(form, words) {
  const last = form.words.length - 1;
  return words.length === form.words.length && form.words.every((word, at) => (at === last && form.open ? words[at].startsWith(word) : words[at] === word));
}

/** The names of people, institutes, series, themes and years, and whose they are. */
export class Names {
  /** `values`: those of all facets, each with its `names`. */
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

  /** The values whose name `texts`, words in a row, spell: spaces and hyphens do not matter, nor do Korean endings. */
  of(texts) {
    const words = texts.flatMap(wordsOf);
    const key = words.join("");
    const found = [...(this.joined.get(key) ?? []), ...this.open.filter(({ form }) => fits(form, words)).map(({ value }) => value)];
    if (isCjk(key)) {
      const ends = [wordsOf(texts[0]).join("").length, key.length - wordsOf(texts.at(-1)).join("").length];
      for (const { key: name, value } of this.unspaced) {
        const at = key.indexOf(name);
        if (at >= 0 && at < ends[0] && at + name.length > ends[1]) found.push(value);
      }
    }
    return [...new Set(found)];
  }

  /** `terms` with each run of words that spell a name made one term: {text, words, holders}. The longest names win. */
  recognise(terms) {
    const result = [];
    for (let at = 0; at < terms.length; ) {
      let to = terms.length;
      const next = terms.findIndex((term, index) => index >= at && term.phrase);
      if (next >= 0) to = Math.max(next, at);
      to = Math.min(to, at + this.longest);
      let holders = [];
      while (to > at && !(holders = this.of(terms.slice(at, to).map((term) => term.text))).length) to -= 1;
      if (holders.length) {
        const words = terms.slice(at, to).map((term) => term.text);
        result.push({ text: words.join(" "), words, holders, phrase: false });
        at = to;
      } else {
        result.push(terms[at]);
        at += 1;
      }
    }
    return result;
  }

  /** Names, and words of names, that `text` may be a slip for: the nearest first, at most five. */
  near(text) {
    const key = wordsOf(text).join("");
    const limit = key.length < 4 ? 0 : key.length < 8 ? 1 : 2;
    const found = new Map();
    const consider = (name) => {
      const other = wordsOf(name).join("");
      const distance = Math.abs(other.length - key.length) > limit ? limit + 1 : editDistance(key, other);
      if (distance > 0 && distance <= limit && !found.has(other)) found.set(other, { name, distance });
    };
    for (const holders of this.joined.values()) {
      for (const name of holders.flatMap((value) => value.names)) {
        const plain = name.replaceAll("*", "");
        consider(plain);
        for (const word of plain.split(/[^\p{L}\p{N}\p{M}’'-]+/u)) if (word.length > 3) consider(word);
      }
    }
    return [...found.values()].sort((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1)).slice(0, 5).map(({ name }) => name);
  }
}

/** A name as words; `open` when its last word may go on. */
export const formOf = (name) => ({ words: wordsOf(name), open: name.endsWith("*") });

/** Where in `words` a form stands, as places of its first word. */
export function placesOf(form, words) {
  const places = [];
  for (let at = 0; at + form.words.length <= words.length; at += 1) {
    if (fits(form, words.slice(at, at + form.words.length))) places.push(at);
  }
  return places;
}

/** How many letters to add, drop, change or swap with the next (optimal string alignment). */
function editDistance(one, other) {
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
