/* The search page. Its address holds its whole state, which alone decides what it shows. */

import { Archive, FACETS } from "./archive.js";
import { markedIn } from "./passages.js";
import { asQuery, fold, isCjk, wordsOf } from "./words.js";

const ROOT = new URL("../../", import.meta.url);
const TITLE = document.title;
const AT_ONCE = 20;
const LONG_FACET = 10;
const LONGEST_QUERY = 300;
const MAX_IGNORED_NAMED = 5;
// Milliseconds: a pause in typing starts a search; after a longer one the next search is a new step
// of history.
const TYPING_PAUSE = 150;
const NEW_STEP_PAUSE = 2000;
const NAMES = { theme: "Theme", author: "Author", institute: "Institute", series: "Series", year: "Year" };
const VOICES = { publisher: "In the publisher's words", translator: "In a note on the translation", biographer: "About the author", rights: "In the rights line" };
const FIELDS = { affiliation: "Author's affiliation", remarks: "From the record" };

// Milliseconds: after this the results are shown without their passages.
const LONGEST_WAIT = 2500;

const byId = (id) => document.getElementById(id);
const box = byId("query");
const results = byId("results");

/** Make an element with properties and children; strings become text, never markup. */
function make(name, { dataset = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  Object.assign(element.dataset, dataset);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const link = (text, href, properties = {}) => make("a", { href, ...properties }, text);
// Korean and Japanese words in an English line, as in archive.text.language: Chinese characters
// alone may be either.
const OTHER = /([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3](?:[\s\d·・,.、。~–—-]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])*)/u;
const PART = /([^\uac00-\ud7a3\u3040-\u30ff]*(?:[\uac00-\ud7a3](?:[^\u3040-\u30ff]*[\uac00-\ud7a3])?|[\u3040-\u30ff](?:[^\uac00-\ud7a3]*[\u3040-\u30ff])?)(?:[^\uac00-\ud7a3\u3040-\u30ff]*$)?)/u;
const spoken = (text) => text.split(OTHER).flatMap((run, at) => (at % 2 ? run.split(PART) : [run])).filter(Boolean).map((part) => {
  const lang = /[\uac00-\ud7a3]/.test(part) ? "ko" : /[\u3040-\u30ff]/.test(part) ? "ja" : "";
  return lang ? make("span", { lang }, part) : part;
});
const pieces = (parts) => parts.flatMap(({ text, marked }) => (marked ? make("mark", {}, ...spoken(text)) : spoken(text)));
const number = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The children that are not empty, with separators between them. */
function row(separator, ...children) {
  return children.filter((child) => child && child.length !== 0).flatMap((child, index) => [...(index ? [separator] : []), ...[child].flat()]);
}

/** A button that acts when it is pressed. */
function button(act, ...children) {
  const element = make("button", { type: "button" }, ...children);
  element.addEventListener("click", act);
  return element;
}

/* ---- State: {q, filters, sort}, where filters are the chosen values of each facet */

const noFilters = () => new Map(FACETS.map((facet) => [facet, new Set()]));

/** The state in an address, and the parts of the address that are ignored. */
function read(archive, search) {
  const state = { q: "", filters: noFilters(), sort: "relevance" };
  const ignored = new Set();
  const seen = new Set();
  for (const [key, value] of new URLSearchParams(search)) {
    const first = !seen.has(key);
    seen.add(key);
    const known = FACETS.includes(key) && archive.value(key, value);
    if (known) state.filters.get(key).add(known);
    else if (key === "q" && first) {
      state.q = value.trim().slice(0, LONGEST_QUERY);
      if (value.trim().length > LONGEST_QUERY) ignored.add(`the query after its first ${LONGEST_QUERY} characters`);
    } else if (key === "sort" && first && ["date", "relevance"].includes(value)) state.sort = value;
    else if (value !== "" || !["q", "sort", ...FACETS].includes(key)) ignored.add(`${key}=${value}`.slice(0, 60));
  }
  return { state, ignored: [...ignored] };
}

/** The address of a state. Each state has only one: filters are in the order of the page. */
function address(archive, { q, filters, sort }) {
  const query = new URLSearchParams();
  if (q) query.append("q", q);
  for (const facet of FACETS) for (const value of archive.values[facet]) if (filters.get(facet).has(value)) query.append(facet, value.id);
  if (sort === "date") query.append("sort", sort);
  return `${location.pathname}${String(query) && `?${query}`}`;
}

function withFilter(state, value, on) {
  const filters = new Map([...state.filters].map(([facet, values]) => [facet, new Set(values)]));
  filters.get(value.facet)[on ? "add" : "delete"](value);
  return { ...state, filters };
}

const chosen = (state) => [...state.filters.values()].flatMap((values) => [...values]);

/** Whether a brief has one of the chosen values of each facet, except the facet `skipped`. */
function passesFilters(brief, state, skipped) {
  return FACETS.every((facet) => {
    const values = state.filters.get(facet);
    return facet === skipped || !values.size || brief[facet].some((value) => values.has(value));
  });
}

/* ---- The page */

class SearchPage {
  constructor(archive) {
    this.archive = archive;
    this.turn = 0;
    this.edited = 0;
    this.told = [];
    this.reading = [];
    this.counts = new Map();
    this.lists = new Map();
    for (const facet of FACETS) byId("facets").append(this.facet(facet));
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.go(this.asked, "push");
    });
    box.addEventListener("input", () => {
      results.setAttribute("aria-busy", "true");
      clearTimeout(this.typing);
      this.typing = setTimeout(() => {
        // The search after a pause is a step of history, unless the typing goes on at once.
        const goesOn = Date.now() - this.edited < NEW_STEP_PAUSE;
        this.go(this.asked, goesOn ? "replace" : "push");
        this.edited = Date.now();
      }, TYPING_PAUSE);
    });
    byId("sort").addEventListener("change", (event) => this.go({ ...this.asked, sort: event.target.value }, "push"));
    byId("more").addEventListener("click", () => this.more(true));
    addEventListener("popstate", () => this.load());
    // The browser would scroll back before the list is there.
    history.scrollRestoration = "manual";
    addEventListener("pagehide", () => this.keepPlace());
    this.load();
  }

  /** The state asked for last, with the words in the search box. */
  get asked() {
    return { ...this.state, q: box.value.trim() };
  }

  /** Take the state from the address. */
  load() {
    const { state, ignored } = read(this.archive, location.search);
    const more = ignored.length > MAX_IGNORED_NAMED ? ` and ${ignored.length - MAX_IGNORED_NAMED} more` : "";
    const named = ignored.slice(0, MAX_IGNORED_NAMED).join(", ");
    byId("ignored").replaceChildren(ignored.length ? `Parts of the address that were ignored: ${named}${more}.` : "");
    box.value = state.q;
    this.go(state);
  }

  /**
   * Show a state. `step` adds it to the history ("push") or replaces the present step ("replace");
   * without it the history stays.
   */
  async go(state, step) {
    clearTimeout(this.typing);
    this.state = state;
    this.edited = 0;
    const target = address(this.archive, state);
    if (step) {
      byId("ignored").replaceChildren();
      if (target !== location.pathname + location.search) history[`${step}State`](null, "", target);
    }
    document.title = row(" – ", state.q || chosen(state).map(({ label }) => label).join(", "), TITLE).join("");
    this.turn += 1;
    const { turn } = this;
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await this.archive.find(state.q);
      if (turn === this.turn) this.show(state, answer);
    } catch (error) {
      if (turn === this.turn) showFailure(error);
    }
  }

  show(state, answer) {
    showSearch();
    const all = state.q ? [...answer.hits.values()] : this.archive.briefs.map((brief) => ({ brief, parts: [], score: 0 }));
    const hits = all.filter(({ brief }) => passesFilters(brief, state));
    // The table is newest first.
    hits.sort((one, other) => (state.sort === "date" ? 0 : other.score - one.score) || one.brief.place - other.brief.place);
    [this.hits, this.terms, this.shown] = [hits, answer.terms, 0];
    this.count(state, all);
    this.chips(state);
    byId("exact").replaceChildren(...(state.q ? this.named(answer.terms) : []));
    byId("sort").value = state.sort;
    byId("sorting").hidden = !state.q || !hits.length;
    const order = !state.q || state.sort === "date" ? ", newest first" : "";
    byId("status").textContent = hits.length ? `${number(hits.length, "brief")}${order}` : "No brief found";
    if (answer.cut) byId("ignored").append(` Only the first ${answer.terms.length} words were searched for.`);
    results.replaceChildren();
    byId("nothing").replaceChildren(...(hits.length ? [] : this.nothing(state, answer, all)));
    const { shown = AT_ONCE, at, top } = history.state ?? {};
    do this.more(); while (this.shown < Math.min(shown, hits.length));
    const goBack = () => {
      const entry = results.querySelector(`[data-brief="${CSS.escape(at ?? "")}"]`);
      if (entry) scrollBy(0, entry.getBoundingClientRect().top - top);
    };
    goBack();
    this.settle(goBack);
    results.setAttribute("aria-busy", "false");
  }

  /**
   * Show the first results when the passages in sight are loaded, or after a while, so that nothing
   * moves while it is read.
   */
  async settle(goBack) {
    const app = byId("search-app");
    if (!app.classList.contains("coming")) return;
    const inSight = Promise.all(this.told).then(() => Promise.all(this.reading));
    const { turn } = this;
    await Promise.race([inSight, new Promise((over) => { setTimeout(over, LONGEST_WAIT); })]);
    if (turn !== this.turn) return;
    goBack();
    app.classList.remove("coming");
  }

  /**
   * Store in the history how many results are shown and which is on top, for when the reader comes
   * back.
   */
  keepPlace() {
    const first = [...results.children].find((entry) => entry.getBoundingClientRect().bottom > 0);
    const place = first && { shown: this.shown, at: first.dataset.brief, top: first.getBoundingClientRect().top };
    history.replaceState(scrollY > 0 && place ? place : null, "");
  }

  /** Show the next results, and focus the first of them if the reader asked for more. */
  more(asked = false) {
    const next = this.hits.slice(this.shown, this.shown + AT_ONCE).map((hit) => this.result(hit, this.terms));
    this.shown += next.length;
    results.append(...next);
    const rest = this.hits.length - this.shown;
    byId("more").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(rest, AT_ONCE)} more of ${rest}`;
    if (asked) next[0]?.querySelector("a").focus();
  }

  result(hit, terms) {
    const { brief } = hit;
    const page = new URL(`briefs/${brief.id}/`, ROOT).href;
    const marked = (text) => pieces(markedIn(text, terms));
    const asked = (value) => terms.some(({ holders }) => holders?.includes(value));
    const to = (value, text) => make("a", { href: this.archive.pageOf(value) }, ...(asked(value) ? [make("mark", {}, text)] : marked(text)));
    const entry = make("li", { dataset: { brief: brief.id } },
      make("h2", {}, make("a", { href: page, lang: brief.title_language }, ...marked(brief.title))),
      make("p", { className: "entry-facts" }, ...row(" · ",
        row(", ", ...brief.byline.map(({ value, name }) => to(value, name))),
        to(brief.publisher.value, brief.publisher.name),
        row(" ", brief.series.map((value) => to(value, value.label)), brief.number && marked(brief.number)),
        brief.year.map((year) => to(year, brief.date ?? "no date")),
        row(", ", ...brief.theme.map((theme) => to(theme, theme.label))),
      )));
    if (hit.parts.length) this.told.push(whenNear(entry, () => this.reading.push(this.passages(entry, hit, terms))));
    return entry;
  }

  /** Add the passages of a hit, each a link to its block with the words to mark there. */
  async passages(entry, hit, terms) {
    const { brief } = hit;
    try {
      const { passages, more, fields } = await this.archive.passages(hit, terms);
      for (const { field, text } of fields) entry.append(make("p", { className: "found-in" }, `${FIELDS[field]}: `, ...pieces(markedIn(text, terms))));
      for (const { anchor, voice, pieces: parts, marks } of passages) {
        const query = new URLSearchParams(marks.map((word) => ["mark", word]));
        const href = `${ROOT.href}briefs/${brief.id}/${marks.length ? `?${query}` : ""}#${anchor}`;
        const place = link(`¶ ${anchor}`, href, { className: "where" });
        place.append(make("span", { className: "unseen" }, ` of ${brief.title}`));
        const whose = VOICES[voice] ? make("span", { className: "found-voice" }, `${VOICES[voice]}: `) : null;
        entry.append(make("p", { className: "found", lang: brief.language }, place, " ", whose, ...pieces(parts)));
      }
      if (more) entry.append(make("p", { className: "found-more" }, `and ${number(more, "more passage")}`));
    } catch {
      entry.append(make("p", { className: "found-in" }, "The passages could not be loaded."));
    }
  }

  /* ---- Facets, chips, and what stands above the results */

  facet(facet) {
    const values = this.archive.values[facet];
    const list = make("ul", {}, ...values.map((value) => {
      const input = make("input", { type: "checkbox", name: facet, value: value.id });
      const count = make("span", { className: "count" });
      const line = make("li", {}, make("label", {}, input, make("span", {}, value.label), count));
      input.addEventListener("change", () => this.go(withFilter(this.asked, value, input.checked), "push"));
      this.counts.set(value, { line, input, count });
      value.folded = fold([value.label, ...value.names].join(" "));
      return line;
    }));
    const long = values.length > LONG_FACET && {
      narrow: make("input", { type: "search", className: "narrow", placeholder: "Narrow the list", ariaLabel: `Narrow the list: ${NAMES[facet]}` }),
      none: make("p", { className: "found-in", hidden: true, role: "status" }, "Nothing in this list matches."),
      all: button(() => this.trim(facet, !this.lists.get(facet).isWhole)),
    };
    this.lists.set(facet, { ...long, list, ranked: values, isWhole: false });
    if (long) long.narrow.addEventListener("input", () => this.trim(facet));
    return make("fieldset", { dataset: { facet } }, make("legend", {}, NAMES[facet]), ...(long ? [long.narrow, long.none, list, long.all] : [list]));
  }

  /**
   * Show the first values of a long facet; all values, if the reader asks for them; or the values
   * whose names match the box. Chosen values are always shown.
   */
  trim(facet, isWhole = this.lists.get(facet).isWhole) {
    const { narrow, none, all, ranked } = this.lists.get(facet);
    this.lists.get(facet).isWhole = isWhole;
    const wanted = wordsOf(narrow.value);
    const there = ranked.filter((value) => !this.counts.get(value).line.hidden);
    const named = there.filter((value) => wanted.every((word) => value.folded.includes(word)));
    const shown = new Set(isWhole || wanted.length ? named : named.slice(0, LONG_FACET));
    for (const value of ranked) {
      const { line, input } = this.counts.get(value);
      line.classList.toggle("narrowed", !shown.has(value) && !input.checked && input !== document.activeElement);
    }
    none.hidden = named.length > 0;
    all.hidden = wanted.length > 0 || there.length <= LONG_FACET;
    all.ariaExpanded = isWhole;
    all.textContent = isWhole ? "Show fewer" : `Show all ${there.length}`;
  }

  /** Sort the values of a long facet by number of briefs; years keep their order. */
  rank(facet, tally) {
    const { list, narrow } = this.lists.get(facet);
    if (!narrow) return;
    const values = this.archive.values[facet];
    const ranked = facet === "year" ? values : [...values].sort((one, other) => (tally.get(other) ?? 0) - (tally.get(one) ?? 0));
    this.lists.get(facet).ranked = ranked;
    const lines = ranked.map((value) => this.counts.get(value).line);
    if (lines.some((line, at) => line !== list.children[at])) {
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      list.append(...lines);
      focused?.focus({ preventScroll: true });  // a moved element loses the focus
    }
    this.trim(facet);
  }

  /**
   * Count the briefs that each value would leave, with the query and the other facets as they are.
   */
  count(state, hits) {
    for (const facet of FACETS) {
      const tally = new Map();
      for (const { brief } of hits) if (passesFilters(brief, state, facet)) for (const value of brief[facet]) tally.set(value, (tally.get(value) ?? 0) + 1);
      for (const value of this.archive.values[facet]) {
        const { line, input, count } = this.counts.get(value);
        input.checked = state.filters.get(facet).has(value);
        count.textContent = tally.get(value) ?? 0;
        line.hidden = !tally.has(value) && !input.checked && input !== document.activeElement;
      }
      this.rank(facet, tally);
      byId("facets").querySelector(`[data-facet="${facet}"]`).hidden = this.archive.values[facet].every((value) => this.counts.get(value).line.hidden);
    }
  }

  chips(state) {
    const drop = (next) => () => {
      this.go(next(), "push");
      box.focus();
    };
    const values = chosen(state);
    const chips = values.map((value) => button(drop(() => withFilter(this.asked, value, false)),
      make("span", { className: "unseen" }, "Remove filter "), `${NAMES[value.facet]}: ${value.label}`, make("span", { ariaHidden: "true" }, " ×")));
    if (values.length > 1) chips.push(button(drop(() => ({ ...this.asked, filters: noFilters() })), "Remove all filters"));
    byId("chips").replaceChildren(...chips.map((chip) => make("li", {}, chip)));
    byId("filters-chosen").textContent = values.length ? ` (${values.length})` : "";
  }

  /**
   * Links to the pages of the values that the whole query names. Several authors may share a family
   * name.
   */
  named(terms) {
    const texts = terms.map(({ text }) => text);
    const family = this.archive.values.author.filter((author) => wordsOf(author.family).join("") === texts.flatMap(wordsOf).join(""));
    const values = new Set([...this.archive.names.of(texts), ...family]);
    return [...values].slice(0, AT_ONCE).map((value) => make("p", {}, `${NAMES[value.facet]} page: `, link(value.label, this.archive.pageOf(value))));
  }

  /** What to try when no brief was found. */
  nothing(state, { terms, missing, without }, all) {
    const offers = [];
    const offer = (text, change, count) => {
      const next = { ...state, ...change };
      const target = link(text, address(this.archive, next));
      target.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        box.value = next.q;
        this.go(next, "push");
        box.focus();
      });
      offers.push(make("li", {}, target, count ? ` (${number(count, "brief")})` : ""));
    };
    for (const value of chosen(state)) {
      const next = withFilter(state, value, false);
      const count = all.filter(({ brief }) => passesFilters(brief, next)).length;
      if (count) offer(`Without the filter ${NAMES[value.facet]}: ${value.label}`, next, count);
    }
    if (chosen(state).length > 1 && all.length) offer("Without any filter", { filters: noFilters() }, all.length);
    for (const term of missing) {
      for (const name of this.archive.names.near(term.text)) offer(`Did you mean “${name}”?`, { q: asQuery(terms.map((one) => (one === term ? { text: name } : one))) });
    }
    if (terms.length > 1 && !missing.length) for (const name of this.archive.names.near(state.q)) offer(`Did you mean “${name}”?`, { q: name });
    for (const term of terms.length > 1 ? terms : []) {
      const count = without(term);
      if (count) offer(`Without “${term.text}”`, { q: asQuery(terms.filter((other) => other !== term)) }, count);
    }
    if (terms.some(({ phrase }) => phrase)) offer("Without the quotation marks", { q: terms.map(({ text }) => text).join(" ") });
    const short = missing.some(({ text }) => text.length < 3 && /\p{L}/u.test(text) && !isCjk(text)) ? " To find words by their beginning, type at least three letters." : "";
    if (!all.length && !state.q) return [make("p", {}, "The archive has no briefs at present.")];
    const reason = missing.length ? `No brief contains ${missing.map(({ text }) => `“${text}”`).join(", ")}.${short}` : "No brief matches the whole search.";
    const themes = this.archive.values.theme.map((theme) => make("li", {}, link(theme.label, this.archive.pageOf(theme))));
    return [
      make("p", {}, !terms.length && state.q ? "The query has no words that can be searched for." : reason),
      ...(offers.length ? [make("ul", {}, ...offers)] : []),
      make("p", {}, "The themes of the archive:"),
      make("ul", {}, ...themes),
    ];
  }
}

/**
 * Act when an element comes near the visible part of the page; one that is never seen costs
 * nothing. The promise resolves as soon as it is known whether the element is near.
 */
function whenNear(element, act) {
  return new Promise((known) => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) {
        observer.disconnect();
        act();
      }
      known();
    }, { rootMargin: "80px" });
    observer.observe(element);
  });
}

/** Show the search in place of the words for readers without it. */
function showSearch() {
  byId("without-search").hidden = true;
  byId("search-app").hidden = false;
}

/** Say that the search could not be loaded, and offer the lists. */
function showFailure(error) {
  console.error(error);
  byId("without-search").hidden = false;
  byId("without-search").classList.remove("waiting");
  byId("failed").hidden = false;
  byId("search-app").hidden = true;
}

byId("try-again").addEventListener("click", () => location.reload());
try {
  const archive = await Archive.open(ROOT);
  showSearch();
  const wide = matchMedia("(min-width: 60em)");
  const unfold = () => { byId("facets").open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  new SearchPage(archive);
} catch (error) {
  showFailure(error);
}
