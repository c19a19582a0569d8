// E-mail addresses and phone numbers, with the published SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createPerson, freshEmail, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

test('emailAddresses: create, get, update, delete', async () => {
  const user = await createPerson(clerk);
  const email = freshEmail('second');
  const added = await clerk.emailAddresses.createEmailAddress({ userId: user.id, emailAddress: email, verified: true });
  assert.deepEqual([added.emailAddress, added.verification.status], [email, 'verified']);
  assert.deepEqual(await clerk.emailAddresses.getEmailAddress(added.id), added);
  const changed = await clerk.emailAddresses.updateEmailAddress(added.id, { primary: true });
  assert.equal(changed.id, added.id);
  assert.equal((await clerk.users.getUser(user.id)).primaryEmailAddressId, added.id);
  const deleted = await clerk.emailAddresses.deleteEmailAddress(added.id);
  assert.deepEqual([deleted.id, deleted.deleted], [added.id, true]);
  await rejects(clerk.emailAddresses.getEmailAddress(added.id), 404, 'resource_not_found');
});

test('phoneNumbers: create, get, update, delete', async () => {
  const user = await createPerson(clerk);
  const phoneNumber = '+15555550142';
  const added = await clerk.phoneNumbers.createPhoneNumber({ userId: user.id, phoneNumber, verified: true });
  assert.deepEqual([added.phoneNumber, added.verification.status], [phoneNumber, 'verified']);
  assert.deepEqual(await clerk.phoneNumbers.getPhoneNumber(added.id), added);
  const changed = await clerk.phoneNumbers.updatePhoneNumber(added.id, { reservedForSecondFactor: true });
  assert.deepEqual([changed.reservedForSecondFactor, changed.defaultSecondFactor], [true, true]);
  assert.equal((await clerk.users.getUser(user.id)).twoFactorEnabled, true);
  assert.equal((await clerk.phoneNumbers.deletePhoneNumber(added.id)).deleted, true);
  await rejects(clerk.phoneNumbers.getPhoneNumber(added.id), 404, 'resource_not_found');
});
