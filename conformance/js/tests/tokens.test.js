// Session tokens: what getToken makes, and what verifyToken and authenticateRequest make of it.

import assert from 'node:assert/strict';
import { after, before, describe, mock, test } from 'node:test';

import { verifyToken } from '@clerk/backend';
import { decodeJwt } from '@clerk/backend/jwt';

import { createPerson, freshEmail, raw, rejects, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { PUBLISHABLE_HOST, SECRET_KEY, startServer } from '../harness/server.js';

let server;
let clerk;
let user;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
  user = await createPerson(clerk);
});
after(() => server.stop());

const options = () => ({ secretKey: SECRET_KEY, apiUrl: server.url });
const bearer = jwt => new Request('https://app.example/api', { headers: { authorization: `Bearer ${jwt}` } });
/** A visit with the cookies a browser would hold; `sec-fetch-dest: empty` is a script's call, no navigation. */
const visit = (jwt, signedInAt, dest = 'empty') =>
  new Request('https://app.example/', {
    headers: { cookie: `__session=${jwt}; __client_uat=${signedInAt}`, 'sec-fetch-dest': dest, accept: 'text/html' },
  });
/** Runs `body` with the clock `ms` ahead; nothing is waited for. */
async function later(ms, body) {
  mock.timers.enable({ apis: ['Date'], now: Date.now() + ms });
  try {
    return await body();
  } finally {
    mock.timers.reset();
  }
}

describe('the token', () => {
  test('is RS256, lives 60 seconds and carries the claims of version 2', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    const { header, payload } = decodeJwt(jwt);
    assert.equal(header.alg, 'RS256');
    assert.equal(header.typ, 'JWT');
    assert.equal(header.cat, 'cl_B7d4PD111AAA');
    assert.match(header.kid, /^ins_/);
    assert.equal(payload.sub, user.id);
    assert.equal(payload.sid, session.id);
    assert.equal(payload.iss, `https://${PUBLISHABLE_HOST}`);
    assert.equal(payload.v, 2);
    assert.equal(payload.sts, 'active');
    assert.equal(payload.exp - payload.iat, 60);
    assert.ok(payload.nbf <= payload.iat);
    assert.equal(payload.gen, 1);
    assert.ok(Array.isArray(payload.fva) && payload.fva.length === 2);
  });

  test('lives as long as asked, within bounds', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    for (const seconds of [30, 3600]) {
      const { jwt } = await clerk.sessions.getToken(session.id, undefined, seconds);
      const { payload } = decodeJwt(jwt);
      assert.equal(payload.exp - payload.iat, seconds);
    }
    for (const seconds of [29, 315_360_001]) {
      const error = await clerk.sessions.getToken(session.id, undefined, seconds).catch(caught => caught);
      assert.equal(error.status, 422);
      assert.equal(error.errors[0].meta.paramName, 'expires_in_seconds');
    }
  });

  test('is made with an empty body, with {} and with null', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    const path = `/v1/sessions/${session.id}/tokens`;
    for (const sent of [{}, { json: {} }, { json: null }]) {
      const answer = await raw(server, 'POST', path, sent);
      assert.equal(answer.status, 200, JSON.stringify(sent));
      assert.equal(answer.body.object, 'token');
      assert.equal(answer.body.jwt.split('.').length, 3);
    }
  });

  test('an unknown session has none', async () => {
    await rejects(clerk.sessions.getToken('sess_2aaaaaaaaaaaaaaaaaaaaaaaaaa'), 404, 'resource_not_found');
  });
});

describe('keys', () => {
  test('getJwks names the key the tokens are signed with, and no private part', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { header } = decodeJwt((await clerk.sessions.getToken(session.id)).jwt);
    const { keys } = await clerk.jwks.getJwks();
    const key = keys.find(({ kid }) => kid === header.kid);
    assert.equal(key.kty, 'RSA');
    assert.equal(key.alg, 'RS256');
    assert.equal(key.use, 'sig');
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) assert.equal(key[secret], undefined);
  });

  test('the Frontend API publishes the same set without a key', async () => {
    const open = await raw(server, 'GET', '/__clerk/.well-known/jwks.json', { key: null });
    assert.equal(open.status, 200);
    assert.deepEqual(open.body, await clerk.jwks.getJwks());
  });
});

