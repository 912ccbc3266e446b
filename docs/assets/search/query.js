/* Read queries: words, quoted phrases, names in any spelling that the archive knows, and what may
   stand beside them: -word, OR, author:name, 2019..2022, before 2021. Nothing here touches the page. */

import { fold, formOf, fits, isCjk, normalise, wordsOf } from "./words.js";

// A date is a range only directly before a year, and a field only directly before a colon.
const TOKEN = new RegExp([
  "(?<not>(?<![^\\s])-(?=[\\p{L}\\p{N}\"])|(?<![^\\s])NOT\\s+(?=\\S))?(?:",
  "(?<when>\\b(?:[Bb]efore|[Aa]fter|[Ss]ince|[Uu]ntil))\\s+(?<at>\\d{4})(?=[\\s,;)]|$)|",
  "(?<first>\\d{4})?\\.{2,3}(?<last>\\d{4})?(?=\\s|$)|",
  "(?:(?<field>[Aa]uthor|[Ii]nstitute|[Tt]heme|[Ss]eries|[Yy]ear):\\s*)?(?:\"(?<phrase>[^\"]*)\"|(?<word>[^\\s\"]+)))",
].join(""), "gu");
const RANGES = { before: (year) => [0, year - 1], after: (year) => [year + 1, 9999], since: (year) => [year, 9999], until: (year) => [0, year] };
// Signs that mean something in other search engines.
const FOREIGN = /^\p{L}+:\p{L}|^\+|[*^~]|^\(.*\)$|^(NEAR|ADJ)\b/u;

/** Read a query: {query, terms, asWords}. `query` is in normal form. Each term is there once: {text, at, phrase, not,
    or}, where `at` is its place in `query`. A term that only filters has `values` (of a facet) or a `range` of years;
    a name has `holders`. `or` makes a term an alternative to the one before it. `asWords` has parts that look like
    more than words, and are not. */
export function parse(text, names) {
  const query = normalise(text).replace(/[«»「」『』]/gu, '"');
  const [terms, asWords] = [[], []];
  let or = false;
  const add = (term, { index, 0: { length }, groups }) => {
    const not = Boolean(groups.not);
    const isThere = !or && terms.some((other) => other.text === term.text && other.phrase === term.phrase && other.not === not);
    if (!isThere) terms.push({ phrase: false, ...term, not, or: or && terms.length > 0, at: [index, index + length] });
    or = false;
  };
  for (const match of query.matchAll(TOKEN)) {
    const { when, at, first, last, field, phrase, word = `"${phrase}"` } = match.groups;
    const values = field ? names.inFacet(field.toLowerCase(), phrase ?? word) : [];
    const range = when ? RANGES[when.toLowerCase()](Number(at)) : (first || last) && [Number(first ?? 0), Number(last ?? 9999)];
    if (range || values.length) add({ text: match[0].replace(/^(-|NOT\s+)/, ""), ...(range ? { range } : { values }) }, match);
    else if (word === "OR" || word === "|") or = true;
    else if (word !== "AND" && word !== "NOT") {
      if (field || FOREIGN.test(word)) asWords.push(match[0]);
      // Signs outside ASCII separate words, as in the index.
      for (const part of phrase === undefined ? word.split(/[^\p{L}\p{N}\p{M}\x00-\x7f]+|:(?=\p{L})/u) : [phrase]) {
        const stripped = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, "");
        if (stripped) add({ text: stripped, phrase: phrase !== undefined }, match);
      }
    }
  }
  return { query, terms: names.recognise(terms), asWords };
}

/** The names of all values of facets: authors, institutes, series, themes and years. */
export class Names {
  /** `values` are the values of all facets, each with its `names`. */
  constructor(values) {
    this.values = values;
    this.forms = values.flatMap((value) => value.names.map((name) => ({ value, form: formOf(name), name: wordsOf(name).join("") })));
    this.longest = Math.max(...this.forms.map(({ form }) => form.words.length));
    this.words = [...new Set(values.flatMap(({ names }) => names.flatMap((name) => name.match(/[\p{L}\p{M}’'-]{4,}/gu) ?? [])))];
  }

  /** The values with a name that the words `texts` spell; spaces, hyphens and Korean endings do not matter. */
  of(texts) {
    const [words, keys] = [texts.flatMap(wordsOf), texts.map((text) => wordsOf(text).join(""))];
    const key = keys.join("");
    const [first, last] = [keys[0]?.length, key.length - (keys.at(-1)?.length ?? 0)];
    const isIn = (name) => isCjk(name) && key.includes(name) && key.indexOf(name) < first && key.indexOf(name) + name.length > last;
    return [...new Set(this.forms.filter(({ form, name }) => name === key || (form.open && fits(form, words)) || isIn(name)).map(({ value }) => value))];
  }

  /** The values of a facet with the id `text`; or whose label begins with it; or with a name with words that begin so. */
  inFacet(facet, text) {
    const wanted = wordsOf(text);
    const inIt = wanted.length ? this.values.filter((value) => value.facet === facet) : [];
    const tests = [
      ({ id }) => id === fold(text),
      ({ label }) => wordsOf(label).join(" ").startsWith(wanted.join(" ")),
      ({ names }) => names.some((name) => wanted.every((word) => wordsOf(name).some((other) => other.startsWith(word)))),
    ];
    return tests.map((test) => inIt.filter(test)).find((values) => values.length) ?? [];
  }

  /** `terms` with each run of words that spell a name joined into one term with `words` and `holders`. The longest
      name wins. */
  recognise(terms) {
    const isPlain = (term) => !term.phrase && !term.values && !term.range;
    const result = [];
    for (let at = 0; at < terms.length; ) {
      const end = terms.findIndex((term, index) => index >= at && (!isPlain(term) || (index > at && (term.not || term.or))));
      let to = Math.min(end < 0 ? terms.length : end, at + this.longest);
      let holders = [];
      while (to > at && !(holders = this.of(terms.slice(at, to).map(({ text }) => text))).length) to -= 1;
      const run = terms.slice(at, to);
      const words = run.map(({ text }) => text);
      result.push(holders.length ? { ...terms[at], text: words.join(" "), at: [terms[at].at[0], run.at(-1).at[1]], words, holders } : terms[at]);
      at = Math.max(to, at + 1);
    }
    return result;
  }
}
