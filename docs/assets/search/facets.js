/* The filters of the search page: the values of each facet, with the briefs that each would leave. */

import { FACETS, NAMES } from "./archive.js";
import { make } from "./elements.js";
import { passesFilters } from "./state.js";
import { fold, wordsOf } from "./words.js";

// A longer list scrolls, has its most frequent values first, and a box to narrow it.
const LONG_FACET = 10;

export class Facets {
  /** Make the facets in `place`. `choose(value, on)` is called when the reader presses a value. */
  constructor(archive, place, choose) {
    this.values = archive.values;
    this.lines = new Map();
    this.facets = new Map(FACETS.map((facet) => [facet, this.#facet(facet, choose)]));
    place.prepend(...[...this.facets.values()].map(({ set }) => set));
  }

  #facet(facet, choose) {
    const values = this.values[facet];
    const list = make("ul", {}, ...values.map((value) => {
      const input = make("input", { type: "checkbox", name: facet, value: value.id, onchange: () => choose(value, input.checked) });
      const count = make("span", { className: "count" });
      const line = make("li", {}, make("label", {}, input, make("span", {}, value.label), count));
      this.lines.set(value, { line, input, count, folded: fold([value.label, ...value.names].join(" ")) });
      return line;
    }));
    const narrow = values.length > LONG_FACET && make("input", { type: "search", className: "narrow", placeholder: "Narrow the list", ariaLabel: `Narrow the list: ${NAMES[facet]}`, oninput: () => this.#narrow(facet) });
    const none = make("p", { className: "found-in", hidden: true, role: "status" }, "Nothing in this list matches.");
    return { set: make("fieldset", { dataset: { facet } }, make("legend", {}, NAMES[facet]), narrow || "", none, list), list, narrow, none };
  }

  /** Show the values of a long facet whose names match the box, and the chosen ones. */
  #narrow(facet) {
    const { narrow, none } = this.facets.get(facet);
    const wanted = wordsOf(narrow.value);
    let matching = 0;
    for (const { line, input, folded } of this.values[facet].map((value) => this.lines.get(value))) {
      const isWanted = wanted.every((word) => folded.includes(word));
      line.classList.toggle("narrowed", !isWanted && !input.checked && input !== document.activeElement);
      matching += isWanted && !line.hidden;
    }
    none.hidden = matching > 0;
  }

  /** Count the briefs that each value would leave, with the query and the other facets as they are. */
  show(state, briefs) {
    for (const [facet, { set, list, narrow }] of this.facets) {
      const tally = new Map();
      for (const brief of briefs) if (passesFilters(brief, state, facet)) for (const value of brief[facet]) tally.set(value, (tally.get(value) ?? 0) + 1);
      for (const value of this.values[facet]) {
        const { line, input, count } = this.lines.get(value);
        input.checked = state.filters.get(facet).has(value);
        count.textContent = (tally.get(value) ?? 0).toLocaleString("en");
        line.hidden = !tally.has(value) && !input.checked && input !== document.activeElement;
      }
      set.hidden = this.values[facet].every((value) => this.lines.get(value).line.hidden);
      if (!narrow) continue;
      this.#narrow(facet);
      // Years keep their order.
      const ranked = facet === "year" ? this.values.year : [...this.values[facet]].sort((one, other) => (tally.get(other) ?? 0) - (tally.get(one) ?? 0));
      const lines = ranked.map((value) => this.lines.get(value).line);
      if (lines.every((line, at) => line === list.children[at])) continue;
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      list.append(...lines);
      focused?.focus({ preventScroll: true });  // a moved element loses the focus
    }
  }
}
