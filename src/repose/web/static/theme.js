// Before the first paint, so that a dark room is not lit up: a classic script, run at once.
(() => {
  try {
    const { theme } = JSON.parse(localStorage.getItem("repose.settings") ?? "{}");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  } catch {
    // Nothing was remembered, or it may not be read: the system's theme it is.
  }
})();
