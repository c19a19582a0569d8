// `check` around the published @clerk/backend, with tokens as Beadle signs them.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { createClerkClient, verifyToken } from '@clerk/backend';

import { RevokedError } from '../dist/index.js';
import { follow, until, user } from './harness/follow.js';
import { theInstance } from './harness/instance.js';

let instance;
let clerk;
before(async () => {
  instance = await theInstance();
  const { publishableKey, secretKey, pem } = instance;
  clerk = createClerkClient({ publishableKey, secretKey, jwtKey: pem, telemetry: { disabled: true } });
});

const request = headers => new Request('https://app.example/api', { headers });
const bearer = token => request({ authorization: `Bearer ${token}` });
const authenticate = (token, options) => clerk.authenticateRequest(bearer(token), options);

/** A feed in which `user_banned` is revoked below generation 2, and `sess_ended`. */
async function banned(t, options) {
  const followed = await follow(t, options, stub => {
    stub.revoke(user('user_banned'));
    stub.revoke({ session_id: 'sess_ended' });
  });
  await followed.feed.ready();
  return followed;
}

/** Values and, for functions, what they are; debug data differ on purpose. */
const shape = object => {
  const plain = ([key, value]) => [key, typeof value === 'function' ? 'function' : value];
  return Object.fromEntries(Object.entries(object).map(plain));
};

