// lockUser and unlockUser: sign-ins stop, sessions stay; and the lock that wrong passwords bring.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { OTHER_PASSWORD, PASSWORD, assertRawError, createPerson, freshEmail, rejects, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

describe('lockUser', () => {
  test('stops sign-ins until unlocked and leaves sessions alone', async () => {
    const email = freshEmail('lock');
    const user = await createPerson(clerk, { emailAddress: [email] });
    const browser = new Browser(server);
    const session = await browser.signIn(email);
    const locked = await clerk.users.lockUser(user.id);
    assert.equal(locked.locked, true);
    assert.equal(locked.banned, false);
    assert.equal((await clerk.users.lockUser(user.id)).locked, true);
    assert.equal((await browser.token(session)).status, 200);

    const other = new Browser(server);
    const refused = await other.attemptPassword(await other.startSignIn(email), PASSWORD);
    assertRawError(refused, 403, 'user_locked');

    const unlocked = await clerk.users.unlockUser(user.id);
    assert.equal(unlocked.locked, false);
    assert.ok(await new Browser(server).signIn(email));
  });

  test('an unknown user is 404', async () => {
    await rejects(clerk.users.lockUser('user_2aaaaaaaaaaaaaaaaaaaaaaaaaa'), 404, 'resource_not_found');
    await rejects(clerk.users.unlockUser('user_2aaaaaaaaaaaaaaaaaaaaaaaaaa'), 404, 'resource_not_found');
  });

  test('ten wrong passwords lock; unlocking starts the count anew', async () => {
    const email = freshEmail('guess');
    const user = await createPerson(clerk, { emailAddress: [email] });
    const browser = new Browser(server);
    let signIn = await browser.startSignIn(email);
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      const answer = await browser.attemptPassword(signIn, OTHER_PASSWORD);
      assert.equal(answer.status, 422, `attempt ${attempt}: ${JSON.stringify(answer.body)}`);
    }
    assert.equal((await clerk.users.getUser(user.id)).locked, false);
    await browser.attemptPassword(signIn, OTHER_PASSWORD);
    const locked = await clerk.users.getUser(user.id);
    assert.equal(locked.locked, true);
    assert.ok(locked.raw.lockout_expires_in_seconds > 3000);
    signIn = await browser.startSignIn(email);
    assertRawError(await browser.attemptPassword(signIn, PASSWORD), 403, 'user_locked');

    const unlocked = await clerk.users.unlockUser(user.id);
    assert.equal(unlocked.locked, false);
    assert.equal(unlocked.raw.verification_attempts_remaining, 10);
    assert.ok(await new Browser(server).signIn(email));
  });
});
