// Two-step verification: an authenticator application is set up in UserProfile and asked for at sign-in.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { journey } from '../harness/chromium.js';
import { PASSWORD, createPerson } from '../harness/people.js';
import { startStage } from '../harness/stage.js';
import { totp } from '../harness/totp.js';

let stage;
before(async () => (stage = await startStage()));
after(() => stage.stop());

journey('an authenticator application, and a backup code for when it is lost', async () => {
  const { email, id } = await createPerson(stage);
  const visitor = await stage.visitor();
  await visitor.signIn(email);
  await visitor.open('/user');
  await visitor.press('Security');
  await visitor.press('Add two-step verification');
  await visitor.page.getByRole('menuitem', { name: 'Authenticator application' }).click();
  await visitor.press('Can’t scan QR code?');
  const secret = await visitor.page.locator('input[readonly], input[disabled]').first().inputValue();
  await visitor.press('Continue');
  await visitor.code(totp(secret));
  const backupCode = await visitor.page.getByText(/^\w{4}(-\w{4})+$/).first().innerText();
  await visitor.shot('backup-codes');
  const user = await stage.clerk.users.getUser(id);
  assert.deepEqual([user.totpEnabled, user.backupCodeEnabled, user.twoFactorEnabled], [true, true, true]);

  const elsewhere = await stage.visitor();
  await elsewhere.tryPassword(email, PASSWORD);
  await elsewhere.sees('Two-step verification');
  assert.equal(await elsewhere.userId(), null);
  await elsewhere.code('000000');
  await elsewhere.sees('The code is wrong');
  // The code that set it up has been used.
  await elsewhere.code(totp(secret, 1));
  assert.equal(await elsewhere.arrives(), id);

  const withBackup = await stage.visitor();
  await withBackup.tryPassword(email, PASSWORD);
  await withBackup.sees('Two-step verification');
  await withBackup.press('Use another method');
  await withBackup.press('Use a backup code');
  await withBackup.fill('code', backupCode);
  await withBackup.shot('backup');
  await withBackup.press();
  assert.equal(await withBackup.arrives(), id);
});
