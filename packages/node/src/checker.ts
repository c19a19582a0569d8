import { askGate } from './gate.js';
import type { Knowledge } from './knowledge.js';
import type { Settings } from './options.js';
import type { RefusalReason, Report } from './report.js';
import { isRequestState, type Refused, type RequestState, sessionClaims, signedOut } from './request-state.js';
import type { TokenClaims } from './revocations.js';
import { RevokedError } from './revoked-error.js';

/** How a single check is made. */
export interface CheckOptions {
  /** The token that the claims are from, for `onStale: "ask"`. A request state has its own. */
  token?: string;
}

/** What comes out of a check: the same type, which for a state known to be signed in gains the signed-out one. */
export type Checked<T> = [T] extends [{ status: 'signed-in' }] ? T | (Omit<T, keyof Refused> & Refused) : T;

/** Holds tokens against the knowledge. */
export class Checker {
  readonly #settings: Settings;
  readonly #knowledge: Knowledge;
  readonly #report: Report;

  readonly counts = { refused: 0, stale: 0 };

  constructor(settings: Settings, knowledge: Knowledge, report: Report) {
    this.#settings = settings;
    this.#knowledge = knowledge;
    this.#report = report;
  }

  async check<T extends object>(value: T, { token }: CheckOptions): Promise<Checked<T>> {
    if (isRequestState(value)) return (await this.#checkState(value)) as Checked<T>;
    const reason = await this.#refusal(value, token);
    if (reason) throw new RevokedError(reason);
    return value as Checked<T>;
  }

  async #checkState(state: RequestState): Promise<object> {
    const claims = sessionClaims(state);
    const reason = claims && (await this.#refusal(claims, state.token ?? undefined));
    return reason ? signedOut(state, reason) : state;
  }

  async #refusal(claims: TokenClaims, token?: string): Promise<RefusalReason | undefined> {
    const { sub, sid } = claims;
    if (typeof sub !== 'string') throw new TypeError('neither a request state nor the claims of a session token');
    const reason = await this.#judge(claims, token);
    if (reason) {
      this.counts.refused += 1;
      this.#report({ type: 'refused', reason, sub, sid });
    }
    return reason;
  }

  async #judge(claims: TokenClaims, token?: string): Promise<RefusalReason | undefined> {
    if (this.#knowledge.revocations.isRevoked(claims)) return 'revoked';
    return this.#knowledge.isCurrent() ? undefined : this.#whenStale(claims, token);
  }

  async #whenStale({ sub = '', sid }: TokenClaims, token?: string): Promise<RefusalReason | undefined> {
    this.counts.stale += 1;
    switch (this.#settings.onStale) {
      case 'accept': {
        const age = this.#knowledge.age();
        this.#report({ type: 'stale-accepted', ageMs: Number.isFinite(age) ? age : null, sub, sid });
        return undefined;
      }
      case 'ask':
        return token ? askGate(this.#settings, token) : 'stale';
      case 'refuse':
        return 'stale';
    }
  }
}
