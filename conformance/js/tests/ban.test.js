// The promise: one call of banUser, and every session of the user is dead and every sign-in refused.
// Sessions here come from real sign-ins over the Frontend API.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { OTHER_PASSWORD, assertRawError, createPerson, freshEmail, raw, rejects, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

/** A user who signed up in one browser and signed in by password in a second and by code in a third. */
async function threeBrowsers() {
  const email = freshEmail('ban');
  const browsers = [new Browser(server), new Browser(server), new Browser(server)];
  const { userId, sessionId } = await browsers[0].signUp(email);
  const second = await browsers[1].signIn(email);
  const third = await browsers[2].attemptEmailCode(await browsers[2].startSignIn(email));
  assert.equal(third.status, 200, JSON.stringify(third.body));
  const sessionIds = [sessionId, second, third.body.response.created_session_id];
  assert.equal(new Set(sessionIds).size, 3);
  return { email, userId, browsers, sessionIds };
}

/** A Frontend API refusal must carry the client, without sessions, so that browser libraries sign out. */
function assertSignedOut(answer, status, code) {
  assertRawError(answer, status, code);
  assert.deepEqual(answer.body.meta?.client?.sessions, [], JSON.stringify(answer.body));
}

describe('banUser', () => {
  test('answers with the banned user; again, it changes nothing', async () => {
    const user = await createPerson(clerk, { publicMetadata: { kept: 1 } });
    const banned = await clerk.users.banUser(user.id);
    assert.equal(banned.id, user.id);
    assert.equal(banned.banned, true);
    assert.deepEqual(banned.publicMetadata, { kept: 1 });
    assert.equal(banned.emailAddresses[0].emailAddress, user.emailAddresses[0].emailAddress);
    assert.deepEqual((await clerk.users.getUser(user.id)).raw, banned.raw);
    assert.deepEqual((await clerk.users.banUser(user.id)).raw, banned.raw);
    assert.ok((await clerk.users.getUserList({ banned: true, userId: [user.id] })).data[0].banned);
  });

  test('an unknown user is 404', async () => {
    await rejects(clerk.users.banUser('user_2aaaaaaaaaaaaaaaaaaaaaaaaaa'), 404, 'resource_not_found');
    await rejects(clerk.users.unbanUser('user_2aaaaaaaaaaaaaaaaaaaaaaaaaa'), 404, 'resource_not_found');
  });

  test('is accepted as each SDK sends it: no body, no content type, {} and null', async () => {
    const user = await createPerson(clerk);
    for (const sent of [{}, { headers: { 'content-type': 'application/json' } }, { json: {} }, { json: null }]) {
      const answer = await raw(server, 'POST', `/v1/users/${user.id}/ban`, sent);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(answer.body.banned, true);
    }
  });
});

