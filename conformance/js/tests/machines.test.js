// API keys, machines and their tokens, with the published SDK: how they are managed, and how requests that carry them
// are judged.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { createPerson, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

const ACCEPTED = ['api_key', 'm2m_token', 'session_token'];

/** What an application's server makes of a request with this token. */
async function judge(token, acceptsToken = ACCEPTED, by = clerk) {
  const request = new Request('http://127.0.0.1:3000/api', { headers: { authorization: `Bearer ${token}` } });
  const state = await by.authenticateRequest(request, { acceptsToken, proxyUrl: `${server.url}/__clerk` });
  return { ...state, auth: state.toAuth() };
}

describe('apiKeys', () => {
  test('create, get, list, update, getSecret, verify, revoke, delete', async () => {
    const user = await createPerson(clerk);
    const made = await clerk.apiKeys.create({
      name: 'Laptop',
      subject: user.id,
      description: 'At home',
      claims: { plan: 'pro', nested: { someKey: 1 } },
      scopes: ['read:data'],
      createdBy: user.id,
      secondsUntilExpiration: 3600,
    });
    assert.match(made.id, /^ak_[0-9a-f]{32}$/);
    assert.match(made.secret, /^ak_[0-9A-Za-z]{32,}$/);
    assert.deepEqual(
      [made.type, made.name, made.subject, made.description, made.claims, made.scopes, made.createdBy],
      ['api_key', 'Laptop', user.id, 'At home', { plan: 'pro', nested: { someKey: 1 } }, ['read:data'], user.id],
    );
    assert.deepEqual([made.revoked, made.expired, made.lastUsedAt], [false, false, null]);
    assert.ok(Math.abs(made.expiration - made.createdAt - 3_600_000) < 10);
    assert.equal((await clerk.apiKeys.get(made.id)).secret, undefined);
    assert.deepEqual(await clerk.apiKeys.getSecret(made.id), { secret: made.secret });
    const verified = await clerk.apiKeys.verify(made.secret);
    assert.deepEqual([verified.id, typeof verified.lastUsedAt], [made.id, 'number']);
    const updated = await clerk.apiKeys.update({
      apiKeyId: made.id, subject: user.id, scopes: ['write'], claims: null, secondsUntilExpiration: null,
    });
    assert.deepEqual([updated.scopes, updated.claims, updated.expiration], [['write'], null, null]);
    const other = await clerk.apiKeys.create({ name: 'Other', subject: user.id });
    const page = await clerk.apiKeys.list({ subject: user.id, limit: 1 });
    assert.deepEqual([page.totalCount, page.data.map(key => key.id)], [2, [other.id]]);
    const revoked = await clerk.apiKeys.revoke({ apiKeyId: other.id, revocationReason: 'lost' });
    assert.deepEqual([revoked.revoked, revoked.revocationReason], [true, 'lost']);
    assert.deepEqual((await clerk.apiKeys.list({ subject: user.id })).data.map(key => key.id), [made.id]);
    assert.equal((await clerk.apiKeys.list({ subject: user.id, includeInvalid: true })).totalCount, 2);
    await rejects(clerk.apiKeys.verify(other.secret), 404, 'resource_not_found');
    assert.deepEqual((await clerk.apiKeys.delete(made.id)).deleted, true);
    await rejects(clerk.apiKeys.get(made.id), 404, 'resource_not_found');
    await rejects(clerk.apiKeys.create({ name: 'x', subject: user.id }), 400, 'bad_request', 'name');
  });

  test('a request with a key is its subject\'s, until the ban and never again', async () => {
    const user = await createPerson(clerk);
    const made = await clerk.apiKeys.create({ name: 'Laptop', subject: user.id, scopes: ['read'], claims: { a: 1 } });
    for (const accepts of [ACCEPTED, 'api_key', 'any']) {
      const { isAuthenticated, tokenType, auth } = await judge(made.secret, accepts);
      assert.deepEqual([isAuthenticated, tokenType], [true, 'api_key']);
      assert.deepEqual([auth.id, auth.userId, auth.scopes, auth.claims], [made.id, user.id, ['read'], { a: 1 }]);
    }
    assert.equal((await judge(made.secret, 'session_token')).isAuthenticated, false);
    await clerk.users.banUser(user.id);
    const refused = async () => {
      for (const accepts of [ACCEPTED, 'api_key', 'any']) {
        const { isAuthenticated, reason, auth } = await judge(made.secret, accepts);
        assert.deepEqual([isAuthenticated, reason, auth.userId ?? null], [false, 'token-invalid', null]);
      }
    };
    await refused();
    await rejects(clerk.apiKeys.create({ name: 'Another', subject: user.id }), 403, 'user_banned');
    await rejects(clerk.apiKeys.getSecret(made.id), 403, 'user_banned');
    assert.equal((await clerk.apiKeys.get(made.id)).revoked, true);
    await clerk.users.unbanUser(user.id);
    await refused();
    const fresh = await clerk.apiKeys.create({ name: 'Another', subject: user.id });
    assert.equal((await judge(fresh.secret)).isAuthenticated, true);
  });

  test('an organization\'s key needs no user', async () => {
    const subject = 'org_2abcdefghijklmnopqrstuvwxyz';
    const made = await clerk.apiKeys.create({ name: 'Theirs', subject });
    const { isAuthenticated, auth } = await judge(made.secret);
    assert.deepEqual([isAuthenticated, auth.orgId, auth.userId], [true, subject, null]);
  });
});