describe('verifyToken', () => {
  test('accepts a token, refuses a changed and an expired one', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    const claims = await verifyToken(jwt, options());
    assert.equal(claims.sub, user.id);
    assert.equal(claims.sid, session.id);

    const [head, body, signature] = jwt.split('.');
    const forged = { ...JSON.parse(Buffer.from(body, 'base64url')), sub: 'user_2aaaaaaaaaaaaaaaaaaaaaaaaaa' };
    const tampered = [head, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');
    await assert.rejects(verifyToken(tampered, options()), { reason: 'token-invalid-signature' });
    await later(66_000, () => assert.rejects(verifyToken(jwt, options()), { reason: 'token-expired' }));
  });
});

describe('authenticateRequest', () => {
  test('signed in by header and by cookie', async () => {
    const session = await clerk.sessions.createSession({ userId: user.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    const iat = decodeJwt(jwt).payload.iat;
    for (const request of [bearer(jwt), visit(jwt, iat), visit(jwt, iat, 'document')]) {
      const state = await clerk.authenticateRequest(request);
      assert.equal(state.status, 'signed-in', `${state.reason}: ${state.message}`);
      const auth = state.toAuth();
      assert.equal(auth.userId, user.id);
      assert.equal(auth.sessionId, session.id);
    }
  });

  test('signed out without a token and with a wrong one', async () => {
    const none = await clerk.authenticateRequest(new Request('https://app.example/api'));
    assert.equal(none.status, 'signed-out');
    const wrong = await clerk.authenticateRequest(bearer('x.y.z'));
    assert.equal(wrong.status, 'signed-out');
  });

  test('a token made for a page names it, and authorised parties are kept to', async () => {
    const browser = new Browser(server);
    const { sessionId } = await browser.signUp(freshEmail());
    const { jwt } = (await browser.token(sessionId)).body;
    assert.equal(decodeJwt(jwt).payload.azp, server.url);
    const own = await clerk.authenticateRequest(bearer(jwt), { authorizedParties: [server.url] });
    assert.equal(own.status, 'signed-in', own.reason);
    const other = await clerk.authenticateRequest(bearer(jwt), { authorizedParties: ['https://other.example'] });
    assert.equal(other.status, 'signed-out');
  });

  test('after the ban: the old token runs out within its minute and no new one is to be had', async () => {
    const person = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: person.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    assert.equal((await clerk.authenticateRequest(bearer(jwt))).status, 'signed-in');
    await clerk.users.banUser(person.id);

    await rejects(clerk.sessions.getToken(session.id), 403, 'user_banned');
    await rejects(clerk.sessions.createSession({ userId: person.id }), 403, 'user_banned');
    await later(66_000, async () => {
      await assert.rejects(verifyToken(jwt, options()), { reason: 'token-expired' });
      assert.equal((await clerk.authenticateRequest(bearer(jwt))).status, 'signed-out');
      const state = await clerk.authenticateRequest(visit(jwt, decodeJwt(jwt).payload.iat));
      assert.equal(state.status, 'signed-out', state.reason);
    });
  });

  test('a token made after unban and new sign-in carries the next generation', async () => {
    const person = await createPerson(clerk);
    await clerk.users.banUser(person.id);
    await clerk.users.unbanUser(person.id);
    const session = await clerk.sessions.createSession({ userId: person.id });
    const { jwt } = await clerk.sessions.getToken(session.id);
    assert.equal(decodeJwt(jwt).payload.gen, 2);
    assert.equal((await clerk.authenticateRequest(bearer(jwt))).status, 'signed-in');
  });
});
