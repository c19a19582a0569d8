import { hostname } from 'node:os';

import type { JWK } from 'jose';

import type { FeedEvent } from './report.js';

/** What to do with a token while the knowledge is stale, which it also is before the first frame. */
export type StalePolicy = 'refuse' | 'ask' | 'accept';

/** Settings of {@link createRevocationFeed}. */
export interface FeedOptions {
  /** Origin of the server, such as `https://beadle.example.com`, without `/v1`. */
  apiUrl: string;
  /** The feed key (`fk_…`), which is enough, or the secret key (`sk_…`). */
  key: string;
  /**
   * Name of this verifier in ban statuses: 1 to 64 characters of `A-Z a-z 0-9 . _ -`, unique among running verifiers.
   * By default the host name and the process id.
   */
  name?: string;
  /** `refuse` by default; `ask` asks the server for each token; `accept` goes by what is known, and reports it. */
  onStale?: StalePolicy;
  /** Milliseconds after which knowledge is stale, 3000 by default. The server tells something new every 1000. */
  staleAfterMs?: number;
  /** The `iss` that frames must have. By default that of the first good frame. */
  issuer?: string;
  /**
   * The server's public key: PEM, the bare base64 of a PEM, or a JWK as object or JSON. By default the keys at
   * `/.well-known/jwks.json` of `apiUrl`; give it when `apiUrl` is a relay that need not be trusted.
   */
  jwtKey?: string | JWK;
  /** Is told what happens. What it throws is ignored. */
  onReport?: (event: FeedEvent) => void;
  /** Milliseconds by which this machine's clock and the server's may differ, 10000 by default. */
  maxClockDifferenceMs?: number;
}

/** Checked options with the defaults filled in. */
export interface Settings {
  apiUrl: string;
  authorization: string;
  name: string;
  onStale: StalePolicy;
  staleAfterMs: number;
  issuer: string | undefined;
  jwtKey: string | JWK | undefined;
  maxClockDifferenceMs: number;
}

const NAME_LENGTH = 64;

export function settings(options: FeedOptions): Settings {
  if (!/^https?:$/.test(new URL(options.apiUrl).protocol)) throw new TypeError('apiUrl must be http or https');
  if (!options.key) throw new TypeError('key must be the feed key or the secret key');
  const name = options.name ?? defaultName();
  if (name.length > NAME_LENGTH || !/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new TypeError('name must be 1 to 64 letters, digits, dots, dashes and underscores');
  }
  const onStale = options.onStale ?? 'refuse';
  if (!['refuse', 'ask', 'accept'].includes(onStale)) throw new TypeError('onStale must be refuse, ask or accept');
  return {
    apiUrl: options.apiUrl.replace(/\/+$/, ''),
    authorization: `Bearer ${options.key}`,
    name,
    onStale,
    staleAfterMs: milliseconds('staleAfterMs', options.staleAfterMs ?? 3_000),
    issuer: options.issuer,
    jwtKey: options.jwtKey,
    maxClockDifferenceMs: milliseconds('maxClockDifferenceMs', options.maxClockDifferenceMs ?? 10_000),
  };
}

function milliseconds(option: string, value: number): number {
  if (!(value > 0 && value < 2 ** 31)) throw new TypeError(`${option} must be a positive number of milliseconds`);
  return value;
}

function defaultName(): string {
  const suffix = `-${process.pid}`;
  return hostname().replace(/[^A-Za-z0-9._-]/g, '-').slice(0, NAME_LENGTH - suffix.length) + suffix;
}