describe('machines and m2m', () => {
  async function pair() {
    const asked = await clerk.machines.create({ name: 'asked' });
    const asks = await clerk.machines.create({ name: 'asks', scopedMachines: [asked.id], defaultTokenTtl: 600 });
    return { asks, asked };
  }
  const asMachine = machine => sdk(server, { secretKey: undefined, machineSecretKey: machine.secretKey });

  test('machines: create, get, list, update, scopes, secret keys, delete', async () => {
    const { asks, asked } = await pair();
    assert.match(asks.id, /^mch_\w{27}$/);
    assert.match(asks.secretKey, /^ak_/);
    assert.deepEqual([asks.defaultTokenTtl, asks.scopedMachines.map(one => one.id)], [600, [asked.id]]);
    assert.deepEqual((await clerk.machines.get(asks.id)).scopedMachines.map(one => one.name), ['asked']);
    const page = await clerk.machines.list({ query: asks.id, orderBy: '+name' });
    assert.deepEqual([page.totalCount, page.data[0].id], [1, asks.id]);
    const renamed = await clerk.machines.update({ machineId: asks.id, name: 'renamed', defaultTokenTtl: 60 });
    assert.deepEqual([renamed.name, renamed.defaultTokenTtl], ['renamed', 60]);
    const scope = await clerk.machines.createScope(asked.id, asks.id);
    assert.deepEqual([scope.fromMachineId, scope.toMachineId], [asked.id, asks.id]);
    await rejects(clerk.machines.createScope(asked.id, asks.id), 409, 'conflict');
    assert.equal((await clerk.machines.deleteScope(asked.id, asks.id)).deleted, true);
    assert.equal((await clerk.machines.getSecretKey(asks.id)).secret, asks.secretKey);
    const rotated = await clerk.machines.rotateSecretKey({ machineId: asks.id, previousTokenTtl: 0 });
    await rejects(asMachine(asks).m2m.createToken(), 401, 'machine_secret_key_invalid');
    assert.ok(await asMachine({ secretKey: rotated.secret }).m2m.createToken());
    await clerk.machines.delete(asks.id);
    await rejects(clerk.machines.get(asks.id), 404, 'resource_not_found');
  });

  test('m2m: create, list, verify, revoke', async () => {
    const { asks, asked } = await pair();
    const made = await asMachine(asks).m2m.createToken({ claims: { role: 'reader' }, secondsUntilExpiration: 60 });
    assert.match(made.token, /^mt_/);
    assert.deepEqual([made.subject, made.scopes, made.claims], [asks.id, [asked.id], { role: 'reader' }]);
    const again = await asMachine(asks).m2m.createToken({
      claims: { role: 'reader' }, secondsUntilExpiration: 60, minRemainingTtlSeconds: 10,
    });
    assert.deepEqual([again.id, again.token], [made.id, made.token]);
    for (const by of [clerk, asMachine(asked)]) {
      const verified = await by.m2m.verify({ token: made.token });
      assert.deepEqual([verified.id, verified.token], [made.id, undefined]);
    }
    const stranger = await clerk.machines.create({ name: 'stranger' });
    await rejects(asMachine(stranger).m2m.verify({ token: made.token }), 404, 'resource_not_found');
    await rejects(clerk.m2m.createToken(), 401, 'machine_secret_key_invalid');
    assert.deepEqual((await clerk.m2m.list({ subject: asks.id })).data.map(one => one.id), [made.id]);
    const revoked = await clerk.m2m.revokeToken({ m2mTokenId: made.id, revocationReason: 'lost' });
    assert.deepEqual([revoked.revoked, revoked.revocationReason], [true, 'lost']);
    await rejects(clerk.m2m.verify({ token: made.token }), 404, 'resource_not_found');
    assert.equal((await asMachine(asks).m2m.list({ subject: asks.id })).totalCount, 0);
    assert.equal((await asMachine(asks).m2m.list({ subject: asks.id, revoked: true })).totalCount, 1);
    await rejects(asMachine(asked).m2m.list({ subject: asks.id }), 403, 'authorization_invalid');
  });

  test('requests with both kinds of tokens are the machine\'s', async () => {
    const { asks, asked } = await pair();
    const user = await createPerson(clerk);
    const claims = { user_id: user.id };
    for (const tokenFormat of ['opaque', 'jwt']) {
      const { token, id } = await asMachine(asks).m2m.createToken({ tokenFormat, claims });
      for (const accepts of [ACCEPTED, 'm2m_token', 'any']) {
        const { isAuthenticated, tokenType, auth } = await judge(token, accepts);
        assert.deepEqual([isAuthenticated, tokenType], [true, 'm2m_token'], tokenFormat);
        assert.deepEqual([auth.id, auth.machineId, auth.scopes], [id, asks.id, [asked.id]]);
        assert.equal(auth.claims.user_id, user.id);
      }
      assert.equal((await judge(token, 'session_token')).isAuthenticated, false);
    }
    // What is judged without the server lives on until it expires; what the server judges does not.
    const opaque = await asMachine(asks).m2m.createToken({ claims });
    const jwt = await asMachine(asks).m2m.createToken({ tokenFormat: 'jwt', claims });
    await clerk.users.banUser(user.id);
    for (let banned = 1; banned >= 0; banned -= 1) {
      assert.deepEqual((await judge(opaque.token)).reason, 'token-invalid');
      const answer = await raw(server, 'POST', '/m2m_tokens/verify', { json: { token: jwt.token } });
      assert.equal(answer.status, 404);
      if (banned) {
        await rejects(asMachine(asks).m2m.createToken({ claims }), 403, 'user_banned');
        await clerk.users.unbanUser(user.id);
      }
    }
  });

  test('a session token goes beside them', async () => {
    const user = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    const { isAuthenticated, tokenType, auth } = await judge(jwt);
    assert.deepEqual([isAuthenticated, tokenType, auth.userId], [true, 'session_token', user.id]);
  });
});
