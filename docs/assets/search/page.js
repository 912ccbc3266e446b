/* The search page. Its address holds its whole state, which alone decides what it shows. */

import { Archive, NAMES } from "./archive.js";
import { link, make, number, pieces, press, row } from "./elements.js";
import { Facets } from "./facets.js";
import { markedIn } from "./passages.js";
import { address, filtersOf, isYear, passesFilters, read, withFilter, withoutFilters } from "./state.js";
import { isCjk, wordsOf } from "./words.js";

const ROOT = new URL("../../", import.meta.url);
const TITLE = document.title;
const AT_ONCE = 20;
// Milliseconds: a pause in typing starts a search; after a longer one the next search is a new step of history; after
// the longest, results are shown without their passages.
const [TYPING_PAUSE, NEW_STEP_PAUSE, LONGEST_WAIT] = [150, 2000, 2500];
const VOICES = { publisher: "In the publisher's words", translator: "In a note on the translation", biographer: "About the author", rights: "In the rights line" };
const FIELDS = { affiliation: "Author's affiliation", remarks: "From the record" };

const byId = (id) => document.getElementById(id);
const box = byId("query");
const results = byId("results");

class SearchPage {
  constructor(archive) {
    // `loaders` has the function that loads the passages of each entry.
    [this.archive, this.turn, this.edited, this.loading, this.loaders] = [archive, 0, 0, [], new WeakMap()];
    // A passage that is never near the visible part of the page costs nothing.
    this.near = new IntersectionObserver((seen) => {
      for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
        this.near.unobserve(target);
        this.loading.push(this.loaders.get(target)());
      }
      this.seen?.();
    }, { rootMargin: "80px" });
    this.facets = new Facets(archive, byId("facet-lists"), (value, on) => this.go(withFilter(this.asked, value, on), "push"));
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.go({ ...this.state, q: box.value.trim() }, "push");
    });
    for (const event of ["input", "compositionend"]) box.addEventListener(event, ({ isComposing = false }) => this.type(isComposing));
    byId("sort").addEventListener("change", ({ target }) => this.go({ ...this.asked, sort: target.value }, "push"));
    for (const end of byId("range").querySelectorAll("input")) end.addEventListener("change", () => this.go({ ...this.asked, [end.name]: isYear(end.value) ? end.value : "" }, "push"));
    byId("more").addEventListener("click", () => this.more(true));
    byId("search-app").addEventListener("keydown", (event) => walk(event));
    this.addActions();
    addEventListener("popstate", () => this.load());
    // The browser would scroll back before the list is there.
    history.scrollRestoration = "manual";
    addEventListener("pagehide", () => this.keepPlace());
    const early = document.activeElement === box ? box.value : "";
    this.load();
    if (!early.trim() || early.trim() === this.state.q) return;
    box.value = early;  // typed before this script was there
    this.type(false);
  }

  /** The state asked for last, with the words that are being typed. */
  get asked() { return { ...this.state, q: this.typed ?? this.state.q }; }

  /** Search for what is typed, after a pause; it is a step of history unless the typing goes on. */
  type(isComposing) {
    this.isComposing = isComposing;
    this.typed = box.value.trim();
    results.setAttribute("aria-busy", "true");
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      const goesOn = Date.now() - this.edited < NEW_STEP_PAUSE;
      this.go(this.asked, goesOn ? "replace" : "push");
      this.edited = Date.now();
    }, TYPING_PAUSE);
  }

  /** Take the state from the address. */
  load() {
    const { state, ignored } = read(this.archive, location.search);
    [box.value, this.ignored] = [state.q, ignored];
    this.go(state);
  }

  /** Show a state. `step` adds it to the history ("push"), or replaces the present step ("replace"). */
  async go(state, step) {
    clearTimeout(this.typing);
    [this.state, this.typed, this.edited] = [state, undefined, 0];
    const target = address(this.archive, state);
    if (step) this.ignored = "";
    if (step && target !== location.pathname + location.search) history[`${step}State`](null, "", target);
    document.title = row(" – ", state.q || filtersOf(state).map(({ label }) => label).join(", "), TITLE).join("");
    const turn = this.turn += 1;
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await this.archive.find(state.q);
      if (turn === this.turn) this.show(state, answer);
    } catch (error) {
      if (turn === this.turn) showFailure(error);
    }
  }

  show(state, answer) {
    [byId("without-search").hidden, byId("search-app").hidden] = [true, false];
    const all = state.q ? answer.hits : this.archive.briefs.map((brief) => ({ brief, parts: [], lacks: [], score: 0 }));
    const hits = all.filter(({ brief }) => passesFilters(brief, state));
    results.setAttribute("aria-busy", "false");
    // Half a syllable finds nothing, and the list would flicker.
    if (this.isComposing && !hits.length) return;
    const rank = { relevance: (one, other) => other.score - one.score, date: () => 0, oldest: (one, other) => (one.brief.date === null) - (other.brief.date === null) || other.brief.place - one.brief.place }[state.sort];
    // The table is newest first.
    hits.sort((one, other) => rank(one, other) || one.brief.place - other.brief.place);
    [this.hits, this.terms, this.shown] = [hits, answer.terms, 0];
    this.near.disconnect();
    this.facets.show(state, all.map(({ brief }) => brief));
    this.chips(state, answer);
    byId("exact").replaceChildren(...(state.q ? this.named(answer.terms) : []));
    byId("sort").value = state.q || state.sort !== "relevance" ? state.sort : "date";
    byId("actions").hidden = !hits.length;
    for (const end of byId("range").querySelectorAll("input")) end.value = state[end.name];
    const order = { relevance: state.q ? "" : ", newest first", date: ", newest first", oldest: ", oldest first" }[state.sort];
    byId("show-found").textContent = hits.length ? `Show ${number(hits.length, "brief")}` : "No brief found";
    results.replaceChildren();
    byId("nothing").replaceChildren(...(hits.length ? [] : this.nothing(state, answer, all)));
    const { shown = AT_ONCE, at, top } = history.state ?? {};
    do this.more(); while (this.shown < Math.min(shown, hits.length));
    const goBack = () => {
      const entry = results.querySelector(`[data-brief="${CSS.escape(at ?? "")}"]`);
      if (entry) scrollBy(0, entry.getBoundingClientRect().top - top);
    };
    goBack();
    this.announce = () => {
      goBack();
      byId("messages").replaceChildren(...row(" ", this.ignored, ...messagesOf(answer, hits)));
      byId("status").textContent = hits.length ? number(hits.length, "brief") + order : "No brief found";
    };
    this.settle();
  }

  /** Announce the results; the first ones when the passages in sight are loaded, or after a while, so that nothing
      moves while it is read. Then load the engine, if no search has done so. */
  async settle() {
    const { classList } = byId("search-app");
    if (!classList.contains("coming")) { this.announce(); return; }
    const inSight = new Promise((seen) => { this.seen = seen; }).then(() => Promise.all(this.loading));
    await Promise.race([this.hits.length && inSight, new Promise((over) => { setTimeout(over, LONGEST_WAIT); })]);
    if (!classList.contains("coming")) return;  // another search was sooner
    classList.remove("coming");
    this.announce();
    this.archive.withEngine().catch(() => {});  // the next search says so
  }

  /** Store in the history how many results are shown and which is on top, for when the reader comes back. */
  keepPlace() {
    const first = [...results.children].find((entry) => entry.getBoundingClientRect().bottom > 0);
    const place = first && { shown: this.shown, at: first.dataset.brief, top: first.getBoundingClientRect().top };
    history.replaceState(scrollY > 0 && place ? place : null, "");
  }

  /** Show the next results, and focus the first of them if the reader asked for more. */
  more(asked = false) {
    const next = this.hits.slice(this.shown, this.shown + AT_ONCE).map((hit) => this.result(hit, this.terms));
    results.append(...next);
    const rest = this.hits.length - (this.shown += next.length);
    Object.assign(byId("more"), { hidden: rest <= 0, textContent: `Show ${Math.min(rest, AT_ONCE)} more of ${rest.toLocaleString("en")}` });
    if (asked) next[0]?.querySelector("a").focus();
  }

  result(hit, terms) {
    const { brief } = hit;
    const wanted = terms.filter(({ not }) => !not);
    const marked = (text) => pieces(markedIn(text, wanted));
    const isAsked = (value) => wanted.some(({ holders, values }) => (holders ?? values)?.includes(value));
    const to = (value, text) => make("a", { href: this.archive.pageOf(value) }, ...(isAsked(value) ? [make("mark", {}, text)] : marked(text)));
    const entry = make("li", { dataset: { brief: brief.id } },
      make("h2", {}, make("a", { href: `${ROOT.href}briefs/${brief.id}/`, lang: brief.title_language }, ...marked(brief.title))),
      make("p", { className: "entry-facts" }, ...row(" · ",
        row(", ", ...brief.byline.map(({ value, name }) => to(value, name))),
        row(", ", ...brief.publishers.map(({ value, name }) => to(value, name))),
        row(" ", brief.inSeries.map(({ value, name }) => to(value, name)), brief.number && marked(brief.number)),
        brief.year.map((year) => to(year, brief.date ?? "no date")),
        row(", ", ...brief.theme.map((theme) => to(theme, theme.label))),
      )));
    if (hit.lacks.length) entry.append(make("p", { className: "found-in" }, "Without: ", ...row(", ", ...hit.lacks.map(({ text }) => make("s", {}, text)))));
    this.loaders.set(entry, () => this.passages(entry, hit, terms));
    this.near.observe(entry);
    return entry;
  }

  /** Add the passages of a hit, each a link to its block with the words to mark there. */
  async passages(entry, hit, terms) {
    const { brief } = hit;
    if (terms.every(({ not, values, range }) => not || values || range)) return;
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

  /** The filters in use, those in the query too; each goes when it is pressed. */
  chips(state, { query, terms }) {
    const inQuery = state.q ? terms.filter(({ not, values, range }) => not || values || range) : [];
    const chips = [...filtersOf(state), ...inQuery.map(({ text, not, at: [from, to] }) => (
      { label: not ? `Without “${text}”` : text, without: { ...state, q: `${query.slice(0, from)} ${query.slice(to)}`.replace(/\s+/g, " ").trim() } }))];
    if (chips.length - inQuery.length > 1) chips.push({ label: "", without: withoutFilters(state) });
    byId("chips").replaceChildren(...chips.map(({ label, without }) => make("li", {}, press(
      label ? [make("span", { className: "unseen" }, "Remove filter "), label, make("span", { className: "cross" })] : "Remove all filters",
      () => this.choose(without),
    ))));
    byId("filters-chosen").textContent = chips.length ? ` (${chips.length})` : "";
  }

  /** Show a state that the reader chose, and go on from the box. */
  choose(state) {
    const { q, ...rest } = state;
    this.go({ ...rest, q: q === this.state.q ? this.asked.q : q }, "push");
    box.value = this.state.q;
    box.focus();
  }

  /** What can be done with the results: their address, and the list for other programs. */
  addActions() {
    const status = make("span", { className: "copied", role: "status" });
    const ownAddress = () => document.querySelector("link[rel=canonical]").href + location.search;
    const mail = link("E-mail it", "mailto:");
    for (const event of ["focus", "pointerenter", "click"]) mail.addEventListener(event, () => { mail.href = `mailto:?subject=${encodeURIComponent(document.title)}&body=${encodeURIComponent(ownAddress())}`; });
    const share = navigator.share && press("Share", () => navigator.share({ title: document.title, url: ownAddress() }).catch(() => {}));
    const list = Object.entries({ bib: "BibTeX", ris: "RIS", csv: "CSV" }).map(([kind, name]) => press(name, async () => {
      const saved = import("./download.js").then(({ download }) => download(kind, this.hits.map(({ brief }) => brief.id), ROOT));
      status.textContent = await saved.then(() => "", () => "The list could not be loaded.");
    }));
    byId("actions").append("This search: ", ...row(" ", globalThis.copyButton("Copy its address", ownAddress, status), mail, share), " · These briefs: ", ...row(" ", ...list), " ", status);
  }

  /** Links to the pages of the values that the whole query names. Several authors may share a family name. */
  named(terms) {
    const texts = terms.map(({ text }) => text);
    const family = this.archive.values.author.filter((author) => wordsOf(author.family).join("") === texts.flatMap(wordsOf).join(""));
    const asked = terms.length === 1 && !terms[0].not ? terms[0].values ?? [] : [];
    const values = new Set([...this.archive.names.of(texts), ...family, ...asked]);
    return [...values].slice(0, AT_ONCE).map((value) => make("p", {}, `${NAMES[value.facet]} page: `, link(value.label, this.archive.pageOf(value))));
  }

  /** What to try when no brief was found. */
  nothing(state, { terms, missing }, all) {
    if (!all.length && !state.q) return [make("p", {}, "The archive has no briefs at present.")];
    const offer = (text, next, count) => make("li", {}, link(text, address(this.archive, next)), count ? ` (${number(count, "brief")})` : "");
    const offers = [
      all.length ? offer("Without any filter", withoutFilters(state), all.length) : "",
      terms.some(({ phrase }) => phrase) ? offer("Without the quotation marks", { ...state, q: state.q.replace(/["“”]/g, "") }) : "",
      ...terms.filter(({ size }) => size && !all.length && terms.length > 1).map(({ text, size }) => offer(`Only “${text}”`, { ...state, q: text }, size)),
    ].filter(Boolean);
    const short = missing.some(({ text }) => text.length < 3 && /\p{L}/u.test(text) && !isCjk(text)) ? " To find words by their beginning, type at least three letters." : "";
    const reason = missing.length ? `No brief contains ${missing.map(({ text }) => `“${text}”`).join(", ")}.${short}` : "No brief matches the whole search.";
    return [
      make("p", {}, !terms.length && state.q ? "The query has no words that can be searched for." : reason),
      ...(offers.length ? [make("ul", {}, ...offers)] : []),
      make("p", {}, "The themes of the archive:"),
      make("ul", {}, ...this.archive.values.theme.map((theme) => make("li", {}, link(theme.label, this.archive.pageOf(theme))))),
    ];
  }
}

/** What a reader has to know of an answer, as sentences. */
const messagesOf = ({ terms, cut, asWords, corrected, isPartial }, hits) => [
  cut && `Only the first ${terms.length} words were searched for.`,
  asWords.length && `Read as words: ${asWords.join(", ")}.`,
  ...corrected.map(([word, better]) => `No brief contains “${word}”. These results are for “${better}”.`),
  isPartial && hits.length && "No brief has all of these words. The following have most of them.",
];

/** Move the focus between the box and the results with the arrow keys. */
function walk(event) {
  const stops = [box, ...results.querySelectorAll("h2 a")];
  const at = stops.indexOf(event.target.closest("#query, [data-brief]")?.querySelector("h2 a") ?? event.target);
  const next = stops[at + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
  if (at < 0 || event.isComposing || event.altKey || !next) return;
  event.preventDefault();
  next.focus();
}

/** Say that the search did not work, and offer the lists. */
function showFailure(error) {
  console.error(error);
  byId("without-search").classList.remove("waiting");
  [byId("without-search").hidden, byId("failed").hidden, byId("search-app").hidden] = [false, false, true];
}

byId("search-app").classList.remove("waiting");
byId("without-search").hidden = true;
byId("try-again").addEventListener("click", () => location.reload());
Archive.open(ROOT).then((archive) => new SearchPage(archive)).catch(showFailure);
