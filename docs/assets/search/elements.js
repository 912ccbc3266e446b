/* Make elements of the page. Strings become text, never markup. */

/** Make an element with properties and children; empty children are left out. */
export function make(name, { dataset = {}, role, ariaLabel, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  Object.assign(element.dataset, dataset);
  if (role) element.setAttribute("role", role);
  if (ariaLabel) element.setAttribute("aria-label", ariaLabel);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export const link = (text, href, properties = {}) => make("a", { href, ...properties }, text);

/** A button that acts when it is pressed. */
export const press = (label, act) => make("button", { type: "button", onclick: act }, ...[label].flat());

/** The children that are not empty, with separators between them. */
export const row = (separator, ...children) => children.filter((child) => child && child.length !== 0).flatMap((child, index) => [...(index ? [separator] : []), ...[child].flat()]);
export const number = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

// Korean and Japanese words in an English line, as in archive.text.language: Chinese characters alone may be either.
const OTHER = /([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3](?:[\s\d·・,.、。~–—-]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])*)/u;
const PART = /([^\uac00-\ud7a3\u3040-\u30ff]*(?:[\uac00-\ud7a3](?:[^\u3040-\u30ff]*[\uac00-\ud7a3])?|[\u3040-\u30ff](?:[^\uac00-\ud7a3]*[\u3040-\u30ff])?)(?:[^\uac00-\ud7a3\u3040-\u30ff]*$)?)/u;
const spoken = (text) => text.split(OTHER).flatMap((run, at) => (at % 2 ? run.split(PART) : [run])).filter(Boolean).map((part) => {
  const lang = /[\uac00-\ud7a3]/.test(part) ? "ko" : /[\u3040-\u30ff]/.test(part) ? "ja" : "";
  return lang ? make("span", { lang }, part) : part;
});

/** Pieces of text {text, marked} as elements, with the language of their words. */
export const pieces = (parts) => parts.flatMap(({ text, marked }) => (marked ? make("mark", {}, ...spoken(text)) : spoken(text)));