describe('a request state', () => {
  test('that is signed in comes back as it is', async t => {
    const { feed } = await banned(t);
    for (const token of [await instance.sessionToken(), await instance.sessionToken({ sub: 'user_banned', gen: 2 })]) {
      const state = await authenticate(token);
      assert.equal(state.status, 'signed-in', state.reason);
      assert.equal(await feed.check(state), state);
    }
  });

  for (const [why, token] of [
    ['of a banned user', { sub: 'user_banned' }],
    ['of a banned user, without a generation', { sub: 'user_banned', gen: null }],
    ['of a session that has ended', { sid: 'sess_ended', gen: 9 }],
    ['of a banned user whose session is pending', { sub: 'user_banned', sts: 'pending' }],
  ]) {
    test(`${why} comes back signed out`, async t => {
      const { feed, reported } = await banned(t);
      const state = await authenticate(await instance.sessionToken(token));
      assert.equal(state.status, 'signed-in', state.reason);
      const checked = await feed.check(state);
      assert.notEqual(checked, state);
      assert.equal(checked.status, 'signed-out');
      assert.equal(checked.reason, 'session-revoked');
      assert.equal(checked.isSignedIn, false);
      assert.equal(checked.isAuthenticated, false);
      assert.equal(checked.token, null);
      assert.equal(checked.toAuth().userId, null);
      assert.equal(reported('refused').length, 1);
      assert.equal(state.status, 'signed-in', 'the given one is not changed');
    });
  }

  test('signed out by the feed looks like one that @clerk/backend has signed out', async t => {
    const { feed } = await banned(t);
    const ours = await feed.check(await authenticate(await instance.sessionToken({ sub: 'user_banned' })));
    const real = await clerk.authenticateRequest(bearer('a.b.c'));
    assert.equal(real.status, 'signed-out');

    const differing = { reason: null, message: null, headers: null };
    assert.deepEqual({ ...shape(ours), ...differing }, { ...shape(real), ...differing });
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(real).sort());
    assert.deepEqual([...ours.headers.keys()], [...real.headers.keys()]);
    assert.equal(ours.headers.get('x-clerk-auth-reason'), 'session-revoked');
    assert.equal(ours.headers.get('x-clerk-auth-status'), 'signed-out');

    for (const options of [[], [{ treatPendingAsSignedOut: false }]]) {
      const auth = ours.toAuth(...options);
      const expected = real.toAuth(...options);
      assert.deepEqual(shape(auth), shape(expected));
      assert.deepEqual(Object.keys(auth).sort(), Object.keys(expected).sort());
      assert.equal(await auth.getToken({ template: 'x' }), null);
      assert.equal(auth.has({ role: 'org:admin' }), false);
      assert.equal(auth.debug().reason, 'session-revoked');
    }
  });

  test('keeps its headers when it is signed out', async t => {
    const { feed } = await banned(t);
    const state = await authenticate(await instance.sessionToken({ sub: 'user_banned' }));
    state.headers.append('set-cookie', 'a=1');
    state.headers.append('set-cookie', 'b=2');
    const { headers } = await feed.check(state);
    assert.ok(headers instanceof Headers);
    assert.deepEqual(headers.getSetCookie(), ['a=1', 'b=2']);
  });

  test('from a cookie', async t => {
    const { feed } = await banned(t);
    const visit = async claims => {
      const token = await instance.sessionToken({ azp: 'https://app.example', ...claims });
      const cookie = `__session=${token}; __client_uat=${Math.floor(Date.now() / 1000) - 5}`;
      return clerk.authenticateRequest(request({ cookie, 'sec-fetch-dest': 'empty' }));
    };
    assert.equal((await feed.check(await visit({}))).toAuth().userId, 'user_1');
    assert.equal((await feed.check(await visit({ sub: 'user_banned' }))).status, 'signed-out');
  });

  test('that is signed out, or in a handshake, is not touched', async t => {
    const { feed } = await banned(t);
    const out = await clerk.authenticateRequest(request({}));
    assert.equal(out.status, 'signed-out');
    assert.equal(await feed.check(out), out);
    const page = { cookie: '__client_uat=1', 'sec-fetch-dest': 'document', accept: 'text/html' };
    const handshake = await clerk.authenticateRequest(request(page));
    assert.equal(handshake.status, 'handshake');
    assert.equal(await feed.check(handshake), handshake);
  });

  test('of a machine token is not touched', async t => {
    const { stub, feed } = await banned(t);
    const { publishableKey, secretKey } = instance;
    const asking = createClerkClient({ publishableKey, secretKey, apiUrl: stub.url, telemetry: { disabled: true } });
    const state = await asking.authenticateRequest(bearer(`ak_${'0'.repeat(32)}`), { acceptsToken: 'any' });
    assert.deepEqual([state.status, state.tokenType], ['signed-in', 'api_key'], state.message);
    assert.equal(state.toAuth().userId, 'user_banned');
    assert.equal(await feed.check(state), state);
  });

  test('while stale is signed out with that reason', async t => {
    const { feed } = await follow(t, {}, stub => (stub.beats = false));
    const checked = await feed.check(await authenticate(await instance.sessionToken()));
    assert.deepEqual([checked.status, checked.reason], ['signed-out', 'feed-stale']);
    assert.equal(checked.headers.get('x-clerk-auth-reason'), 'feed-stale');
  });

  test('while stale is asked about with its token', async t => {
    const { stub, feed } = await follow(t, { onStale: 'ask' }, stub => (stub.beats = false));
    const token = await instance.sessionToken();
    const state = await authenticate(token);
    assert.equal(await feed.check(state), state);
    assert.deepEqual(stub.asked, [`Bearer ${token}`]);
    stub.statuses.gate = 401;
    assert.equal((await feed.check(state)).reason, 'session-revoked');
  });

  test('the same token is refused from one moment to the next', async t => {
    const { stub, feed } = await banned(t);
    const token = await instance.sessionToken({ sub: 'user_2' });
    const status = async () => (await feed.check(await authenticate(token))).status;
    assert.equal(await status(), 'signed-in');
    stub.revoke(user('user_2'));
    await until(async () => (await status()) === 'signed-out');
  });
});

describe('claims', () => {
  test('come back as they are, or RevokedError is thrown', async t => {
    const { feed } = await banned(t);
    const verify = async claims => verifyToken(await instance.sessionToken(claims), { jwtKey: instance.pem });
    const claims = await verify({});
    assert.equal(await feed.check(claims), claims);
    assert.equal(claims.sub, 'user_1');
    for (const refused of [{ sub: 'user_banned' }, { sid: 'sess_ended' }]) {
      const error = await feed.check(await verify(refused)).catch(caught => caught);
      assert.ok(error instanceof RevokedError);
      assert.deepEqual([error.reason, error.code], ['revoked', 'session-revoked']);
    }
  });

  test('anything else is an error, never accepted', async t => {
    const { feed } = await banned(t, { onStale: 'accept' });
    for (const wrong of [{}, { sid: 'sess_1' }, { data: { sub: 'user_1' } }, null, undefined, 'a.b.c']) {
      await assert.rejects(feed.check(wrong), TypeError, JSON.stringify(wrong));
    }
  });
});
