/** The way to the server: opened again whenever it breaks. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * @typedef {object} Listeners
 * @property {(message: import("./protocol.js").ServerMessage) => void} message
 * @property {(picture: ArrayBuffer) => void} picture
 * @property {() => void} open
 * @property {(waitMs: number, why: string) => void} lost called after each failure; `why` is the server's
 */

export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  #waitMs = FIRST_WAIT_MS;
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {string} address of the WebSocket
   * @param {Listeners} listeners
   */
  constructor(address, listeners) {
    this.address = address;
    this.listeners = listeners;
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retry();
    });
  }

  /** Connect now, unless there is a connection or one on its way. */
  retry() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#waitMs = FIRST_WAIT_MS;
      this.listeners.open();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.listeners.message(JSON.parse(data));
      else this.listeners.picture(data);
    };
    // An error is always followed by a close.
    socket.onclose = ({ reason }) => {
      this.#socket = null;
      this.listeners.lost(this.#waitMs, reason);
      this.#timer = setTimeout(() => this.retry(), this.#waitMs);
      this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
    };
    this.#socket = socket;
  }

  /**
   * @param {import("./protocol.js").ClientMessage} message
   * @returns {boolean} whether it could be sent
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }
}
