// A small server that speaks the protocol of docs/revocations.md, and misbehaves when told to.

import { createServer } from 'node:http';

import { theInstance } from './instance.js';

const HEARTBEAT_MS = 25;
const LIFETIME_MS = 60_000;

export class Stub {
  /** Subscriptions as they came in: `{ after, verifier, nonce, authorization }`. */
  subscriptions = [];
  /** Bodies of receipts as they came in. */
  receipts = [];
  /** Tokens that the gate was asked about. */
  asked = [];
  entries = [];
  head = 0;
  /** How far the server's clock is ahead, in milliseconds. */
  clockAheadMs = 0;
  beats = true;
  /** What a connection's nonce is answered with; null withholds the answer. */
  answerNonce = nonce => nonce;
  /** While this is `[frame, { jws }]`, new streams start with it and nothing else, as a relay could make them. */
  replayed = null;
  /** Entries in a frame at most. */
  limit = 500;
  /** Statuses of the operations. */
  statuses = { feed: 200, receipts: 200, gate: 200, jwks: 200 };
  /** While this is a promise, receipts are answered after it. */
  holdReceipts = null;
  jwksRequests = 0;

  #streams = new Set();
  #server = createServer((request, response) => this.#answer(request, response));
  #timer;
  /** Frames leave in the order in which they were made, however long the signing takes. */
  #queue = Promise.resolve();

  static async start() {
    const stub = new Stub();
    stub.instance = await theInstance();
    stub.#timer = setInterval(() => stub.beats && stub.heartbeat(), HEARTBEAT_MS);
    await new Promise(resolve => stub.#server.listen(0, '127.0.0.1', resolve));
    stub.url = `http://127.0.0.1:${stub.#server.address().port}`;
    return stub;
  }

  async stop() {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  get now() {
    return Date.now() + this.clockAheadMs;
  }

  get streams() {
    return this.#streams.size;
  }

  /** Appends an entry, and tells everybody unless `quietly`. */
  revoke(what, { lifetimeMs = LIFETIME_MS, quietly = false } = {}) {
    const after = this.head;
    this.head += 1;
    this.entries.push({ seq: this.head, ...what, created_at: this.now, expires_at: this.now + lifetimeMs });
    if (!quietly) this.send(this.frame(after));
    return this.head;
  }

  heartbeat() {
    return this.send(this.frame(this.head));
  }

  /** The frame that continues a position; without one, the start of a snapshot. */
  frame(after = null) {
    const missing = this.entries.filter(({ seq }) => seq > (after ?? 0));
    const entries = missing.slice(0, this.limit);
    const seq = entries.length < missing.length ? entries.at(-1).seq : this.head;
    const position = { snapshot: after === null, after: after ?? 0, seq, head: this.head };
    return { object: 'revocations', ...position, time: this.now, entries };
  }

  /** Signs a frame and writes it as an event to the streams. `signing` can make the signature wrong. */
  send(frame, { streams = [...this.#streams], signer = this.instance, jws, ...signing } = {}) {
    this.#queue = this.#queue.then(async () => {
      const signed = jws === undefined ? await signer.signFrame(frame, signing) : jws;
      const kind = frame.snapshot ? 'snapshot' : frame.entries.length ? 'revocations' : 'heartbeat';
      const text = `event: ${kind}\nid: ${frame.seq}\ndata: ${JSON.stringify({ ...frame, jws: signed })}\n\n`;
      for (const stream of streams) stream.write(text);
    });
    return this.#queue;
  }

  /** Ends all streams, as a restart would. */
  disconnect() {
    for (const stream of this.#streams) stream.destroy();
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    const body = await readBody(request);
    const { headers } = request;
    switch (`${request.method} ${pathname}`) {
      case 'GET /v1/revocations':
        return this.#subscribe(headers, searchParams, response);
      case 'POST /v1/revocations/receipts':
        this.receipts.push({ ...JSON.parse(body), authorization: headers.authorization });
        await this.holdReceipts;
        return json(response, this.statuses.receipts, {});
      case 'GET /v1/gate':
        this.asked.push(headers.authorization);
        return json(response, this.statuses.gate, {});
      case 'GET /.well-known/jwks.json':
        this.jwksRequests += 1;
        return json(response, this.statuses.jwks, { keys: [this.instance.jwk] });
      case 'POST /api_keys/verify':
        return json(response, 200, { id: 'ak_1', subject: 'user_banned', name: 'a key', scopes: [], claims: null });
      default:
        return json(response, 404, {});
    }
  }

  async #subscribe({ authorization, 'last-event-id': id }, query, response) {
    const [verifier, nonce] = ['verifier', 'nonce'].map(name => query.get(name));
    this.subscriptions.push({ after: id ?? null, verifier, nonce, authorization });
    if (this.statuses.feed !== 200) return json(response, this.statuses.feed, {});
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    if (this.replayed) {
      const [frame, signed] = this.replayed;
      this.send(frame, { streams: [response], ...signed });
    } else if (this.beats) {
      this.#open(response, id === undefined || Number(id) > this.head ? null : Number(id), nonce);
    }
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  /** Tells a stream everything, then answers its nonce. */
  #open(response, after, nonce) {
    const streams = [response];
    do {
      const frame = this.frame(after);
      this.send(frame, { streams });
      after = frame.seq;
    } while (after < this.head);
    const answer = this.answerNonce(nonce);
    if (answer !== null) this.send({ ...this.frame(this.head), nonce: answer }, { streams });
  }
}

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
