// Only what the server has signed is believed.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { CompactSign } from 'jose';

import { claims, follow, until, user } from './harness/follow.js';
import { createInstance, theInstance } from './harness/instance.js';

/** Sends a frame that revokes `mallory`, wrong in some way, and waits until the feed has said what it thinks. */
async function ignores(t, how, message, options = {}) {
  const { stub, feed, reported } = await follow(t, options);
  await feed.ready();
  const entry = { seq: 1, ...user('mallory'), created_at: stub.now, expires_at: stub.now + 60_000 };
  const frame = { ...stub.frame(0), seq: 1, head: 1, entries: [entry] };
  await stub.send(...(await how(frame, stub)));
  await until(() => reported('frame-ignored').length === 1);
  const { error } = reported('frame-ignored')[0];
  assert.match(`${error.name} ${error.message}`, message);
  assert.equal(feed.isRevoked(claims('mallory')), false);
  assert.equal(feed.status().seq, 0);
  assert.match(feed.metrics(), /^beadle_verifier_ignored_frames_total 1$/m);

  // The stream goes on.
  stub.revoke(user('later'));
  await until(() => feed.isRevoked(claims('later')));
  assert.equal(stub.subscriptions.length, 1);
}

describe('a frame is ignored and reported', () => {
  test('without a signature', t => ignores(t, frame => [frame, { jws: null }], /no jws/));

  test('with a signature that is none', t => ignores(t, frame => [frame, { jws: 'a.b.c' }], /JWS/));

  test('of another key with the same id', async t => {
    const other = await createInstance();
    await ignores(t, frame => [frame, { signer: other }], /JWSSignatureVerificationFailed|signature/);
  });

  test('of another type, such as a session token', t => ignores(t, frame => [frame, { typ: 'JWT' }], /type JWT/));

  test('of no type', t => ignores(t, frame => [frame, { typ: null }], /type undefined/));

  test('of another issuer than before', t =>
    ignores(t, frame => [frame, { iss: 'https://other.example' }], /other\.example/));

  test('signed with the public key as a secret', async t => {
    const confused = async (frame, { instance }) => {
      const secret = new TextEncoder().encode(instance.pem);
      const signing = new CompactSign(new TextEncoder().encode(JSON.stringify({ iss: instance.issuer, ...frame })));
      const header = { alg: 'HS256', kid: instance.jwk.kid, typ: 'beadle-revocations+jwt' };
      return [frame, { jws: await signing.setProtectedHeader(header).sign(secret) }];
    };
    await ignores(t, confused, /alg/i);
  });

  test('whose signed part differs', async t => {
    const altered = async (frame, { instance }) => {
      const [head, , signature] = (await instance.signFrame({ ...frame, entries: [] })).split('.');
      const body = Buffer.from(JSON.stringify({ iss: instance.issuer, ...frame })).toString('base64url');
      return [frame, { jws: [head, body, signature].join('.') }];
    };
    await ignores(t, altered, /signature/);
  });

  test('with an entry of an unknown kind', t => {
    const entries = [{ seq: 1, device_id: 'd', expires_at: 2 ** 42 }];
    return ignores(t, frame => [{ ...frame, entries }], /cannot be read/);
  });

  test('with a nonce that is no text', t => ignores(t, frame => [{ ...frame, nonce: 1 }], /cannot be read/));

  test('without a position', t => ignores(t, ({ seq, ...frame }) => [frame], /cannot be read/));
});

describe('the issuer', () => {
  test('may be given', async t => {
    const { feed } = await follow(t, { issuer: 'https://clerk.beadle.example' });
    await feed.ready();
  });

  test('must be the given one', async t => {
    const { feed, reported } = await follow(t, { issuer: 'https://other.example' });
    await until(() => reported('frame-ignored').length > 0);
    assert.equal(feed.status().seq, null);
    await assert.rejects(feed.ready({ timeoutMs: 10 }), /not https:\/\/other\.example/);
  });
});

describe('the unsigned part of a frame', () => {
  test('is not looked at', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    const frame = id => {
      const entries = [{ seq: 1, ...user(id), expires_at: stub.now }];
      return { ...stub.frame(0), seq: 1, head: 1, entries };
    };
    await stub.send(frame('unsigned'), { jws: await stub.instance.signFrame(frame('signed')) });
    await until(() => feed.isRevoked(claims('signed')));
    assert.equal(feed.isRevoked(claims('unsigned')), false);
  });

  test('may be left out', async t => {
    const { stub, feed } = await follow(t);
    stub.beats = false;
    await until(() => stub.streams === 1);
    const jws = await stub.instance.signFrame({ ...stub.frame(), nonce: stub.subscriptions[0].nonce });
    await stub.send({ entries: [] }, { jws });
    await feed.ready();
  });
});

describe('the public key', () => {
  const forms = {
    PEM: ({ pem }) => pem,
    'PEM in one line': ({ pem }) => pem.replaceAll('\n', '\\n'),
    'bare base64': ({ pem }) => pem.replace(/-----.*-----/g, '').replaceAll('\n', ''),
    JWK: ({ jwk }) => jwk,
    'JWK as JSON': ({ jwk }) => JSON.stringify(jwk),
  };
  for (const [name, form] of Object.entries(forms)) {
    test(`may be given as ${name}`, async t => {
      const jwtKey = form(await theInstance());
      const { stub, feed } = await follow(t, { jwtKey }, stub => (stub.statuses.jwks = 500));
      await feed.ready();
      assert.equal(stub.jwksRequests, 0);
    });
  }

  test('is fetched once', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    for (let n = 0; n < 5; n += 1) stub.revoke(user(`user_${n}`));
    await until(() => feed.status().seq === 5);
    assert.equal(stub.jwksRequests, 1);
  });

  test('that cannot be fetched is asked for again', async t => {
    const { stub, feed, reported } = await follow(t, {}, stub => (stub.statuses.jwks = 503));
    await until(() => reported('frame-ignored').length > 0);
    stub.statuses.jwks = 200;
    await feed.ready();
  });
});
