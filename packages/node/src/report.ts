/** What `onReport` is told. */
export type FeedEvent =
  /** The stream is open. */
  | { type: 'connected' }
  /** The stream ended or could not be opened; it is tried again. */
  | { type: 'disconnected'; error: Error }
  /** A frame was not the server's, or not readable, and changed nothing. */
  | { type: 'frame-ignored'; error: Error }
  /** Frames are missing between `position`, what is known, and `after`; they are fetched by a new connection. */
  | { type: 'gap'; position: number | null; after: number }
  /** A frame's time is `differenceMs` behind this machine's clock (ahead if negative): it proves nothing. */
  | { type: 'clock-difference'; differenceMs: number }
  /** A receipt was not taken; the next frame repeats it. */
  | { type: 'receipt-failed'; seq: number; error: Error }
  /** A token was refused. */
  | { type: 'refused'; reason: RefusalReason; sub: string; sid: string | undefined }
  /** A token was accepted by stale knowledge, because `onStale` is `accept`. `ageMs` is null before any knowledge. */
  | { type: 'stale-accepted'; ageMs: number | null; sub: string; sid: string | undefined };

/** Why a token is refused: by an entry of the feed, or because too long nothing was heard of it. */
export type RefusalReason = 'revoked' | 'stale';

export type Report = (event: FeedEvent) => void;

/** The caller's callback, made safe: reporting must never stop the feed. */
export function reporter(onReport: Report | undefined): Report {
  return event => {
    try {
      onReport?.(event);
    } catch {
      // Nobody is left to tell.
    }
  };
}

export function asError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  // `fetch` hides what happened behind "fetch failed".
  return thrown.cause instanceof Error && thrown.message === 'fetch failed' ? thrown.cause : thrown;
}
