import type { Settings } from './options.js';
import { asError, type Report } from './report.js';

const TIMEOUT_MS = 2_000;

/** Tells the server how far this verifier is. One receipt is under way at most; the newest position follows it. */
export class Receipts {
  readonly #settings: Settings;
  readonly #report: Report;
  #position: number | null = null;
  #acknowledged: number | null = null;
  #isSending = false;

  constructor(settings: Settings, report: Report) {
    this.#settings = settings;
    this.#report = report;
  }

  /** A new connection: the server is told again, even if nothing has changed. */
  reset(): void {
    this.#acknowledged = null;
  }

  /** Everything up to `position` is refused. Does nothing if the server knows that. */
  tell(position: number): void {
    this.#position = position;
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#position !== null && this.#position !== this.#acknowledged) {
        const seq = this.#position;
        try {
          await this.#post(seq);
          this.#acknowledged = seq;
        } catch (error) {
          this.#report({ type: 'receipt-failed', seq, error: asError(error) });
          return;
        }
      }
    } finally {
      this.#isSending = false;
    }
  }

  async #post(seq: number): Promise<void> {
    const { apiUrl, authorization, name } = this.#settings;
    const response = await fetch(`${apiUrl}/v1/revocations/receipts`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ verifier: name, seq }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    // Read to the end, so that the connection serves again.
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`a receipt was answered with ${response.status}`);
  }
}
