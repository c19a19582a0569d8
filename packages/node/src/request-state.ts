import { decodeJwt } from 'jose';

import type { RefusalReason } from './report.js';
import type { TokenClaims } from './revocations.js';
import { refusal, type RefusalCode } from './revoked-error.js';

/** What `authenticateRequest` of `@clerk/backend` answers, as far as it is needed here. */
export interface RequestState {
  status: 'signed-in' | 'signed-out' | 'handshake';
  tokenType?: string | null;
  token: string | null;
  headers: Headers;
  toAuth(): unknown;
}

/** What `toAuth` of a refused state answers. */
export interface RefusedAuth {
  tokenType: 'session_token';
  sessionClaims: null;
  sessionId: null;
  sessionStatus: null;
  userId: null;
  actor: null;
  orgId: null;
  orgRole: null;
  orgSlug: null;
  orgPermissions: null;
  factorVerificationAge: null;
  getToken: () => Promise<null>;
  has: () => false;
  debug: () => Record<string, unknown>;
  isAuthenticated: false;
}

/** What differs in a refused state from the signed-in one that it replaces. */
export interface Refused {
  status: 'signed-out';
  reason: RefusalCode;
  message: string;
  isSignedIn: false;
  isAuthenticated: false;
  tokenType: 'session_token';
  token: null;
  headers: Headers;
  toAuth: () => RefusedAuth;
}

export function isRequestState(value: object): value is RequestState {
  return 'status' in value && 'toAuth' in value && typeof value.toAuth === 'function';
}

/** The claims of a signed-in session; undefined for what the feed does not speak about. */
export function sessionClaims({ status, tokenType, token }: RequestState): TokenClaims | undefined {
  if (status !== 'signed-in' || (tokenType ?? 'session_token') !== 'session_token') return undefined;
  // The token has been verified. `toAuth` has the same claims, but makes a whole API client for them, and hides those
  // of a pending session.
  return decodeJwt(token ?? '');
}

/** The same state, signed out, as `@clerk/backend` would have made it. */
export function signedOut<T extends RequestState>(state: T, why: RefusalReason): Omit<T, keyof Refused> & Refused {
  const status = 'signed-out';
  const { code: reason, message } = refusal(why);
  const headers = new Headers(state.headers);
  headers.set('x-clerk-auth-message', message);
  headers.set('x-clerk-auth-reason', reason);
  headers.set('x-clerk-auth-status', status);
  return {
    ...state,
    status,
    reason,
    message,
    isSignedIn: false,
    isAuthenticated: false,
    tokenType: 'session_token',
    token: null,
    headers,
    toAuth: () => signedOutAuth({ status, reason, message }),
  };
}

function signedOutAuth(debug: Record<string, unknown>): RefusedAuth {
  return {
    tokenType: 'session_token',
    sessionClaims: null,
    sessionId: null,
    sessionStatus: null,
    userId: null,
    actor: null,
    orgId: null,
    orgRole: null,
    orgSlug: null,
    orgPermissions: null,
    factorVerificationAge: null,
    getToken: async () => null,
    has: () => false,
    debug: () => ({ ...debug }),
    isAuthenticated: false,
  };
}
