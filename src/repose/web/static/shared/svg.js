/** Making SVG elements. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {Record<string, string | number | null>} [attributes] one that is null is left out
 * @param {...(Node | string)} inside
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}, ...inside) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null) continue;
    element.setAttribute(key, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  element.append(...inside);
  return element;
}

/**
 * Hatchings of a page's pictures; `line` and `ground` are styled by the page.
 *
 * @param {Record<string, number>} turns angle in degrees by name: the pattern is `NAME-hatch`
 */
export function hatchings(turns) {
  return svg(
    "defs",
    {},
    ...Object.entries(turns).map(([name, turn]) =>
      svg(
        "pattern",
        {
          id: `${name}-hatch`,
          width: 7,
          height: 7,
          patternUnits: "userSpaceOnUse",
          patternTransform: `rotate(${turn})`,
        },
        svg("rect", { width: 7, height: 7, class: `${name}-ground` }),
        svg("line", { x1: 0, y1: 0, x2: 0, y2: 7, class: `${name}-line` }),
      ),
    ),
  );
}
