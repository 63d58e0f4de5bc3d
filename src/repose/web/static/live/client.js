/**
 * The name under which this page is known to the server: kept when it is loaded again, so that a reload
 * does not lose control of the session.
 */

const KEY = "repose.client";

/** How long to wait for the page before a reload to let go of the name. */
const PATIENCE_MS = 400;

/**
 * A duplicated tab has a copy of the other's name; a lock, held as long as a page lives, tells them apart.
 *
 * @returns {Promise<string>}
 */
export async function clientName() {
  const kept = sessionStorage.getItem(KEY);
  if (kept && (await hold(kept))) return kept;
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  sessionStorage.setItem(KEY, fresh);
  await hold(fresh);
  return fresh;
}

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether the name is this page's own now
 */
function hold(name) {
  // Locks are there in secure contexts only, such as localhost.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(`${KEY}.${name}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
        resolve(true);
        return new Promise(() => {}); // as long as the page lives
      })
      .catch(() => resolve(false));
  });
}
