import type { RefusalReason } from './report.js';

/** `session-revoked`: an entry of the feed says so. `feed-stale`: it is not known whether one would. */
export type RefusalCode = 'session-revoked' | 'feed-stale';

const REFUSALS = {
  revoked: { code: 'session-revoked', message: 'The session has been revoked.' },
  stale: { code: 'feed-stale', message: 'It is not known whether the session has been revoked.' },
} as const;

export function refusal(reason: RefusalReason): { code: RefusalCode; message: string } {
  return REFUSALS[reason];
}

/** Thrown by `check` for claims that are refused. */
export class RevokedError extends Error {
  override readonly name = 'RevokedError';
  /** `revoked`, or `stale` when too long nothing was heard from the server. */
  readonly reason: RefusalReason;
  /** The same in the words of a request state. */
  readonly code: RefusalCode;

  constructor(reason: RefusalReason) {
    const { code, message } = refusal(reason);
    super(message);
    this.reason = reason;
    this.code = code;
  }
}
