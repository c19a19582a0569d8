import type { Frame } from './frame.js';

/** When something arrived, in milliseconds. */
export interface Arrival {
  /** By `performance.now()`. */
  monotonic: number;
  /** By `Date.now()`. */
  wall: number;
}

/** What opened a connection. */
export interface Request {
  /** Random text. The server repeats it in one frame, which it makes after the request has arrived. */
  nonce: string;
  /** Just before it was sent, by `performance.now()`. */
  requested: number;
}

/** Milliseconds in which frames may become slower by one: clocks do not run equally fast. */
const CREEP_EVERY_MS = 2_000;

/**
 * How old the knowledge is. The two machines' clocks are only compared roughly. What counts is the frame that answers
 * the connection's request: whatever its way was, it was made after the request. The others are measured from there,
 * so that one that was held back or is repeated is as old as it is.
 */
export class Freshness {
  readonly #maxDifference: number;
  /** The connection's request until it is answered. */
  #request: Request | undefined;
  /** Monotonic clock minus the server's, rather too small than too large: no frame counts before the answer. */
  #offset = -Infinity;
  /** The offset that was last measured, and when; it creeps from there. */
  #measured = -Infinity;
  #measuredAt = 0;
  #newest = -Infinity;
  #asOf = -Infinity;

  constructor(maxClockDifferenceMs: number) {
    this.#maxDifference = maxClockDifferenceMs;
  }

  /** A new connection: its way may be longer, its server's clock another one, and its frames old ones. */
  reset(request: Request): void {
    this.#request = request;
    this.#measure(-Infinity, 0);
    this.#newest = -Infinity;
  }

  /** Notes a frame's time. `false` if the clocks are too far apart for it to mean anything. */
  heard({ time, nonce }: Pick<Frame, 'time' | 'nonce'>, { monotonic, wall }: Arrival): boolean {
    if (Math.abs(wall - time) > this.#maxDifference) return false;
    if (this.#request && nonce === this.#request.nonce) {
      this.#measure(this.#request.requested - time, monotonic);
      this.#newest = time;
      this.#request = undefined;
    } else if (time > this.#newest) {
      // One that is repeated changes nothing: it would seem younger by the creep.
      this.#newest = time;
      this.#offset = this.#measured + (monotonic - this.#measuredAt) / CREEP_EVERY_MS;
      if (monotonic - time < this.#offset) this.#measure(monotonic - time, monotonic);
    }
    return true;
  }

  /** Everything up to the head of a frame that was heard is known. Whether that is news. */
  confirm(time: number): boolean {
    const asOf = time + this.#offset;
    if (!(asOf > this.#asOf)) return false;
    this.#asOf = asOf;
    return true;
  }

  /** Milliseconds since the knowledge was complete; infinite before it ever was. */
  age(monotonic: number): number {
    return Math.max(0, monotonic - this.#asOf);
  }

  #measure(offset: number, monotonic: number): void {
    this.#offset = this.#measured = offset;
    this.#measuredAt = monotonic;
  }
}
