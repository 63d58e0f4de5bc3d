/** A clock that plays a stretch of time: by itself, or as a video has it. */

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.5, 2];

/** Seconds by which a video may be ahead; by more, it has no pictures yet of what is asked for. */
const AHEAD_S = 0.5;

export class Player {
  timeS = 0;
  fromS = 0;
  toS = 1;
  speed = 1;
  loop = true;
  playing = false;
  /** @type {HTMLVideoElement | null} the video that is the clock, if there is one */
  #video = null;
  #last = 0;
  #asked = 0;

  /** @param {{time: (timeS: number) => void, state: () => void}} told of every new time, and of what was pressed */
  constructor(told) {
    this.told = told;
  }

  /** @param {HTMLVideoElement | null} video whose time is to be followed; null for none */
  follow(video) {
    this.#video = video;
    if (video) video.playbackRate = this.speed;
  }

  /** @param {number} fromS @param {number} toS */
  range(fromS, toS) {
    this.fromS = fromS;
    this.toS = Math.max(toS, fromS + 0.1);
    this.told.state();
  }

  play() {
    if (this.timeS >= this.toS - 0.02 || this.timeS < this.fromS) this.seek(this.fromS);
    this.playing = true;
    this.#last = performance.now();
    if (this.#video) this.#start(this.#video);
    if (!this.#asked) this.#asked = requestAnimationFrame((now) => this.#frame(now));
    this.told.state();
  }

  pause() {
    this.playing = false;
    this.#video?.pause();
    this.told.state();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {number} timeS */
  seek(timeS) {
    if (this.#video) this.#video.currentTime = timeS;
    this.#tell(timeS);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    if (this.#video) this.#video.playbackRate = speed;
    this.told.state();
  }

  /** @param {1 | -1} way faster or slower by one step */
  changeSpeed(way) {
    const at = SPEEDS.findIndex((speed) => speed >= this.speed);
    this.setSpeed(SPEEDS[Math.min(Math.max((at < 0 ? SPEEDS.length - 1 : at) + way, 0), SPEEDS.length - 1)]);
  }

  /** @param {number} now */
  #frame(now) {
    this.#asked = 0;
    if (!this.playing) return;
    const passed = Math.min(0.25, (now - this.#last) / 1000) * this.speed;
    this.#last = now;
    const timeS = this.#goOn(passed);
    if (timeS < this.toS) this.#tell(timeS);
    else if (this.loop) this.seek(this.fromS);
    else {
      this.seek(this.toS);
      this.pause();
      return;
    }
    this.#asked = requestAnimationFrame((later) => this.#frame(later));
  }

  /**
   * The time after a while: the video's where it has pictures, and one's own before its first and after its last.
   *
   * @param {number} passed seconds
   */
  #goOn(passed) {
    const video = this.#video;
    if (!video) return this.timeS + passed;
    if (video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return this.timeS;
    if (video.ended) return this.timeS + passed;
    if (video.currentTime - this.timeS > AHEAD_S) {
      video.pause();
      return this.timeS + passed;
    }
    if (video.paused) this.#start(video);
    return video.currentTime;
  }

  /** @param {HTMLVideoElement} video */
  #start(video) {
    video.play().catch((error) => {
      // Stopped before it had begun: that is as it should be.
      if (error.name !== "AbortError") this.pause();
    });
  }

  /** @param {number} timeS */
  #tell(timeS) {
    this.timeS = timeS;
    this.told.time(timeS);
  }
}

/**
 * Wire the buttons of a replay: #play, #speed, #loop, #scrub and #time.
 *
 * @param {Player} player
 * @param {(id: string) => HTMLElement} byId
 * @param {(timeS: number) => string} clock
 * @returns {{time: () => void, state: () => void}} bring the buttons in line with the player
 */
export function wireTransport(player, byId, clock) {
  const scrub = /** @type {HTMLInputElement} */ (byId("scrub"));
  const speed = /** @type {HTMLSelectElement} */ (byId("speed"));
  const loop = /** @type {HTMLInputElement} */ (byId("loop"));
  const play = byId("play");
  for (const each of SPEEDS) {
    const option = document.createElement("option");
    option.value = String(each);
    option.textContent = `${each}×`;
    speed.append(option);
  }
  loop.checked = player.loop;
  play.addEventListener("click", () => player.toggle());
  speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
  loop.addEventListener("change", () => {
    player.loop = loop.checked;
  });
  scrub.addEventListener("input", () => {
    const timeS = Number(scrub.value); // before the pause shows the player's own time again
    player.pause();
    player.seek(timeS);
  });
  const time = () => {
    scrub.value = String(player.timeS);
    scrub.setAttribute("aria-valuetext", clock(player.timeS));
    byId("time").textContent = clock(player.timeS);
  };
  return {
    time,
    state: () => {
      scrub.min = String(player.fromS);
      scrub.max = String(player.toS);
      speed.value = String(player.speed);
      play.dataset.playing = player.playing ? "yes" : "no";
      play.setAttribute("aria-label", player.playing ? "Pause" : "Play");
      time();
    },
  };
}
