import { setTimeout as pause } from 'node:timers/promises';

import { FrameReader } from './frame.js';
import type { Request } from './freshness.js';
import { publicKeys } from './keys.js';
import type { Knowledge } from './knowledge.js';
import type { Settings } from './options.js';
import { Receipts } from './receipts.js';
import { asError, type Report } from './report.js';
import { type StreamEvent, subscribe } from './stream.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Keeps the knowledge up to date until it is stopped. */
export class Follower {
  readonly #settings: Settings;
  readonly #knowledge: Knowledge;
  readonly #report: Report;
  readonly #onNews: () => void;
  readonly #reader: FrameReader;
  readonly #receipts: Receipts;
  readonly #stop = new AbortController();
  #pauseMs = FIRST_PAUSE_MS;

  readonly counts = { connections: 0, frames: 0, ignored: 0 };
  isConnected = false;
  lastError: Error | undefined;

  /** `onNews` is called after each frame that told something new. Throws `TypeError` for a bad `jwtKey`. */
  constructor(settings: Settings, knowledge: Knowledge, report: Report, onNews: () => void) {
    this.#settings = settings;
    this.#knowledge = knowledge;
    this.#report = report;
    this.#onNews = onNews;
    this.#reader = new FrameReader(publicKeys(settings), settings.issuer);
    this.#receipts = new Receipts(settings, report);
  }

  stop(): void {
    this.#stop.abort();
  }

  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const error = await this.#connect().catch(asError);
      this.isConnected = false;
      if (this.#stop.signal.aborted) return;
      this.lastError = error;
      this.#report({ type: 'disconnected', error });
      // Apart from each other, so that the verifiers of a server that comes back do not arrive all at once.
      const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      await pause(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** One connection, from the request to what ended it. */
  async #connect(): Promise<Error> {
    const { staleAfterMs } = this.#settings;
    const connection = new AbortController();
    const abort = (): void => connection.abort(new Error('closed'));
    const late = (): void => connection.abort(new Error(`nothing new for ${staleAfterMs} ms`));
    this.#stop.signal.addEventListener('abort', abort, { once: true });
    const watchdog = setTimeout(late, staleAfterMs);
    try {
      const { request, events } = await subscribe(this.#settings, this.#knowledge.position, connection.signal);
      this.#opened(request);
      for await (const event of events) {
        const outcome = await this.#take(event);
        if (connection.signal.aborted) throw connection.signal.reason;
        if (outcome === 'gap') return new Error('frames are missing');
        if (outcome === 'news') watchdog.refresh();
      }
      return new Error('the server has ended the stream');
    } finally {
      clearTimeout(watchdog);
      this.#stop.signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  #opened(request: Request): void {
    this.isConnected = true;
    this.counts.connections += 1;
    this.#knowledge.connected(request);
    this.#receipts.reset();
    this.#report({ type: 'connected' });
  }

  async #take({ data, arrival }: StreamEvent): Promise<'news' | 'nothing' | 'gap'> {
    let frame;
    try {
      frame = await this.#reader.read(data);
    } catch (thrown) {
      const error = asError(thrown);
      this.lastError = error;
      this.counts.ignored += 1;
      this.#report({ type: 'frame-ignored', error });
      return 'nothing';
    }
    this.counts.frames += 1;
    const before = this.#knowledge.position;
    const outcome = this.#knowledge.apply(frame, arrival);
    if (outcome === 'gap') {
      this.#report({ type: 'gap', position: before, after: frame.after });
      return outcome;
    }
    if (this.#knowledge.position !== null) this.#receipts.tell(this.#knowledge.position);
    if (outcome === 'clock-difference') {
      this.#report({ type: 'clock-difference', differenceMs: arrival.wall - frame.time });
      return 'nothing';
    }
    if (outcome === 'news') {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#onNews();
    }
    return outcome;
  }
}
