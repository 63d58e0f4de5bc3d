/** Keys that mean something on a page, told apart with Ctrl and Shift. */

/**
 * @param {KeyboardEvent} event
 * @returns {string} such as "a", "ctrl+z", "ctrl+shift+z", "shift+arrowleft"; signs as they are: "?", "+"
 */
export function nameOf(event) {
  const key = event.key.toLowerCase();
  // Where Shift is only the way to a sign, the sign says it all.
  const plain = key.length === 1 && key.toUpperCase() === key && key !== " ";
  const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.shiftKey && !plain ? "shift" : "", key];
  return parts.filter(Boolean).join("+");
}

/**
 * @param {Record<string, () => void>} actions by name
 * @param {{up?: Record<string, () => void>, repeating?: Set<string>}} [more] what happens when a key is let go,
 *   and keys that repeat while they are held
 */
export function listen(actions, { up = {}, repeating = new Set() } = {}) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    if (event.repeat && !repeating.has(name)) {
      if (name in actions && !inField(event.target)) event.preventDefault();
      return;
    }
    const action = actions[name];
    if (!action || inField(event.target) || presses(event)) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("keyup", (event) => up[event.key.toLowerCase()]?.());
  // A button that was clicked with the mouse lets go of the focus, or the next space would press it again.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button, input, summary") : null;
    if (button instanceof HTMLElement && event.detail > 0 && !inField(button)) button.blur();
  });
}

/** Whether letters belong into what has the focus. @param {EventTarget | null} target */
function inField(target) {
  const at = target instanceof Element ? target.closest("input, select, textarea") : null;
  return at !== null && !at.matches("input[type=range], input[type=checkbox], input[type=radio], input[type=button]");
}

/** Whether the key is for what has the focus: a space presses a button. @param {KeyboardEvent} event */
function presses(event) {
  const at = event.target instanceof Element ? event.target : document.body;
  if (event.key === " " || event.key === "Enter") {
    return at.closest("button, a, summary, input:not([type=range]), [role=button]") !== null;
  }
  return event.key.startsWith("Arrow") && at.closest("input, [role=slider], [role=tab]") !== null;
}
