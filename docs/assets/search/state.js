/* The state of a search: {q, filters, from, to, sort}. The address of the page holds all of it.
   `filters` has the chosen values of each facet; `from` and `to` are years, or "". */

import { FACETS, NAMES, isWithin } from "./archive.js";

const [LONGEST_QUERY, MAX_IGNORED_NAMED] = [300, 5];
const SORTS = ["relevance", "date", "oldest"];
const noFilters = () => new Map(FACETS.map((facet) => [facet, new Set()]));

/** The state in an address, and a sentence about the parts of the address that are ignored. */
export function read(archive, search) {
  const state = { q: "", filters: noFilters(), from: "", to: "", sort: "relevance" };
  const [ignored, seen] = [new Set(), new Set()];
  for (const [key, value] of new URLSearchParams(search)) {
    const isFirst = !seen.has(key);
    seen.add(key);
    const known = FACETS.includes(key) && archive.value(key, value);
    if (known) state.filters.get(key).add(known);
    else if (key === "q" && isFirst) {
      state.q = value.trim().slice(0, LONGEST_QUERY);
      if (value.trim().length > LONGEST_QUERY) ignored.add(`the query after its first ${LONGEST_QUERY} characters`);
    } else if (isFirst && ((key === "sort" && SORTS.includes(value)) || (["from", "to"].includes(key) && isYear(value)))) state[key] = value;
    else if (value !== "" || !["q", "sort", "from", "to", ...FACETS].includes(key)) ignored.add(`${key}=${value}`.slice(0, 60));
  }
  const named = [...ignored].slice(0, MAX_IGNORED_NAMED).join(", ") + (ignored.size > MAX_IGNORED_NAMED ? ` and ${ignored.size - MAX_IGNORED_NAMED} more` : "");
  return { state, ignored: named && `Parts of the address that were ignored: ${named}.` };
}

export const isYear = (text) => /^\d{4}$/.test(text);

/** The address of a state. Each state has only one: filters are in the order of the page. */
export function address(archive, { q, filters, sort, ...range }) {
  const query = new URLSearchParams(q ? { q } : {});
  for (const facet of FACETS) for (const value of archive.values[facet]) if (filters.get(facet).has(value)) query.append(facet, value.id);
  for (const end of ["from", "to"]) if (range[end]) query.append(end, range[end]);
  if (sort !== "relevance") query.append("sort", sort);
  return `${location.pathname}${String(query) && `?${query}`}`;
}

/** A state with a value of a facet chosen, or no longer chosen. */
export function withFilter(state, value, on) {
  const filters = new Map([...state.filters].map(([facet, values]) => [facet, new Set(values)]));
  filters.get(value.facet)[on ? "add" : "delete"](value);
  return { ...state, filters };
}

/** The filters of a state, and the states without them: [{label, without}]. */
export const filtersOf = (state) => [
  ...[...state.filters.values()].flatMap((values) => [...values].map((value) => ({ label: `${NAMES[value.facet]}: ${value.label}`, without: withFilter(state, value, false) }))),
  ...["from", "to"].filter((end) => state[end]).map((end) => ({ label: `${end === "from" ? "From" : "To"} ${state[end]}`, without: { ...state, [end]: "" } })),
];

export const withoutFilters = (state) => ({ ...state, filters: noFilters(), from: "", to: "" });

/** Whether a brief has one of the chosen values of each facet, except the facet `skipped`. */
export function passesFilters(brief, { filters, from, to }, skipped) {
  const isIn = !(from || to) || isWithin([Number(from), Number(to || 9999)], brief);
  return isIn && FACETS.every((facet) => facet === skipped || !filters.get(facet).size || brief[facet].some((value) => filters.get(facet).has(value)));
}
