// Forward authentication: a real nginx asks `beadle gate`, which checks tokens itself and follows the feed.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { createPerson, sdk } from '../harness/backend.js';
import { startGate } from '../harness/gate.js';
import { waitUntil } from '../harness/ports.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
let site;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
  site = await startGate(server);
});
after(async () => {
  await site?.stop();
  await server?.stop();
});

/** A signed-in user: `{ id, session, jwt }`. */
async function signedIn() {
  const { id } = await createPerson(clerk);
  const session = await clerk.sessions.createSession({ userId: id });
  const { jwt } = await clerk.sessions.getToken(session.id);
  return { id, session: session.id, jwt };
}

const visit = (headers, path = '/', init = {}) => fetch(site.url + path, { ...init, headers });
const bearer = jwt => ({ authorization: `Bearer ${jwt}` });

describe('nginx with auth_request', () => {
  test('lets the signed-in through and tells the application who they are', async () => {
    const { id, session, jwt } = await signedIn();
    for (const headers of [bearer(jwt), { cookie: `theme=dark; __session=${jwt}` }]) {
      const answer = await visit(headers, '/orders?page=2');
      assert.equal(answer.status, 200);
      const seen = await answer.json();
      assert.equal(seen.url, '/orders?page=2');
      assert.equal(seen.headers['x-beadle-user-id'], id);
      assert.equal(seen.headers['x-beadle-session-id'], session);
    }
    const posted = await visit({ ...bearer(jwt), 'content-type': 'text/plain' }, '/', { method: 'POST', body: 'an order' });
    assert.equal((await posted.json()).body, 'an order');
  });

  test('does not believe the caller about who they are', async () => {
    const { id, jwt } = await signedIn();
    const answer = await visit({ ...bearer(jwt), 'x-beadle-user-id': 'user_somebodyelse', 'x-beadle-actor': 'user_admin' });
    const { headers } = await answer.json();
    assert.equal(headers['x-beadle-user-id'], id);
    assert.equal(headers['x-beadle-actor'], undefined);
  });

  test('refuses everybody else in the form that Clerk has', async () => {
    for (const [headers, reason] of [[{}, 'no-token'], [bearer('x.y.z'), 'malformed'], [{ 'x-beadle-user-id': 'user_1' }, 'no-token']]) {
      const answer = await visit(headers);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('x-beadle-auth-reason'), reason);
      assert.equal(answer.headers.get('content-type'), 'application/json');
      assert.equal((await answer.json()).errors[0].code, 'authentication_invalid');
    }
  });

  test('refuses a banned user whose token is good for another minute', async () => {
    const [banned, other] = [await signedIn(), await signedIn()];
    for (const { jwt } of [banned, other]) assert.equal((await visit(bearer(jwt))).status, 200);
    await clerk.users.banUser(banned.id);
    // How soon is measured by `cargo xtask demo`; here it only has to be long before the token expires.
    await waitUntil(async () => (await visit(bearer(banned.jwt))).status === 401, 5_000, () => 'the gate accepts the token');
    const refused = await visit(bearer(banned.jwt));
    assert.equal(refused.headers.get('x-beadle-auth-reason'), 'revoked');
    assert.equal((await visit(bearer(other.jwt))).status, 200);

    await clerk.users.unbanUser(banned.id);
    assert.equal((await visit(bearer(banned.jwt))).status, 401, 'the old token stays dead');
    const session = await clerk.sessions.createSession({ userId: banned.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    assert.equal((await visit(bearer(jwt))).status, 200);
    await clerk.sessions.revokeSession(session.id);
    await waitUntil(async () => (await visit(bearer(jwt))).status === 401, 5_000, () => 'the gate accepts the session');
  });
});

describe('the server\'s own gate', () => {
  test('refuses from the moment the ban is answered', async () => {
    const { id, jwt } = await signedIn();
    const ask = () => fetch(`${server.url}/v1/gate`, { headers: bearer(jwt) });
    assert.equal((await ask()).headers.get('x-beadle-user-id'), id);
    await clerk.users.banUser(id);
    const refused = await ask();
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('x-beadle-auth-reason'), 'revoked');
  });
});

describe('without the server', () => {
  test('the gate refuses once its knowledge is stale, and says so', async () => {
    const { jwt } = await signedIn();
    assert.equal((await visit(bearer(jwt))).status, 200);
    await server.stop();
    server = undefined;
    await waitUntil(async () => (await visit(bearer(jwt))).status === 401, 10_000, () => 'the gate accepts without knowing');
    assert.equal((await visit(bearer(jwt))).headers.get('x-beadle-auth-reason'), 'feed-stale');
    assert.equal((await fetch(`${site.gate}/readyz`)).status, 503);
    assert.match(await (await fetch(`${site.gate}/metrics`)).text(), /^beadle_verifier_current 0\.0$/m);
  });
});
