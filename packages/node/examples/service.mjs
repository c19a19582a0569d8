// A service that says who is asking. It verifies session tokens itself and refuses banned users at once.
//
// Environment: PORT (0 picks one), BEADLE_URL, BEADLE_FEED_KEY, CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY, and perhaps
// CLERK_JWT_KEY (PEM). WITH_FEED=0 leaves the feed out, to compare.

import { createServer } from 'node:http';

import { createRevocationFeed } from '@beadle/node';
import { createClerkClient } from '@clerk/backend';

const { PORT = '3000', BEADLE_URL, BEADLE_FEED_KEY, WITH_FEED } = process.env;
const { CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY, CLERK_JWT_KEY } = process.env;

const clerk = createClerkClient({
  apiUrl: BEADLE_URL,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  secretKey: CLERK_SECRET_KEY,
  telemetry: { disabled: true },
  ...(CLERK_JWT_KEY && { jwtKey: CLERK_JWT_KEY.replaceAll('\\n', '\n') }),
});
const feed = WITH_FEED === '0' ? undefined : createRevocationFeed({ apiUrl: BEADLE_URL, key: BEADLE_FEED_KEY });

async function authenticate({ method, url, headers }) {
  const request = new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), { method, headers });
  const state = await clerk.authenticateRequest(request);
  return feed ? feed.check(state) : state;
}

async function answer(request) {
  if (request.url === '/metrics' && feed) return [200, 'text/plain; version=0.0.4', feed.metrics()];
  const state = await authenticate(request);
  if (!state.isAuthenticated) return [401, 'application/json', JSON.stringify({ reason: state.reason })];
  return [200, 'application/json', JSON.stringify({ userId: state.toAuth().userId })];
}

const server = createServer(async (request, response) => {
  try {
    const [status, type, body] = await answer(request);
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' };
    response.writeHead(status, headers).end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.keepAliveTimeout = 60_000;

await feed?.ready();
server.listen(Number(PORT), '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    feed?.close();
    server.close();
    server.closeIdleConnections();
  });
}
