"""Whether the texts of a page have enough contrast: WCAG 2.2, level AA."""

from typing import Final

from playwright.sync_api import Page

_PAIRS: Final = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = parse(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under));
  };
  const light = ({ r, g, b }) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const pairs = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const field = element.matches("input[type=number], select");
    if ((!own && !field) || !element.checkVisibility()) continue;
    if (element.matches("option") || element.closest(".unseen")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const [a, b] = [light(over(parse(style.color), ground)), light(ground)];
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    pairs.push({
      what: `${element.id || element.className || element.tagName}: ${element.textContent.trim()}`,
      ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      least: large ? 3 : 4.5,
    });
  }
  return pairs;
}"""


def low_contrast(page: Page) -> tuple[list[str], int]:
    """The texts with too little contrast, and how many were looked at."""
    # Only what stands still has a colour of its own.
    page.evaluate("() => document.getAnimations().forEach((one) => one.finish())")
    pairs = page.evaluate(_PAIRS)
    low = [f"{pair['what']} ({pair['ratio']:.1f})" for pair in pairs if pair["ratio"] < pair["least"]]
    return low, len(pairs)
