// A Node service that verifies tokens locally with the published @clerk/backend: with the one line of packages/node a
// banned user is refused at once, without it the token stays good until it expires.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { createPerson, raw, sdk } from '../harness/backend.js';
import { waitUntil } from '../harness/ports.js';
import { start } from '../harness/process.js';
import { FEED_KEY, PUBLISHABLE_KEY, SECRET_KEY, startServer } from '../harness/server.js';

const SERVICE = fileURLToPath(new URL('../../../packages/node/examples/service.mjs', import.meta.url));

let server;
let clerk;
let withFeed;
let unmodified;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
  [withFeed, unmodified] = await Promise.all([startService('1'), startService('0')]);
});
after(async () => {
  await Promise.all([withFeed?.stop(), unmodified?.stop()]);
  await server?.stop();
});

/** The example service: `{ url, stop() }`. */
async function startService(feed) {
  const service = start(process.execPath, [SERVICE], {
    PORT: '0',
    BEADLE_URL: server.url,
    BEADLE_FEED_KEY: FEED_KEY,
    CLERK_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    CLERK_SECRET_KEY: SECRET_KEY,
    WITH_FEED: feed,
  });
  const isReady = () => service.log().includes('ready ');
  await waitUntil(isReady, 20_000, () => `the service did not become ready: ${service.log()}`);
  return { url: service.log().match(/ready (\S+)/)[1], stop: () => service.stop() };
}

async function signedIn() {
  const { id } = await createPerson(clerk);
  const session = await clerk.sessions.createSession({ userId: id });
  const { jwt } = await clerk.sessions.getToken(session.id);
  return { id, session: session.id, jwt };
}

async function visit(service, jwt) {
  const answer = await fetch(service.url, { headers: jwt && { authorization: `Bearer ${jwt}` } });
  return { status: answer.status, ...(await answer.json()) };
}

describe('a Node service with the feed', () => {
  test('lets the signed-in in and nobody else', async () => {
    const { id, jwt } = await signedIn();
    assert.deepEqual(await visit(withFeed, jwt), { status: 200, userId: id });
    assert.equal((await visit(withFeed)).status, 401);
    assert.equal((await visit(withFeed, 'x.y.z')).status, 401);
  });

  test('refuses a banned user whose token is good for another minute', async () => {
    const [banned, other] = [await signedIn(), await signedIn()];
    for (const service of [withFeed, unmodified]) assert.equal((await visit(service, banned.jwt)).userId, banned.id);
    await clerk.users.banUser(banned.id);
    await waitUntil(async () => (await visit(withFeed, banned.jwt)).status === 401, 5_000, () => 'the token is accepted');
    assert.deepEqual(await visit(withFeed, banned.jwt), { status: 401, reason: 'session-revoked' });
    assert.equal((await visit(withFeed, other.jwt)).status, 200);
    // What the one line is for.
    assert.equal((await visit(unmodified, banned.jwt)).status, 200);

    await clerk.users.unbanUser(banned.id);
    const session = await clerk.sessions.createSession({ userId: banned.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    assert.equal((await visit(withFeed, jwt)).status, 200);
    assert.equal((await visit(withFeed, banned.jwt)).status, 401, 'the old token stays dead');
  });

  test('refuses a revoked session and leaves the user their others', async () => {
    const { id, session, jwt } = await signedIn();
    const second = await clerk.sessions.createSession({ userId: id });
    const other = await clerk.sessions.getToken(second.id);
    await clerk.sessions.revokeSession(session);
    await waitUntil(async () => (await visit(withFeed, jwt)).status === 401, 5_000, () => 'the token is accepted');
    assert.equal((await visit(withFeed, other.jwt)).status, 200);
  });

  test('tells the server what it has applied', async () => {
    const { id } = await signedIn();
    await clerk.users.banUser(id);
    const status = async () => (await raw(server, 'GET', `/v1/users/${id}/ban_status`)).body;
    const isApplied = async () => (await status()).verifiers.some(verifier => verifier.status === 'applied');
    await waitUntil(isApplied, 5_000, () => 'no receipt came');
    const { banned, accepted_at: accepted, verifiers } = await status();
    assert.ok(banned && accepted > 0);
    const [verifier] = verifiers.filter(({ connected }) => connected);
    assert.ok(verifier.applied_at >= accepted && verifier.applied_after_ms >= 0, JSON.stringify(verifier));
  });
});
