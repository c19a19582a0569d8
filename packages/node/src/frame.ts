import { type CompactVerifyGetKey, compactVerify } from 'jose';

/** What a token is refused for. */
export type Entry = { expires_at: number } & ({ user_id: string; generation: number } | { session_id: string });

/** A piece of the feed: every entry that matters after `after` and up to `seq`. Times are Unix milliseconds. */
export interface Frame {
  iss: string;
  snapshot: boolean;
  after: number;
  seq: number;
  head: number;
  time: number;
  entries: Entry[];
  /** In the frame that answers a subscription: what that sent. */
  nonce?: string;
}

const TYPE = 'beadle-revocations+jwt';
const text = new TextDecoder('utf-8', { fatal: true });

/** Reads frames that the server has signed. */
export class FrameReader {
  readonly #key: CompactVerifyGetKey;
  #issuer: string | undefined;

  /** Without an issuer, that of the first frame is held to. */
  constructor(key: CompactVerifyGetKey, issuer: string | undefined) {
    this.#key = key;
    this.#issuer = issuer;
  }

  /** The signed frame inside an event's data; nothing else there is believed. Rejects what the server did not sign. */
  async read(data: string): Promise<Frame> {
    const { jws } = JSON.parse(data) as { jws: unknown };
    if (typeof jws !== 'string') throw new Error('a frame has no jws');
    const { payload, protectedHeader } = await compactVerify(jws, this.#key, { algorithms: ['RS256'] });
    if (protectedHeader.typ !== TYPE) throw new Error(`a frame is of type ${protectedHeader.typ}, not ${TYPE}`);
    const frame: unknown = JSON.parse(text.decode(payload));
    if (!isFrame(frame)) throw new Error('a signed frame cannot be read');
    this.#issuer ??= frame.iss;
    if (frame.iss !== this.#issuer) throw new Error(`a frame is from ${frame.iss}, not ${this.#issuer}`);
    return frame;
  }
}

function isFrame(value: unknown): value is Frame {
  if (!isObject(value) || value['object'] !== 'revocations') return false;
  const { iss, snapshot, after, seq, head, time, entries, nonce } = value;
  return (
    typeof iss === 'string' &&
    typeof snapshot === 'boolean' &&
    [after, seq, head, time].every(isCount) &&
    Array.isArray(entries) &&
    entries.every(isEntry) &&
    (nonce === undefined || typeof nonce === 'string')
  );
}

/** An entry of an unknown kind must not be passed over: it would be a revocation that nobody enforces. */
function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || !isCount(value['expires_at'])) return false;
  const { user_id: user, generation, session_id: session } = value;
  return typeof session === 'string' || (typeof user === 'string' && isCount(generation));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
