// Sessions through the SDK: create, list, get, revoke, tokens.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertRawError, createPerson, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

const UNKNOWN = 'sess_2aaaaaaaaaaaaaaaaaaaaaaaaaa';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

describe('createSession and getSession', () => {
  test('a new session is active, belongs to a client of its own and ends in the future', async () => {
    const user = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: user.id });
    assert.match(session.id, /^sess_[0-9A-Za-z]{27}$/);
    assert.match(session.clientId, /^client_[0-9A-Za-z]{27}$/);
    assert.equal(session.userId, user.id);
    assert.equal(session.status, 'active');
    for (const time of [session.createdAt, session.updatedAt, session.lastActiveAt]) {
      assert.ok(Math.abs(time - Date.now()) < 86_400_000, String(time));
    }
    assert.ok(session.expireAt > Date.now());
    assert.ok(session.abandonAt >= session.expireAt);
    assert.deepEqual(await clerk.sessions.getSession(session.id), session);
  });

  test('unknown users and sessions, missing fields', async () => {
    const nobody = clerk.sessions.createSession({ userId: 'user_2aaaaaaaaaaaaaaaaaaaaaaaaaa' });
    await rejects(nobody, 404, 'resource_not_found');
    await rejects(clerk.sessions.getSession(UNKNOWN), 404, 'resource_not_found');
    assertRawError(await raw(server, 'POST', '/v1/sessions', { json: {} }), 422, 'form_param_missing', 'user_id');
  });
});

describe('getSessionList', () => {
  test('by user, status and client, in pages, newest first', async () => {
    const [user, other] = [await createPerson(clerk), await createPerson(clerk)];
    const made = [];
    for (let index = 0; index < 7; index += 1) made.push(await clerk.sessions.createSession({ userId: user.id }));
    await clerk.sessions.createSession({ userId: other.id });
    await clerk.sessions.revokeSession(made[0].id);
    await clerk.sessions.revokeSession(made[3].id);

    const all = await clerk.sessions.getSessionList({ userId: user.id });
    assert.equal(all.totalCount, 7);
    assert.deepEqual(new Set(all.data.map(session => session.id)), new Set(made.map(session => session.id)));
    const times = all.data.map(session => session.createdAt);
    assert.deepEqual(times, times.toSorted((a, b) => b - a));

    const active = await clerk.sessions.getSessionList({ userId: user.id, status: 'active' });
    assert.equal(active.totalCount, 5);
    assert.ok(active.data.every(session => session.status === 'active'));
    const revoked = await clerk.sessions.getSessionList({ userId: user.id, status: 'revoked' });
    assert.deepEqual(new Set(revoked.data.map(({ id }) => id)), new Set([made[0].id, made[3].id]));
    for (const status of ['ended', 'expired', 'removed', 'abandoned', 'replaced']) {
      assert.equal((await clerk.sessions.getSessionList({ userId: user.id, status })).totalCount, 0, status);
    }

    const byClient = await clerk.sessions.getSessionList({ clientId: made[1].clientId });
    assert.deepEqual(byClient.data.map(({ id }) => id), [made[1].id]);

    const seen = [];
    for (let offset = 0; offset < 7; offset += 3) {
      const page = await clerk.sessions.getSessionList({ userId: user.id, limit: 3, offset });
      assert.equal(page.totalCount, 7);
      seen.push(...page.data.map(({ id }) => id));
    }
    assert.deepEqual(seen, all.data.map(({ id }) => id));
  });

  test('a bare array unless paginated is asked for', async () => {
    const user = await createPerson(clerk);
    await clerk.sessions.createSession({ userId: user.id });
    const bare = await raw(server, 'GET', `/v1/sessions?user_id=${user.id}`);
    assert.ok(Array.isArray(bare.body));
    assert.equal(bare.body.length, 1);
    assert.equal(bare.body[0].object, 'session');
  });

  test('an unknown status is refused', async () => {
    const answer = await raw(server, 'GET', '/v1/sessions?status=sleepy');
    assertRawError(answer, 422, 'form_param_value_invalid', 'status');
  });
});

describe('revokeSession', () => {
  test('ends this session only, for good', async () => {
    const user = await createPerson(clerk);
    const one = await clerk.sessions.createSession({ userId: user.id });
    const two = await clerk.sessions.createSession({ userId: user.id });
    assert.equal((await clerk.sessions.revokeSession(one.id)).status, 'revoked');
    assert.equal((await clerk.sessions.getSession(one.id)).status, 'revoked');
    assert.equal((await clerk.sessions.getSession(two.id)).status, 'active');
    const error = await clerk.sessions.getToken(one.id).catch(caught => caught);
    assert.ok([401, 404].includes(error.status), String(error.status));
    assert.ok((await clerk.sessions.getToken(two.id)).jwt);
    await rejects(clerk.sessions.revokeSession(UNKNOWN), 404, 'resource_not_found');
  });
});

describe('refreshSession', () => {
  const params = token => ({
    expired_token: token,
    refresh_token: 'not-a-refresh-token',
    request_origin: 'https://app.example',
    format: 'token',
  });

  test('a dead session is told by its own code', async () => {
    const user = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    await clerk.sessions.revokeSession(session.id);
    await rejects(clerk.sessions.refreshSession(session.id, params(jwt)), 401, 'session_refresh_inactive_session');
  });

  test('a made-up refresh token is refused with 401, so that SDKs fall back', async () => {
    const user = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    for (const token of [jwt, 'garbage']) {
      const error = await clerk.sessions.refreshSession(session.id, params(token)).catch(caught => caught);
      assert.equal(error.status, 401, JSON.stringify(error.errors));
    }
  });
});
