// Passkeys: made and managed in UserProfile, then used to sign in.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { addAuthenticator } from '../harness/authenticator.js';
import { journey } from '../harness/chromium.js';
import { createPerson } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

let stage;
before(async () => (stage = await startStage({ config: '[instance.factors]\npasskey = true' })));
after(() => stage.stop());

/** Somebody with a password at a browser that can keep passkeys, looking at their security settings. */
async function atSecurity(options) {
  const person = await createPerson(stage);
  const visitor = await stage.visitor();
  visitor.page = await visitor.context.newPage();
  const device = await addAuthenticator(visitor.page, options);
  await visitor.signIn(person.email);
  await visitor.open('/user');
  await visitor.press('Security');
  return { ...person, visitor, device };
}

async function addPasskey(visitor) {
  const add = () => visitor.press('Add a passkey');
  assert.equal(await visitor.answerTo(/\/me\/passkeys\/[^/]+\/attempt_verification/, add), 200);
  await visitor.sees('Created:');
}

/** What the menu beside the only passkey offers. */
async function choose(visitor, name) {
  await visitor.page.locator('.cl-profileSectionItem__passkeys').getByRole('button').click();
  await visitor.page.getByRole('menuitem', { name }).click();
}

/** The sign-in page's own button, which asks for any passkey of the site. */
async function usePasskey(visitor) {
  await visitor.open('/sign-in');
  await visitor.press('Use passkey instead');
}

journey('a passkey is made, renamed, used and removed', async () => {
  const { email, id, visitor, device } = await atSecurity();
  await addPasskey(visitor);
  await choose(visitor, 'Rename');
  await visitor.submit('passkeyName', 'My laptop');
  await visitor.sees('My laptop');
  await visitor.shot('renamed');
  assert.equal((await device.passkeys()).length, 1);

  await visitor.signOut();
  await usePasskey(visitor);
  assert.equal(await visitor.arrives(), id);
  await visitor.signOut();
  await visitor.identify(email);
  await visitor.sees('Use your passkey');
  await visitor.shot('after-the-identifier');
  await visitor.press();
  assert.equal(await visitor.arrives(), id);

  await visitor.open('/user');
  await visitor.press('Security');
  await visitor.sees('Last used:');
  await choose(visitor, 'Remove');
  await visitor.page.locator('.cl-formButtonPrimary', { hasText: 'Remove' }).click();
  await visitor.page.waitForFunction(() => window.Clerk.user.passkeys.length === 0);
  await visitor.signOut();
  await usePasskey(visitor);
  await visitor.sees('This passkey is not registered');
  await visitor.shot('removed');
  assert.equal(await visitor.userId(), null);
});

journey('the browser offers the passkey by itself, and applications may ask for it', async () => {
  const { id, visitor } = await atSecurity({ autofill: true });
  await addPasskey(visitor);
  await visitor.signOut();
  assert.equal(await visitor.arrives(), id);
  await visitor.page.evaluate(() => window.Clerk.signOut({ redirectUrl: '/elsewhere' }));
  await visitor.page.waitForURL('**/elsewhere');
  await visitor.isSignedOut();
  await visitor.page.evaluate(async () => {
    const signIn = await window.Clerk.client.signIn.authenticateWithPasskey({ flow: 'discoverable' });
    await window.Clerk.setActive({ session: signIn.createdSessionId });
  });
  assert.equal(await visitor.userId(), id);
});

journey('a banned user is told so once the passkey is proven, and makes none', async () => {
  const { email, id, visitor, device } = await atSecurity();
  await addPasskey(visitor);
  await visitor.signOut();
  await visitor.open('/sign-in');
  await stage.clerk.users.banUser(id);
  await visitor.press('Use passkey instead');
  await visitor.sees('This account has been banned');
  await visitor.shot('banned');
  await visitor.identify(email);
  await visitor.press();
  await visitor.sees('This account has been banned');
  assert.equal(await visitor.userId(), null);
  await stage.clerk.users.unbanUser(id);
  await usePasskey(visitor);
  assert.equal(await visitor.arrives(), id);

  await visitor.open('/user');
  await visitor.press('Security');
  await stage.clerk.users.banUser(id);
  await choose(visitor, 'Rename');
  await visitor.submit('passkeyName', 'Mallory');
  await visitor.isSignedOut();
  assert.equal((await device.passkeys()).length, 1);
});
