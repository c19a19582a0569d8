// The Frontend API flows that make and end sessions, as a browser drives them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PASSWORD, assertRawError, createPerson, freshEmail, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

describe('sign-up', () => {
  test('makes a user, a session and the client cookie', async () => {
    const browser = new Browser(server);
    const email = freshEmail('signup');
    const { userId, sessionId } = await browser.signUp(email);
    assert.ok(browser.cookie('__client'));
    const user = await clerk.users.getUser(userId);
    assert.equal(user.primaryEmailAddress.emailAddress, email);
    assert.equal(user.primaryEmailAddress.verification.status, 'verified');
    assert.ok(user.lastSignInAt > 0);
    const session = await clerk.sessions.getSession(sessionId);
    assert.equal(session.status, 'active');
    const client = await browser.client();
    assert.equal(client.last_active_session_id, sessionId);
    assert.equal(client.sign_up, null);
    assert.equal(client.sessions[0].user.private_metadata, undefined);
  });

  test('a stranger has no client, a taken address and a weak password are refused', async () => {
    const browser = new Browser(server);
    assert.equal(await browser.client(), null);
    const email = freshEmail('taken');
    await createPerson(clerk, { emailAddress: [email] });
    const taken = await browser.request('POST', '/client/sign_ups', { email_address: email, password: PASSWORD });
    assertRawError(taken, 422, 'form_identifier_exists', 'email_address');
    const weak = await browser.request('POST', '/client/sign_ups', { email_address: freshEmail(), password: 'short' });
    assertRawError(weak, 422, 'form_password_length_too_short', 'password');
  });

  test('a wrong code does not make a user', async () => {
    const browser = new Browser(server);
    const total = await clerk.users.getCount();
    const begun = await browser.request('POST', '/client/sign_ups', { email_address: freshEmail(), password: PASSWORD });
    const path = `/client/sign_ups/${begun.body.response.id}`;
    await browser.request('POST', `${path}/prepare_verification`, { strategy: 'email_code' });
    const wrong = await browser.request('POST', `${path}/attempt_verification`, { strategy: 'email_code', code: '111111' });
    assertRawError(wrong, 422, 'form_code_incorrect', 'code');
    assert.equal(await clerk.users.getCount(), total);
  });
});

describe('sign-in', () => {
  test('by password, by username and by code', async () => {
    const email = freshEmail('signin');
    const user = await createPerson(clerk, { emailAddress: [email], username: 'signs_in' });
    const byEmail = new Browser(server);
    const session = await byEmail.signIn(email);
    assert.equal((await clerk.sessions.getSession(session)).userId, user.id);
    assert.ok(await new Browser(server).signIn('signs_in'));
    const byCode = new Browser(server);
    const answer = await byCode.attemptEmailCode(await byCode.startSignIn(email));
    assert.equal(answer.body.response.status, 'complete');
    assert.equal(answer.body.client.sign_in, null);
  });

  test('an unknown identifier and a wrong password', async () => {
    const browser = new Browser(server);
    const unknown = await browser.request('POST', '/client/sign_ins', { identifier: freshEmail('nobody') });
    assertRawError(unknown, 422, 'form_identifier_not_found', 'identifier');
    const email = freshEmail();
    await createPerson(clerk, { emailAddress: [email] });
    const wrong = await browser.attemptPassword(await browser.startSignIn(email), 'wrong-wrong-wrong');
    assertRawError(wrong, 422, 'form_password_incorrect', 'password');
  });

  test('somebody else cannot finish my attempt', async () => {
    const email = freshEmail();
    await createPerson(clerk, { emailAddress: [email] });
    const mine = await new Browser(server).startSignIn(email);
    const thief = await new Browser(server).attemptPassword(mine, PASSWORD);
    assert.ok(thief.status >= 400 && thief.status < 500, String(thief.status));
  });
});

describe('sessions of a browser', () => {
  test('token, touch, end', async () => {
    const browser = new Browser(server);
    const { userId, sessionId } = await browser.signUp(freshEmail());
    const token = await browser.token(sessionId);
    assert.equal(token.status, 200);
    assert.equal(token.body.object, 'token');
    const auth = await clerk.authenticateRequest(
      new Request('https://app.example/', { headers: { authorization: `Bearer ${token.body.jwt}` } }),
    );
    assert.equal(auth.toAuth().userId, userId);
    const touched = await browser.touch(sessionId);
    assert.equal(touched.status, 200);
    assert.equal(touched.body.response.id, sessionId);

    const ended = await browser.request('POST', `/client/sessions/${sessionId}/end`);
    assert.equal(ended.status, 200, JSON.stringify(ended.body));
    assert.equal((await clerk.sessions.getSession(sessionId)).status, 'ended');
    const refused = await browser.token(sessionId);
    assertRawError(refused, 401, 'authentication_invalid');
    assert.deepEqual(refused.body.meta.client.sessions, []);
  });

  test('remove, and sign out of all', async () => {
    const browser = new Browser(server);
    const email = freshEmail();
    const { sessionId } = await browser.signUp(email);
    const removed = await browser.request('POST', `/client/sessions/${sessionId}/remove`);
    assert.equal(removed.status, 200, JSON.stringify(removed.body));
    assert.equal((await clerk.sessions.getSession(sessionId)).status, 'removed');

    const again = await browser.signIn(email);
    const out = await browser.request('DELETE', '/client/sessions');
    assert.equal(out.status, 200, JSON.stringify(out.body));
    assert.notEqual((await clerk.sessions.getSession(again)).status, 'active');
    assert.deepEqual((await browser.client())?.sessions ?? [], []);
  });

  test('another browser cannot use a session it does not hold', async () => {
    const { sessionId } = await new Browser(server).signUp(freshEmail());
    const stranger = new Browser(server);
    await stranger.signUp(freshEmail());
    for (const answer of [await stranger.token(sessionId), await new Browser(server).token(sessionId)]) {
      assert.ok([401, 404].includes(answer.status), String(answer.status));
    }
    assert.equal((await clerk.sessions.getSession(sessionId)).status, 'active');
  });

  test('revokeSession over the Backend API signs the browser out', async () => {
    const browser = new Browser(server);
    const { sessionId } = await browser.signUp(freshEmail());
    await clerk.sessions.revokeSession(sessionId);
    const refused = await browser.token(sessionId);
    assertRawError(refused, 401, 'authentication_invalid');
    assert.deepEqual(refused.body.meta.client.sessions, []);
    assert.deepEqual((await browser.client()).sessions, []);
  });
});

describe('cross-site calls', () => {
  test('answers name the calling origin exactly and allow its cookies', async () => {
    for (const answer of [
      await new Browser(server).request('GET', '/client'),
      await new Browser(server).request('POST', '/client/sign_ins', { identifier: freshEmail() }),
    ]) {
      assert.equal(answer.headers.get('access-control-allow-origin'), server.url);
      assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
      assert.match(answer.headers.get('vary') ?? '', /origin/i);
    }
  });

  test('a page of another site can change nothing', async () => {
    const email = freshEmail();
    const foreign = new Browser(server, 'https://evil.example');
    const answer = await foreign.request('POST', '/client/sign_ups', { email_address: email, password: PASSWORD });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.errors[0].code, 'origin_invalid');
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
    assert.equal(await clerk.users.getCount({ emailAddress: [email] }), 0);
  });
});