describe('after the ban', () => {
  test('the Backend API shows and honours every session as revoked', async () => {
    const { userId, sessionIds } = await threeBrowsers();
    assert.equal((await clerk.sessions.getSessionList({ userId, status: 'active' })).totalCount, 3);
    const tokens = [];
    for (const id of sessionIds) tokens.push((await clerk.sessions.getToken(id)).jwt);
    await clerk.users.banUser(userId);

    const all = await clerk.sessions.getSessionList({ userId });
    assert.deepEqual(new Set(all.data.map(({ id }) => id)), new Set(sessionIds));
    assert.ok(all.data.every(({ status }) => status === 'revoked'));
    const active = await clerk.sessions.getSessionList({ userId, status: 'active' });
    assert.deepEqual([active.data, active.totalCount], [[], 0]);
    assert.equal((await clerk.sessions.getSessionList({ userId, status: 'revoked' })).totalCount, 3);
    for (const [index, id] of sessionIds.entries()) {
      assert.equal((await clerk.sessions.getSession(id)).status, 'revoked');
      await rejects(clerk.sessions.getToken(id), 403, 'user_banned');
      const refresh = {
        expired_token: tokens[index],
        refresh_token: 'any',
        request_origin: 'https://app.example',
        format: 'token',
      };
      await rejects(clerk.sessions.refreshSession(id, refresh), 401, 'session_refresh_inactive_session');
    }
    await rejects(clerk.sessions.createSession({ userId }), 403, 'user_banned');
  });

  test('every browser is signed out, and a copied cookie too', async () => {
    const { userId, browsers, sessionIds } = await threeBrowsers();
    for (const [index, browser] of browsers.entries()) {
      assert.equal((await browser.token(sessionIds[index])).status, 200);
      assert.equal((await browser.client()).sessions.length, 1);
    }
    const stolen = browsers[1].copy();
    await clerk.users.banUser(userId);

    assertSignedOut(await stolen.token(sessionIds[1]), 403, 'user_banned');
    for (const [index, browser] of browsers.entries()) {
      assertSignedOut(await browser.token(sessionIds[index]), 403, 'user_banned');
      assertSignedOut(await browser.touch(sessionIds[index]), 403, 'user_banned');
      const client = await browser.client();
      assert.deepEqual(client?.sessions ?? [], []);
      assert.equal(client?.last_active_session_id ?? null, null);
    }
  });

  test('a sign-in is refused only once the credential is proven', async () => {
    const { email, userId } = await threeBrowsers();
    await clerk.users.banUser(userId);

    const byPassword = new Browser(server);
    const attempt = await byPassword.startSignIn(email);
    assertRawError(await byPassword.attemptPassword(attempt, OTHER_PASSWORD), 422, 'form_password_incorrect', 'password');
    await assert.rejects(byPassword.signIn(email), /user_banned/);
    const right = await byPassword.attemptPassword(await byPassword.startSignIn(email), 'grape-tundra-lantern-42');
    assertRawError(right, 403, 'user_banned');
    assert.deepEqual((await byPassword.client())?.sessions ?? [], []);

    const byCode = new Browser(server);
    assertRawError(await byCode.attemptEmailCode(await byCode.startSignIn(email), '000000'), 422, 'form_code_incorrect', 'code');
    assertRawError(await byCode.attemptEmailCode(await byCode.startSignIn(email)), 403, 'user_banned');
    assert.equal((await clerk.sessions.getSessionList({ userId, status: 'active' })).totalCount, 0);
  });

  test('a sign-in under way when the ban falls is refused, and stays so after an unban', async () => {
    const { email, userId } = await threeBrowsers();
    const browser = new Browser(server);
    const underWay = await browser.startSignIn(email);
    await clerk.users.banUser(userId);
    const during = await browser.attemptPassword(underWay, 'grape-tundra-lantern-42');
    assertRawError(during, 403, 'user_banned');
    await clerk.users.unbanUser(userId);
    const afterwards = await browser.attemptPassword(underWay, 'grape-tundra-lantern-42');
    assert.ok(afterwards.status >= 400 && afterwards.status < 500, JSON.stringify(afterwards.body));
    assert.equal((await clerk.sessions.getSessionList({ userId, status: 'active' })).totalCount, 0);
  });

  test('whoever does not know the password cannot tell a banned user from another', async () => {
    const [banned, free] = [freshEmail('same'), freshEmail('same')];
    const people = [];
    for (const email of [banned, free]) people.push(await createPerson(clerk, { emailAddress: [email], firstName: 'Sam' }));
    await clerk.users.banUser(people[0].id);

    const seen = [];
    for (const [index, email] of [banned, free].entries()) {
      const browser = new Browser(server);
      const answers = [await browser.request('POST', '/client/sign_ins', { identifier: email })];
      answers.push(await browser.attemptPassword(answers[0].body.response, OTHER_PASSWORD));
      answers.push(await new Browser(server).request('POST', '/client/sign_ups', { email_address: email, password: OTHER_PASSWORD }));
      const told = answers.map(({ status, body }) => [status, comparable(body, email)]);
      seen.push(told);
      assert.equal(told[0][0], 200);
      assert.equal(told[1][0], 422);
      assert.equal(people[index].firstName, 'Sam');
    }
    assert.deepEqual(seen[0], seen[1]);
  });

  test('the identifiers stay taken', async () => {
    const user = await createPerson(clerk);
    await clerk.users.banUser(user.id);
    const email = user.emailAddresses[0].emailAddress;
    await rejects(createPerson(clerk, { emailAddress: [email] }), 422, 'form_identifier_exists', 'email_address');
    const signUp = await new Browser(server).request('POST', '/client/sign_ups', { email_address: email, password: OTHER_PASSWORD });
    assertRawError(signUp, 422, 'form_identifier_exists', 'email_address');
  });

  test('other users notice nothing', async () => {
    const { userId } = await threeBrowsers();
    const other = await threeBrowsers();
    await clerk.users.banUser(userId);
    for (const [index, browser] of other.browsers.entries()) {
      assert.equal((await browser.token(other.sessionIds[index])).status, 200);
    }
    assert.equal((await clerk.sessions.getSessionList({ userId: other.userId, status: 'active' })).totalCount, 3);
  });

  test('a user created banned cannot sign in', async () => {
    const email = freshEmail('born');
    const user = await createPerson(clerk, { emailAddress: [email], banned: true });
    const browser = new Browser(server);
    const answer = await browser.attemptPassword(await browser.startSignIn(email), 'grape-tundra-lantern-42');
    assertRawError(answer, 403, 'user_banned');
    await rejects(clerk.sessions.createSession({ userId: user.id }), 403, 'user_banned');
  });
});

describe('unbanUser', () => {
  test('lets the user sign in again and brings no session back', async () => {
    const { email, userId, browsers, sessionIds } = await threeBrowsers();
    await clerk.users.banUser(userId);
    const unbanned = await clerk.users.unbanUser(userId);
    assert.equal(unbanned.banned, false);
    assert.equal((await clerk.users.unbanUser(userId)).banned, false);

    assert.equal((await clerk.sessions.getSessionList({ userId, status: 'active' })).totalCount, 0);
    for (const [index, browser] of browsers.entries()) {
      assertSignedOut(await browser.token(sessionIds[index]), 401, 'authentication_invalid');
      assertSignedOut(await browser.touch(sessionIds[index]), 401, 'authentication_invalid');
      assert.equal((await clerk.sessions.getSession(sessionIds[index])).status, 'revoked');
    }

    const again = await browsers[0].signIn(email);
    assert.ok(!sessionIds.includes(again));
    assert.equal((await browsers[0].token(again)).status, 200);
    const active = await clerk.sessions.getSessionList({ userId, status: 'active' });
    assert.deepEqual(active.data.map(({ id }) => id), [again]);
    const made = await clerk.sessions.createSession({ userId });
    assert.ok((await clerk.sessions.getToken(made.id)).jwt);
  });
});

/** A body without what must differ between any two people: ids, times, traces and the address itself. */
function comparable(body, email) {
  return JSON.parse(
    JSON.stringify(body, (key, value) => {
      if (key === 'clerk_trace_id') return 'trace';
      if (typeof value === 'number') return 'number';
      if (typeof value !== 'string') return value;
      if (value.includes(email)) return value.replaceAll(email, 'EMAIL');
      if (key === 'safe_identifier') return 'masked';
      if (key.endsWith('image_url')) return 'image';
      return value.replace(/[a-z]+_[0-9A-Za-z]{27}/g, 'id');
    }),
  );
}
