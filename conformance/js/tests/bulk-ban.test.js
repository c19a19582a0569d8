// POST /users/ban and /users/unban, which the JavaScript SDK has no method for.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertRawError, createPerson, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

const UNKNOWN = 'user_2aaaaaaaaaaaaaaaaaaaaaaaaaa';

let server;
let clerk;
let people;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
  people = await Promise.all(Array.from({ length: 51 }, () => createPerson(clerk, { password: undefined, skipPasswordRequirement: true })));
});
after(() => server.stop());

const bulk = (verb, ids) => raw(server, 'POST', `/v1/users/${verb}`, { json: { user_ids: ids } });
const bannedCount = () => clerk.users.getCount({ banned: true });

describe('bulk ban', () => {
  test('bans fifty at once with their sessions, and unbans them', async () => {
    const ids = people.slice(0, 50).map(({ id }) => id);
    const sessions = await Promise.all(ids.slice(0, 3).map(userId => clerk.sessions.createSession({ userId })));
    const banned = await bulk('ban', ids);
    assert.equal(banned.status, 200, JSON.stringify(banned.body));
    assert.equal(banned.headers.get('content-type'), 'application/json');
    assert.deepEqual(new Set(banned.body.map(({ id }) => id)), new Set(ids));
    assert.ok(banned.body.every(user => user.object === 'user' && user.banned === true));
    assert.equal(await bannedCount(), 50);
    for (const { id } of sessions) {
      assert.equal((await clerk.sessions.getSession(id)).status, 'revoked');
      await rejects(clerk.sessions.getToken(id), 403, 'user_banned');
    }

    const unbanned = await bulk('unban', ids);
    assert.equal(unbanned.status, 200);
    assert.ok(unbanned.body.every(user => user.banned === false));
    assert.equal(await bannedCount(), 0);
    for (const { id } of sessions) assert.equal((await clerk.sessions.getSession(id)).status, 'revoked');
  });

  test('is all or nothing: an unknown id is named and nobody is banned', async () => {
    const answer = await bulk('ban', [people[0].id, UNKNOWN, people[1].id]);
    const error = assertRawError(answer, 404, 'resource_not_found');
    assert.ok(JSON.stringify(error).includes(UNKNOWN));
    assert.equal(await bannedCount(), 0);
    assertRawError(await bulk('unban', [UNKNOWN]), 404, 'resource_not_found');
  });

  test('an id given twice, and users already banned, are no errors', async () => {
    const id = people[2].id;
    await clerk.users.banUser(id);
    const answer = await bulk('ban', [id, id, people[3].id]);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(await bannedCount(), 2);
    assert.equal((await bulk('unban', [id, people[3].id, people[4].id])).status, 200);
    assert.equal(await bannedCount(), 0);
  });

  test('over fifty, none, and what is no list of ids', async () => {
    assertRawError(await bulk('ban', people.map(({ id }) => id)), 400, 'bulk_size_exceeded');
    assert.equal((await bulk('ban', [])).status, 422);
    assertRawError(await raw(server, 'POST', '/v1/users/ban', { json: {} }), 422, 'form_param_missing', 'user_ids');
    for (const ids of ['user_x', [1], [null], { 0: 'a' }]) {
      const answer = await bulk('ban', ids);
      assert.ok([400, 404, 422].includes(answer.status), `${JSON.stringify(ids)}: ${answer.status}`);
    }
    assert.equal(await bannedCount(), 0);
  });
});
