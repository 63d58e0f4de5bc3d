/** Small helpers for writing to the page without touching what has not changed. */

/**
 * The element with this id, which must exist.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/**
 * Write a text; one that stands there already is left alone, so that screen readers do not repeat it.
 *
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLElement | SVGElement} element
 * @param {string} name of a data attribute, in camel case
 * @param {string} value "" for none
 */
export function mark(element, name, value) {
  if (value === "") delete element.dataset[name];
  else if (element.dataset[name] !== value) element.dataset[name] = value;
}

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {{class?: string, text?: string}} [is]
 * @param {...(Node | string)} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, is = {}, ...inside) {
  const element = document.createElement(name);
  if (is.class) element.className = is.class;
  if (is.text !== undefined) element.textContent = is.text;
  element.append(...inside);
  return element;
}

/** What is remembered between visits; a browser that forbids it remembers nothing. */
export const memory = {
  /**
   * @param {string} name
   * @returns {unknown} null if nothing was remembered
   */
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "null");
    } catch {
      return null;
    }
  },
  /**
   * @param {string} name
   * @param {unknown} value
   */
  keep(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // A private window may be full or closed to writing: the page works without.
    }
  },
};
