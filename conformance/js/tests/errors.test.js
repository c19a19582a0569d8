// Wrong keys, wrong paths, wrong bodies: Clerk's statuses and codes, and never a 5xx.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertRawError, createPerson, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

describe('the secret key', () => {
  test('a wrong one is refused in every method', async () => {
    const stranger = sdk(server, { secretKey: 'sk_test_wrong' });
    const user = await createPerson(clerk);
    const calls = [
      () => stranger.users.getUserList(),
      () => stranger.users.getCount(),
      () => stranger.users.getUser(user.id),
      () => stranger.users.createUser({ emailAddress: ['x@example.com'] }),
      () => stranger.users.banUser(user.id),
      () => stranger.users.deleteUser(user.id),
      () => stranger.sessions.getSessionList({ userId: user.id }),
      () => stranger.sessions.createSession({ userId: user.id }),
      () => stranger.jwks.getJwks(),
    ];
    for (const call of calls) await rejects(call(), 401, 'clerk_key_invalid');
    assert.equal((await clerk.users.getUser(user.id)).banned, false);
  });

  test('a missing or odd header is told apart, before the path is looked at', async () => {
    for (const path of ['/v1/users', '/v1/no/such/path']) {
      const none = await raw(server, 'GET', path, { key: null });
      assertRawError(none, 401, 'authorization_header_format_invalid');
      const basic = await raw(server, 'GET', path, { key: null, headers: { authorization: 'Basic eDp5' } });
      assertRawError(basic, 401, 'authorization_header_format_invalid');
      assertRawError(await raw(server, 'GET', path, { key: 'sk_test_nope' }), 401, 'clerk_key_invalid');
    }
  });
});

describe('paths and versions', () => {
  test('an unknown path is 404 in JSON', async () => {
    assertRawError(await raw(server, 'GET', '/v1/no/such/path'), 404, 'resource_not_found');
  });

  test('newer dates are accepted, nonsense is not', async () => {
    for (const version of ['2021-02-05', '2024-10-01', '2025-04-10', '2025-11-10', '2026-05-12', '2026-08-20']) {
      const answer = await raw(server, 'GET', '/v1/users', { headers: { 'clerk-api-version': version } });
      assert.equal(answer.status, 200, version);
    }
    const odd = await raw(server, 'GET', '/v1/users', { headers: { 'clerk-api-version': 'yesterday' } });
    assertRawError(odd, 400, 'api_version_invalid');
  });
});

describe('bodies', () => {
  test('that are no JSON object of the right types', async () => {
    const json = { 'content-type': 'application/json' };
    const tries = [
      ['{"first_name":', [400, 422]],
      ['[]', [400, 422]],
      ['"text"', [400, 422]],
      ['{"first_name": 5}', [400, 422]],
      ['{"email_address": "not a list"}', [400, 422]],
      ['{"email_address": [7]}', [400, 422]],
      ['{"public_metadata": []}', [400, 422]],
      ['{"banned": "yes"}', [400, 422]],
      ['{"no_such_parameter": 1}', [422]],
      [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), [400, 422]],
      ['['.repeat(100_000), [400, 413, 422]],
      [`{"first_name": "${'x'.repeat(10_000)}"}`, [422]],
    ];
    const total = await clerk.users.getCount();
    for (const [body, statuses] of tries) {
      const answer = await raw(server, 'POST', '/v1/users', { body, headers: json });
      assert.ok(statuses.includes(answer.status), `${String(body).slice(0, 40)}: ${answer.status}`);
      assert.equal(typeof answer.body.errors[0].code, 'string');
    }
    assert.equal(await clerk.users.getCount(), total);
  });

  test('a wrong type and an unknown name say which parameter', async () => {
    const typed = await raw(server, 'POST', '/v1/users', { json: { first_name: 5 } });
    assert.equal(typed.body.errors[0].meta.param_name, 'first_name');
    const unknown = await raw(server, 'POST', '/v1/users', { json: { shoe_size: 44 } });
    assertRawError(unknown, 422, 'form_param_unknown', 'shoe_size');
  });

  test('that are too large or of another kind', async () => {
    const large = JSON.stringify({ first_name: 'x'.repeat(4 * 1024 * 1024) });
    const answer = await raw(server, 'POST', '/v1/users', { body: large, headers: { 'content-type': 'application/json' } });
    assertRawError(answer, 413, 'request_body_too_large');
    const kind = await raw(server, 'POST', '/v1/users', { body: '<x/>', headers: { 'content-type': 'text/xml' } });
    assertRawError(kind, 415, 'unsupported_content_type');
  });

  test('odd ids in the path do no harm', async () => {
    for (const id of ['user_%00', 'user_%ff', '..%2f..', "user_' OR 1=1 --", `user_${'a'.repeat(5000)}`]) {
      const answer = await raw(server, 'GET', `/v1/users/${id.includes('%') ? id : encodeURIComponent(id)}`);
      assert.ok(answer.status >= 400 && answer.status < 500, `${id.slice(0, 20)}: ${answer.status}`);
    }
  });
});
