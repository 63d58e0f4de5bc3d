/** The keyboard, for whoever stands at the laptop. */

/**
 * @param {Record<string, () => void>} actions by key, as in KeyboardEvent.key in lower case
 * @param {() => boolean} allowed whether keys mean anything now
 */
export function listen(actions, allowed) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !allowed()) return;
    const at = event.target instanceof Element ? event.target : document.body;
    // What has the focus has the key: a space presses a button, and letters belong into fields.
    if (at.closest("input, select, textarea")) return;
    if ((event.key === " " || event.key === "Enter") && at.closest("button, a, summary")) return;
    const action = actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  // A button that was clicked with the mouse lets go of the focus, or the next space would press it again.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button && event.detail > 0) button.blur();
  });
}
