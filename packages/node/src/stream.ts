import { randomBytes } from 'node:crypto';

import type { Arrival, Request } from './freshness.js';
import type { Settings } from './options.js';
import { EventParser } from './sse.js';

/** Characters of an event at most. 500 entries take less than a twentieth of it. */
const EVENT_SIZE = 8 * 1024 * 1024;
const NONCE_BYTES = 18;

/** The data of an event, and when its last byte was read. */
export interface StreamEvent {
  data: string;
  arrival: Arrival;
}

/** An open stream, and the request that it answers. */
export interface Subscription {
  request: Request;
  events: AsyncIterable<StreamEvent>;
}

/** Subscribes to what comes after `position`. Rejects when the server does not answer with a stream. */
export async function subscribe(
  { apiUrl, authorization, name }: Settings,
  position: number | null,
  signal: AbortSignal,
): Promise<Subscription> {
  const headers = new Headers({ authorization, accept: 'text/event-stream', 'cache-control': 'no-store' });
  if (position !== null) headers.set('last-event-id', String(position));
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const url = `${apiUrl}/v1/revocations?verifier=${name}&nonce=${nonce}`;
  const request = { nonce, requested: performance.now() };
  const response = await fetch(url, { headers, signal, redirect: 'error' });
  const type = response.headers.get('content-type') ?? '';
  if (response.status !== 200 || !type.startsWith('text/event-stream') || !response.body) {
    await response.body?.cancel();
    throw new Error(`the feed was answered with ${response.status} ${type}`);
  }
  return { request, events: events(response.body) };
}

async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const parser = new EventParser(EVENT_SIZE);
  for await (const bytes of body) {
    const arrival = { monotonic: performance.now(), wall: Date.now() };
    for (const data of parser.push(bytes)) yield { data, arrival };
  }
}
