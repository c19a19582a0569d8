// The promise, as somebody at a browser meets it: a ban through @clerk/backend signs an open page out at its next
// request, sign-in says why it is refused, and an unban lets the person in again.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { journey } from '../harness/chromium.js';
import { createPerson } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

let stage;
before(async () => (stage = await startStage()));
after(() => stage.stop());

journey('a banned user is signed out everywhere at the next request', async () => {
  const person = await createPerson(stage);
  const [desk, phone] = [await stage.visitor(), await stage.visitor()];
  assert.equal(await desk.signIn(person.email), person.id);
  assert.equal(await phone.signIn(person.email), person.id);
  const tab = await desk.tab('/');

  await stage.clerk.users.banUser(person.id);
  for (const page of [desk, tab]) {
    assert.equal(await page.token(), null);
    await page.isSignedOut();
  }
  await phone.reload();
  await phone.isSignedOut();

  await desk.tryPassword(person.email);
  await desk.sees('This account has been banned');
  await desk.shot('banned');
  await phone.tryPassword(person.email, 'not the password');
  await phone.sees('The password is wrong');

  await stage.clerk.users.unbanUser(person.id);
  assert.equal(await desk.userId(), null);
  assert.equal(await desk.signIn(person.email), person.id);
});
