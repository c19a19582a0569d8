import { Checker, type CheckOptions, type Checked } from './checker.js';
import { Follower } from './follower.js';
import { Knowledge } from './knowledge.js';
import { prometheus } from './metrics.js';
import { type FeedOptions, settings, type Settings } from './options.js';
import { reporter } from './report.js';
import type { TokenClaims } from './revocations.js';

/** How the feed is doing. */
export interface FeedStatus {
  /** The name under which the server knows this verifier. */
  name: string;
  /** Whether the stream is open. */
  connected: boolean;
  /** Whether the knowledge is fresh enough to go by. */
  current: boolean;
  /** The position up to which everything is known, or null. */
  seq: number | null;
  /** The newest position heard of, or null. */
  head: number | null;
  /** Age of the knowledge in milliseconds, or null before there is any. */
  lagMs: number | null;
  /** Users and sessions held as revoked. */
  entries: number;
  /** What last went wrong; not cleared when it goes well again. */
  lastError?: string;
}

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Follows the revocation feed and refuses by it. Made by {@link createRevocationFeed}. */
export class RevocationFeed {
  readonly #settings: Settings;
  readonly #knowledge: Knowledge;
  readonly #follower: Follower;
  readonly #checker: Checker;
  readonly #waiting = new Set<Waiter>();
  #isClosed = false;

  /** @internal */
  constructor(options: FeedOptions) {
    const report = reporter(options.onReport);
    this.#settings = settings(options);
    this.#knowledge = new Knowledge(this.#settings);
    this.#checker = new Checker(this.#settings, this.#knowledge, report);
    this.#follower = new Follower(this.#settings, this.#knowledge, report, () => this.#settleReady());
    void this.#follower.run();
  }

  /**
   * Resolves once the knowledge is current, at once if it is already. Rejects after `timeoutMs` milliseconds (10000 by
   * default) and when the feed is closed; the feed itself goes on trying after a timeout.
   */
  async ready({ timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<void> {
    if (this.#isClosed) throw new Error('the revocation feed is closed');
    if (this.#knowledge.isCurrent()) return;
    let timer: NodeJS.Timeout | undefined;
    let waiter: Waiter | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { resolve, reject };
        this.#waiting.add(waiter);
        timer = setTimeout(() => reject(this.#notReady(timeoutMs)), timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      if (waiter) this.#waiting.delete(waiter);
    }
  }

  /**
   * Refuses what is revoked. Give it what `authenticateRequest` or `verifyToken` of `@clerk/backend` has answered:
   *
   * - a request state comes back as it is, or signed out with the reason `session-revoked` or `feed-stale`. Only
   *   signed-in sessions are looked at: handshakes and machine tokens pass;
   * - the claims of a session token come back as they are, or {@link RevokedError} is thrown.
   *
   * Throws `TypeError` for anything else. Waits for nothing, except with `onStale: "ask"` while the knowledge is stale:
   * then for the server, 2 seconds at most.
   */
  check<T extends object>(value: T, options: CheckOptions = {}): Promise<Checked<T>> {
    return this.#checker.check(value, options);
  }

  /** Whether an entry of the feed names these claims, however old the knowledge is. Looks into two maps. */
  isRevoked(claims: TokenClaims): boolean {
    return this.#knowledge.revocations.isRevoked(claims);
  }

  /** How the feed is doing. */
  status(): FeedStatus {
    const lag = this.#knowledge.age();
    const { lastError } = this.#follower;
    return {
      name: this.#settings.name,
      connected: this.#follower.isConnected,
      current: this.#knowledge.isCurrent(),
      seq: this.#knowledge.position,
      head: this.#knowledge.head,
      lagMs: Number.isFinite(lag) ? lag : null,
      entries: this.#knowledge.revocations.size,
      ...(lastError && { lastError: lastError.message }),
    };
  }

  /** The status and counts in Prometheus' text format, as `beadle_verifier_…`. */
  metrics(): string {
    const { connected, current, seq, head, lagMs, entries } = this.status();
    const { connections, frames, ignored } = this.#follower.counts;
    const { refused, stale } = this.#checker.counts;
    return prometheus([
      ['connected', 'gauge', 'Whether the stream is open.', connected],
      ['current', 'gauge', 'Whether the knowledge is fresh enough to go by.', current],
      ['seq', 'gauge', 'Position up to which everything is known.', seq],
      ['head', 'gauge', 'Newest position heard of.', head],
      ['lag_seconds', 'gauge', 'Age of the knowledge.', lagMs === null ? null : lagMs / 1000],
      ['entries', 'gauge', 'Users and sessions held as revoked.', entries],
      ['connections_total', 'counter', 'Streams opened.', connections],
      ['frames_total', 'counter', 'Good frames received.', frames],
      ['ignored_frames_total', 'counter', 'Frames that were not signed by the server, or not readable.', ignored],
      ['refused_total', 'counter', 'Tokens refused.', refused],
      ['stale_total', 'counter', 'Tokens checked while the knowledge was stale.', stale],
    ]);
  }

  /** Stops following. What is known still counts until it is stale. */
  close(): void {
    this.#isClosed = true;
    this.#follower.stop();
    for (const { reject } of this.#waiting) reject(new Error('the revocation feed was closed'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #settleReady(): void {
    if (this.#waiting.size > 0 && this.#knowledge.isCurrent()) for (const { resolve } of this.#waiting) resolve();
  }

  #notReady(timeoutMs: number): Error {
    const cause = this.#follower.lastError;
    return new Error(`the revocation feed was not current within ${timeoutMs} ms${cause ? `: ${cause.message}` : ''}`, {
      cause,
    });
  }
}

/**
 * Starts to follow the revocation feed; `ready` tells when it can be relied on, `close` stops it. Throws `TypeError`
 * for options that make no sense.
 */
export function createRevocationFeed(options: FeedOptions): RevocationFeed {
  return new RevocationFeed(options);
}
