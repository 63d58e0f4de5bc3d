/** The screen itself: kept awake during a session, and filled on demand. */

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;

/** @param {boolean} wake whether the screen has to stay on */
export function keepAwake(wake) {
  wanted = wake;
  if (!wake) {
    lock?.release();
    lock = null;
  } else ask();
}

async function ask() {
  if (!wanted || lock || document.hidden || !navigator.wakeLock) return;
  try {
    const mine = await navigator.wakeLock.request("screen");
    if (!wanted) return void mine.release();
    lock = mine;
    mine.addEventListener("release", () => {
      if (lock === mine) lock = null;
    });
  } catch {
    // Refused, as with an empty battery: the session goes on, the screen may go dark.
  }
}

// The lock is lost whenever the page is hidden.
document.addEventListener("visibilitychange", ask);

/** Fill the screen, or give it back. */
export async function toggleFullscreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // Not allowed here, as on some phones: the page stays as it is.
  }
}
