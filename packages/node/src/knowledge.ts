import type { Frame } from './frame.js';
import { type Arrival, Freshness, type Request } from './freshness.js';
import { Revocations } from './revocations.js';

/** What a frame did: `news` if it made the knowledge current, or was a step towards that. */
export type Outcome = 'news' | 'nothing' | 'gap' | 'clock-difference';

/** What a verifier knows, frame by frame. No input or output: times come with the frames. */
export class Knowledge {
  readonly revocations = new Revocations();
  readonly #freshness: Freshness;
  readonly #staleAfterMs: number;
  /** Everything up to here is known; null before the first frame. */
  position: number | null = null;
  /** The newest position, as far as is known. */
  head: number | null = null;

  constructor({ staleAfterMs, maxClockDifferenceMs }: { staleAfterMs: number; maxClockDifferenceMs: number }) {
    this.#staleAfterMs = staleAfterMs;
    this.#freshness = new Freshness(maxClockDifferenceMs);
  }

  /** Milliseconds since the knowledge was complete; infinite before it ever was. */
  age(monotonic = performance.now()): number {
    return this.#freshness.age(monotonic);
  }

  isCurrent(monotonic = performance.now()): boolean {
    return this.age(monotonic) <= this.#staleAfterMs;
  }

  /** The frames that follow are from a new connection. What is known stays known; its age grows until the answer. */
  connected(request: Request): void {
    this.#freshness.reset(request);
  }

  /** Takes a frame in, unless something before it is missing. */
  apply(frame: Frame, arrival: Arrival): Outcome {
    const { position } = this;
    if (!frame.snapshot && (position === null || frame.after > position)) return 'gap';
    for (const entry of frame.entries) this.revocations.add(entry);
    this.revocations.forget(frame.time);

    // A snapshot may belong to another history, of a server that was restored from a backup: the old position would
    // claim entries of it that were never told.
    const reached = frame.snapshot ? frame.seq : Math.max(position ?? 0, frame.seq);
    this.position = reached;
    this.head = frame.head;

    if (!this.#freshness.heard(frame, arrival)) return 'clock-difference';
    const isNews =
      reached < frame.head
        ? reached > (position ?? -1)
        : this.#freshness.confirm(frame.time) && this.isCurrent(arrival.monotonic);
    return isNews ? 'news' : 'nothing';
  }
}
