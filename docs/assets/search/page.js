/* The search page: its state is its address; what is shown follows from the state alone. */

import { Archive, FACETS, markedIn } from "./archive.js";

const ROOT = new URL("../../", import.meta.url);
const AT_ONCE = 20;
const LONG_FACET = 10;
const LONGEST_QUERY = 300;
const PAUSE = 150;
const NAMES = { theme: "Theme", author: "Author", institute: "Institute", series: "Series", year: "Year" };
const VOICES = { publisher: "In the publisher's words", translator: "In a note on the translation", biographer: "About the author", rights: "In the rights line" };
const FIELDS = { affiliation: "Post of the author", remarks: "From the record" };

const byId = (id) => document.getElementById(id);
const form = byId("search-form");
const box = byId("query");
const results = byId("results");

/** An element with properties and children; text is text, never markup. */
function make(name, properties = {}, ...children) {
  const { data = {}, lang, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, data);
  if (lang) element.lang = lang;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const link = (text, href, properties = {}) => make("a", { href, ...properties }, text);
const marks = (pieces) => pieces.map(({ text, marked }) => (marked ? make("mark", {}, text) : text));
const number = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** `children` with a separator between any two of them that are there. */
function row(separator, ...children) {
  return children.filter((child) => child && child.length !== 0).flatMap((child, index) => [...(index ? [separator] : []), ...[child].flat()]);
}

/* ---- State: {q, filters, sort}, where filters are the chosen values of each facet */

/** The state of an address and what of the address means nothing here. */
function read(archive, search) {
  const state = { q: "", filters: new Map(FACETS.map((facet) => [facet, new Set()])), sort: "relevance" };
  const ignored = [];
  let asked = false;
  for (const [key, value] of new URLSearchParams(search)) {
    const known = FACETS.includes(key) && archive.value(key, value);
    if (key === "q" && !asked) {
      asked = true;
      state.q = value.trim().slice(0, LONGEST_QUERY);
      if (value.trim().length > LONGEST_QUERY) ignored.push(`what follows the first ${LONGEST_QUERY} characters of the query`);
    } else if (known) state.filters.get(key).add(known);
    else if (key === "sort" && value === "date") state.sort = "date";
    else if (value !== "" && !(key === "sort" && value === "relevance")) ignored.push(`${key}=${value}`);
  }
  return { state, ignored };
}

/** The address of a state, in one order, so that a state has one address. */
function address({ q, filters, sort }) {
  const query = new URLSearchParams();
  if (q) query.append("q", q);
  for (const [facet, values] of filters) for (const value of values) query.append(facet, value.id);
  if (sort === "date") query.append("sort", sort);
  return `${location.pathname}${query.size ? `?${query}` : ""}`;
}

const changed = (state, change) => ({ ...state, ...change });
const toggled = (state, value, on) => {
  const filters = new Map([...state.filters].map(([facet, values]) => [facet, new Set(values)]));
  filters.get(value.facet)[on ? "add" : "delete"](value);
  return changed(state, { filters });
};
const chosen = (state) => [...state.filters.values()].flatMap((values) => [...values]);

/** Whether a brief has one of the chosen values of each facet, `but` one facet left out. */
function passes(brief, state, but) {
  return FACETS.every((facet) => {
    const values = state.filters.get(facet);
    return facet === but || !values.size || brief[facet].some((value) => values.has(value));
  });
}

/* ---- The page */

class SearchPage {
  constructor(archive) {
    this.archive = archive;
    this.turn = 0;
    this.typing = 0;
    this.counts = new Map();
    for (const facet of FACETS) byId("facets").append(this.facet(facet));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.typing);
      this.go(changed(this.state, { q: box.value.trim() }), "push");
    });
    box.addEventListener("input", () => {
      clearTimeout(this.typing);
      results.setAttribute("aria-busy", "true");
      this.typing = setTimeout(() => {
        // The first pause of a new query makes a step of history, the following ones refine it.
        this.go(changed(this.state, { q: box.value.trim() }), this.editing ? "replace" : "push");
        this.editing = true;
      }, PAUSE);
    });
    byId("sort").addEventListener("change", (event) => this.go(changed(this.state, { sort: event.target.value }), "push"));
    byId("more").addEventListener("click", () => this.more());
    addEventListener("popstate", () => this.load());
    this.load();
  }

  /** Take the state from the address. */
  load() {
    const { state, ignored } = read(this.archive, location.search);
    byId("ignored").replaceChildren(ignored.length ? `Not known here, and left out: ${ignored.join(", ")}.` : "");
    box.value = state.q;
    this.go(state);
  }

  /** Show a state; `step` says whether it becomes a step of history ("push"), takes the place of the present one ("replace") or is it. */
  async go(state, step) {
    this.state = state;
    this.editing = false;
    if (step) {
      byId("ignored").replaceChildren();
      if (address(state) !== location.pathname + location.search) history[`${step}State`](null, "", address(state));
    }
    this.turn += 1;
    const turn = this.turn;
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await this.archive.find(state.q);
      if (turn === this.turn) this.show(state, answer);
    } catch (error) {
      if (turn === this.turn) fail(error);
    }
  }

  show(state, answer) {
    const all = state.q ? [...answer.hits.values()] : this.archive.briefs.map((brief) => ({ brief, parts: [], score: 0 }));
    const hits = all.filter(({ brief }) => passes(brief, state));
    // The table is newest first.
    hits.sort((one, other) => (state.sort === "date" ? 0 : other.score - one.score) || one.brief.place - other.brief.place);
    [this.hits, this.terms, this.shown] = [hits, answer.terms, 0];
    this.count(state, all);
    this.chips(state);
    this.exact(state, answer.terms);
    byId("sort").value = state.sort;
    byId("sorting").hidden = !state.q || !hits.length;
    const order = !state.q || state.sort === "date" ? ", newest first" : "";
    byId("status").textContent = hits.length ? `${number(hits.length, "brief")}${order}` : "No brief found";
    results.replaceChildren();
    byId("nothing").replaceChildren(...(hits.length ? [] : this.nothing(state, answer, all)));
    this.more(false);
    results.setAttribute("aria-busy", "false");
  }

  /** Show the next results, and put the cursor on the first of them when a person asked. */
  more(asked = true) {
    const next = this.hits.slice(this.shown, this.shown + AT_ONCE).map((hit) => this.result(hit));
    this.shown += next.length;
    results.append(...next);
    const rest = this.hits.length - this.shown;
    byId("more").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(rest, AT_ONCE)} more of ${rest}`;
    if (asked) next[0]?.querySelector("a").focus();
  }

  result(hit) {
    const { brief } = hit;
    const page = new URL(`briefs/${brief.id}/`, ROOT).href;
    const marked = (text) => marks(markedIn(text, this.terms));
    const to = (value, text) => make("a", { href: this.archive.pageOf(value) }, ...marked(text));
    const series = brief.series.length || brief.number ? row(" ", brief.series.map((value) => to(value, value.label)), brief.number ? marked(brief.number) : null) : null;
    const item = make("li", { data: { brief: brief.id } },
      make("h2", {}, make("a", { href: page, lang: brief.titleLanguage }, ...marked(brief.title))),
      make("p", { className: "entry-facts" }, ...row(" · ",
        row(", ", ...brief.byline.map(({ value, name }) => to(value, name))),
        to(brief.publisher.value, brief.publisher.name),
        series,
        brief.year.map((year) => to(year, brief.date ?? "no date")),
        row(", ", ...brief.theme.map((theme) => to(theme, theme.label))),
      )));
    if (hit.parts.length) whenNear(item, () => this.passages(item, hit, page));
    return item;
  }

  /** Add the passages of a hit, each a link to its block with the words to mark there. */
  async passages(item, hit, page) {
    try {
      const { passages, more, fields } = await this.archive.passages(hit);
      for (const { field, text } of fields) item.append(make("p", { className: "found-in" }, `${FIELDS[field]}: `, ...marks(markedIn(text, this.terms))));
      for (const { anchor, voice, pieces, marks: words } of passages) {
        const query = new URLSearchParams(words.map((word) => ["mark", word]));
        const place = link(`¶ ${anchor}`, `${page}${query.size ? `?${query}` : ""}#${anchor}`, { className: "where" });
        item.append(make("p", { className: "found", lang: hit.brief.language }, place, " ", VOICES[voice] ? make("span", { className: "found-voice" }, `${VOICES[voice]}: `) : null, ...marks(pieces)));
      }
      if (more) item.append(make("p", { className: "found-more" }, `and ${number(more, "more passage")}`));
    } catch {
      item.append(make("p", { className: "found-in" }, "The passages could not be loaded."));
    }
  }

  /* ---- Facets, chips, and what stands above the results */

  facet(facet) {
    const values = this.archive.values[facet];
    const list = make("ul", {}, ...values.map((value) => {
      const input = make("input", { type: "checkbox", name: facet, value: value.id });
      const count = make("span", { className: "count" });
      const item = make("li", {}, make("label", {}, input, make("span", {}, value.label), count));
      input.addEventListener("change", () => this.go(toggled(this.state, value, input.checked), "push"));
      this.counts.set(value, { item, input, count });
      return item;
    }));
    const narrow = make("input", { type: "search", className: "narrow", placeholder: "Narrow the list", ariaLabel: `Narrow the list: ${NAMES[facet]}` });
    narrow.addEventListener("input", () => this.narrow(facet, narrow.value));
    narrow.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    return make("fieldset", { data: { facet } }, make("legend", {}, NAMES[facet]), values.length > LONG_FACET ? narrow : null, list);
  }

  /** Hide the values of a long facet that do not have what was typed. */
  narrow(facet, text) {
    const wanted = text.trim().toLowerCase();
    for (const value of this.archive.values[facet]) {
      this.counts.get(value).item.classList.toggle("narrowed", !value.names.concat(value.label).some((name) => name.toLowerCase().includes(wanted)));
    }
  }

  /** What each value would leave: the briefs that have it, among those that the query and the other facets leave. */
  count(state, hits) {
    for (const facet of FACETS) {
      const tally = new Map();
      for (const { brief } of hits) if (passes(brief, state, facet)) for (const value of brief[facet]) tally.set(value, (tally.get(value) ?? 0) + 1);
      let shown = 0;
      for (const value of this.archive.values[facet]) {
        const { item, input, count } = this.counts.get(value);
        input.checked = state.filters.get(facet).has(value);
        count.textContent = tally.get(value) ?? 0;
        item.hidden = !tally.has(value) && !input.checked;
        shown += !item.hidden;
      }
      byId("facets").querySelector(`[data-facet="${facet}"]`).hidden = !shown;
    }
  }

  chips(state) {
    const values = chosen(state);
    byId("chips").replaceChildren(...values.map((value) => {
      const chip = make("button", { type: "button" }, make("span", { className: "unseen" }, "Remove filter "), `${NAMES[value.facet]}: ${value.label}`, make("span", { ariaHidden: "true" }, " ×"));
      chip.addEventListener("click", () => {
        this.go(toggled(state, value, false), "push");
        box.focus();
      });
      return make("li", {}, chip);
    }));
    if (values.length > 1) {
      const all = make("button", { type: "button" }, "Remove all filters");
      all.addEventListener("click", () => {
        this.go(changed(state, { filters: read(this.archive, "").state.filters }), "push");
        box.focus();
      });
      byId("chips").append(make("li", {}, all));
    }
    byId("filters-chosen").textContent = values.length ? ` (${values.length})` : "";
  }

  /** The way to the page of a person, body, theme or year that the whole query names. */
  exact(state, terms) {
    const values = state.q ? this.archive.names.of(terms.map(({ text }) => text)) : [];
    byId("exact").replaceChildren(...values.map((value) => make("p", {}, `${NAMES[value.facet]}: `, link(value.label, this.archive.pageOf(value)))));
  }

  /** What to try when nothing was found. */
  nothing(state, { terms, missing, without }, all) {
    const offers = [];
    const offer = (text, next, count) => {
      const target = link(text, address(next));
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
      const next = toggled(state, value, false);
      const count = all.filter(({ brief }) => passes(brief, next)).length;
      if (count) offer(`Without the filter ${NAMES[value.facet]}: ${value.label}`, next, count);
    }
    if (chosen(state).length > 1 && all.length) offer("Without any filter", changed(state, { filters: read(this.archive, "").state.filters }), all.length);
    const said = missing.map(({ text }) => `“${text}”`).join(", ");
    for (const term of missing) for (const name of this.archive.names.near(term.text)) offer(`Did you mean “${name}”?`, changed(state, { q: state.q.replace(term.text, name) }));
    if (terms.length > 1 && !missing.length) for (const name of this.archive.names.near(state.q)) offer(`Did you mean “${name}”?`, changed(state, { q: name }));
    for (const term of terms.length > 1 ? terms : []) {
      const count = without(term);
      if (count) offer(`Without “${term.text}”`, changed(state, { q: terms.filter((other) => other !== term).map(({ text, phrase }) => (phrase ? `"${text}"` : text)).join(" ") }), count);
    }
    if (terms.some(({ phrase }) => phrase)) offer("Without the quotation marks", changed(state, { q: state.q.replace(/["“”„‟«»″＂「」『』]/gu, " ").replace(/\s+/g, " ").trim() }));
    const short = missing.some(({ text }) => text.length < 3) ? " The beginning of a word is found from three letters on." : "";
    const why = !terms.length && state.q ? "There is no word in this query to search for." : missing.length ? `No brief has ${said}.${short}` : "No brief has all of this.";
    const themes = this.archive.values.theme.map((theme) => make("li", {}, link(theme.label, this.archive.pageOf(theme))));
    return [make("p", {}, why), ...(offers.length ? [make("ul", {}, ...offers)] : []), make("p", {}, "The themes of the archive:"), make("ul", {}, ...themes)];
  }
}

/** Do something when an element comes near the part of the page that is seen: what is never seen costs nothing. */
function whenNear(element, act) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    act();
  }, { rootMargin: "80px" });
  observer.observe(element);
}

/** Say that the search does not work, and offer the lists. */
function fail(error) {
  console.error(error);
  byId("without-search").hidden = false;
  byId("without-search").classList.remove("waiting");
  byId("search-app").hidden = true;
  byId("failed").hidden = false;
}

byId("try-again").addEventListener("click", () => location.reload());
try {
  const archive = await Archive.open(ROOT);
  byId("without-search").hidden = true;
  byId("search-app").hidden = false;
  const wide = matchMedia("(min-width: 60em)");
  const fold = () => { byId("facets").open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  new SearchPage(archive);
} catch (error) {
  fail(error);
}
