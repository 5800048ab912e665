/** Comments that come closer than this are one: streams begin with one, and pings are seconds apart. */
const burstMs = 1_000;
/** Gaps are of one beat when neither is longer than the other by more. */
const alike = 1.5;
/** Pings that may be missed. */
const missed = 3;

/** Learns from the comments of a stream of events how often its server sends them, where it does. */
export class Heartbeat {
  #lastMs: number;
  #gapMs: number | undefined;
  #beatMs: number | undefined;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  comment(nowMs: number): void {
    const gapMs = nowMs - this.#lastMs;
    if (gapMs < burstMs) return;
    const before = this.#gapMs;
    this.#lastMs = nowMs;
    this.#gapMs = gapMs;
    const isBeat = before !== undefined && Math.max(gapMs, before) <= alike * Math.min(gapMs, before);
    if (isBeat || this.#beatMs !== undefined)
      this.#beatMs = Math.max(this.#beatMs ?? 0, gapMs, isBeat ? before : 0);
  }

  /** So long a silence shows that nobody is there any more; undefined while nothing shows it. */
  get limitMs(): number | undefined {
    return this.#beatMs === undefined ? undefined : missed * this.#beatMs;
  }
}

/** Calls `onSilence` when nothing came for longer than is allowed, or than the stream's own pings allow. */
export class StreamSilence implements Disposable {
  readonly #idleMs: number | undefined;
  readonly #onSilence: () => void;
  readonly #heartbeat = new Heartbeat(performance.now());
  #timer: NodeJS.Timeout | undefined;
  #limitMs: number | undefined;

  constructor(idleMs: number | undefined, onSilence: () => void) {
    this.#idleMs = idleMs;
    this.#onSilence = onSilence;
    this.heard(false);
  }

  heard(isComment: boolean): void {
    if (isComment) this.#heartbeat.comment(performance.now());
    const limitMs = Math.min(
      this.#idleMs ?? Number.POSITIVE_INFINITY,
      this.#heartbeat.limitMs ?? Number.POSITIVE_INFINITY,
    );
    if (limitMs === Number.POSITIVE_INFINITY) return;
    if (limitMs === this.#limitMs) {
      this.#timer?.refresh();
      return;
    }
    this[Symbol.dispose]();
    this.#limitMs = limitMs;
    this.#timer = setTimeout(this.#onSilence, limitMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
