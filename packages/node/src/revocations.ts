import type { Entry } from './frame.js';
import { Heap } from './heap.js';

/** The claims of a session token by which it is refused. */
export interface TokenClaims {
  /** The user. */
  sub?: string | undefined;
  /** The session. */
  sid?: string | undefined;
  /** The user's generation; what is not a number counts as none. */
  gen?: unknown;
}

interface Revocation {
  readonly among: Map<string, Revocation>;
  readonly id: string;
  /** The first generation that is good again. */
  generation: number;
  expiresAt: number;
  /** When to look at it next: the `expiresAt` that it had when this was last decided. */
  due: number;
}

/** Milliseconds that an entry is kept beyond its end, for clocks that differ. */
const SLACK_MS = 30_000;
/** Entries forgotten in one go at most, so that a mass ban that runs out does not hold up requests. */
const BATCH = 10_000;

/** What tokens are refused for, until it has run out. */
export class Revocations {
  readonly #users = new Map<string, Revocation>();
  readonly #sessions = new Map<string, Revocation>();
  readonly #ends = new Heap<Revocation>();

  get size(): number {
    return this.#users.size + this.#sessions.size;
  }

  isRevoked({ sub, sid, gen }: TokenClaims): boolean {
    if (sid !== undefined && this.#sessions.has(sid)) return true;
    const user = sub === undefined ? undefined : this.#users.get(sub);
    return user !== undefined && !(typeof gen === 'number' && gen >= user.generation);
  }

  /** Nothing is ever taken back: of two entries the stricter counts. */
  add(entry: Entry): void {
    if ('user_id' in entry) this.#add(this.#users, entry.user_id, entry.generation, entry.expires_at);
    else this.#add(this.#sessions, entry.session_id, Infinity, entry.expires_at);
  }

  #add(among: Map<string, Revocation>, id: string, generation: number, expiresAt: number): void {
    const known = among.get(id);
    if (known) {
      known.generation = Math.max(known.generation, generation);
      known.expiresAt = Math.max(known.expiresAt, expiresAt);
      return;
    }
    const revocation = { among, id, generation, expiresAt, due: expiresAt };
    among.set(id, revocation);
    this.#ends.push(revocation);
  }

  /** Forgets what ran out long enough before `time`, by the server's clock. */
  forget(time: number): void {
    const before = time - SLACK_MS;
    for (let left = BATCH; left > 0; left -= 1) {
      const first = this.#ends.first;
      if (!first || first.due >= before) return;
      this.#ends.pop();
      if (first.expiresAt < before) {
        first.among.delete(first.id);
      } else {
        first.due = first.expiresAt;
        this.#ends.push(first);
      }
    }
  }
}
