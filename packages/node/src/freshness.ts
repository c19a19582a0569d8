/** When something arrived, in milliseconds. */
export interface Arrival {
  /** By `performance.now()`. */
  monotonic: number;
  /** By `Date.now()`. */
  wall: number;
}

/** Milliseconds by which each frame may be slower than the quickest before it: clocks do not run equally fast. */
const CREEP_MS = 1;

/**
 * How old the knowledge is. The two machines' clocks are only compared roughly; what counts is how much later than the
 * quickest one a frame arrived, so that one that was held back is as old as it is.
 */
export class Freshness {
  readonly #maxDifference: number;
  /** Monotonic clock minus the server's, for the quickest frame of this connection. */
  #offset = Infinity;
  #newest = -Infinity;
  #asOf = -Infinity;

  constructor(maxClockDifferenceMs: number) {
    this.#maxDifference = maxClockDifferenceMs;
  }

  /** A new connection: its way may be longer, its server's clock another one. */
  reset(): void {
    this.#offset = Infinity;
    this.#newest = -Infinity;
  }

  /** Notes a frame's time. `false` if the clocks are too far apart for it to mean anything. */
  heard(time: number, arrival: Arrival): boolean {
    if (Math.abs(arrival.wall - time) > this.#maxDifference) return false;
    // A frame that is repeated must not let the offset creep.
    if (time > this.#newest) {
      this.#newest = time;
      this.#offset = Math.min(this.#offset + CREEP_MS, arrival.monotonic - time);
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
}
