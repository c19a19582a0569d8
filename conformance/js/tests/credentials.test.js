// What a user signs in with, their picture, and the browsers they do it in, with the published SDK.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { PASSWORD, createPerson, freshEmail, rejects, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { startServer } from '../harness/server.js';

const NOT_THEIRS = 'idn_000000000000000000000000000';
// One white pixel.
const GIF = Buffer.from('R0lGODlhAQABAIAAAP///////yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

/** The code of RFC 6238 for a secret of zero bytes, which is written `AAAA…`. */
function totp(bytes) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', bytes).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

test('second factors: given, checked, taken away', async () => {
  const secret = { totpSecret: 'A'.repeat(32), backupCodes: ['abcd1234', 'efgh5678'] };
  const user = await createPerson(clerk, secret);
  assert.deepEqual([user.totpEnabled, user.backupCodeEnabled, user.twoFactorEnabled], [true, true, true]);
  const proven = await clerk.users.verifyTOTP({ userId: user.id, code: totp(Buffer.alloc(20)) });
  assert.deepEqual([proven.verified, proven.code_type], [true, 'totp']);
  assert.equal((await clerk.users.verifyTOTP({ userId: user.id, code: 'abcd1234' })).code_type, 'backup_code');
  await rejects(clerk.users.verifyTOTP({ userId: user.id, code: '000000' }), 422, 'totp_incorrect_code');
  assert.equal((await clerk.users.deleteUserBackupCodes(user.id)).user_id, user.id);
  assert.equal((await clerk.users.getUser(user.id)).backupCodeEnabled, false);
  await clerk.users.deleteUserTOTP(user.id);
  assert.equal((await clerk.users.getUser(user.id)).twoFactorEnabled, false);
  const other = await createPerson(clerk, secret);
  assert.equal((await clerk.users.disableUserMFA(other.id)).user_id, other.id);
  const left = await clerk.users.getUser(other.id);
  assert.deepEqual([left.totpEnabled, left.backupCodeEnabled], [false, false]);
});

test('a password is known to be compromised, cleared of it, taken away', async () => {
  const email = freshEmail('leak');
  const user = await createPerson(clerk, { emailAddress: [email] });
  const session = await clerk.sessions.createSession({ userId: user.id });
  await clerk.users.setPasswordCompromised(user.id, { revokeAllSessions: true });
  assert.equal((await clerk.sessions.getSession(session.id)).status, 'revoked');
  const browser = new Browser(server);
  const attempt = { identifier: email, password: PASSWORD, strategy: 'password' };
  const refused = await browser.request('POST', '/client/sign_ins', attempt);
  assert.equal(refused.body.errors[0].code, 'form_password_compromised', JSON.stringify(refused.body));
  await clerk.users.unsetPasswordCompromised(user.id);
  assert.equal((await browser.request('POST', '/client/sign_ins', attempt)).body.response.status, 'complete');
  assert.equal((await clerk.users.removePassword(user.id)).passwordEnabled, false);
});

test('passkeys, wallets and accounts that are not theirs are not there', async () => {
  const { id: userId } = await createPerson(clerk);
  const account = 'eac_000000000000000000000000000';
  const gone = 'resource_not_found';
  await rejects(clerk.users.deleteUserPasskey({ userId, passkeyIdentificationId: NOT_THEIRS }), 404, gone);
  await rejects(clerk.users.deleteUserWeb3Wallet({ userId, web3WalletIdentificationId: NOT_THEIRS }), 404, gone);
  await rejects(clerk.users.deleteUserExternalAccount({ userId, externalAccountId: account }), 404, gone);
  await rejects(clerk.users.getUserOauthAccessToken(userId, 'google'), 404, 'oauth_token_provider_not_enabled');
});

test('one address and one number in the place of all', async () => {
  const user = await createPerson(clerk, { phoneNumber: ['+12025550171'] });
  const email = freshEmail('only');
  const address = await clerk.users.replaceUserEmailAddress(user.id, { emailAddress: email });
  const number = await clerk.users.replaceUserPhoneNumber(user.id, { phoneNumber: '+12025550172' });
  const now = await clerk.users.getUser(user.id);
  assert.deepEqual(now.emailAddresses.map(({ emailAddress }) => emailAddress), [email]);
  assert.deepEqual(now.phoneNumbers.map(({ phoneNumber }) => phoneNumber), ['+12025550172']);
  assert.deepEqual([now.primaryEmailAddressId, now.primaryPhoneNumberId], [address.id, number.id]);
});

test('a picture', async () => {
  const user = await createPerson(clerk);
  const shown = await clerk.users.updateUserProfileImage(user.id, { file: new Blob([GIF], { type: 'image/gif' }) });
  assert.equal(shown.hasImage, true);
  const wrong = clerk.users.updateUserProfileImage(user.id, { file: new Blob(['no picture']) });
  await assert.rejects(wrong, error => error.status >= 400 && error.status < 500);
  assert.equal((await clerk.users.deleteUserProfileImage(user.id)).hasImage, false);
});

test('no organizations', async () => {
  const { id: userId } = await createPerson(clerk);
  assert.deepEqual((await clerk.users.getOrganizationMembershipList({ userId })).data, []);
  assert.equal((await clerk.users.getOrganizationInvitationList({ userId })).totalCount, 0);
});

test('clients: list, get, verify', async () => {
  const browser = new Browser(server);
  const { sessionId } = await browser.signUp(freshEmail('client'));
  const known = await clerk.clients.verifyClient(browser.cookie('__client'));
  assert.deepEqual(known.sessionIds, [sessionId]);
  assert.deepEqual(await clerk.clients.getClient(known.id), known);
  const { data } = await clerk.clients.getClientList({ limit: 100 });
  assert.ok(data.some(client => client.id === known.id));
  await rejects(clerk.clients.verifyClient('not-a-token'), 404, 'resource_not_found');
  await rejects(clerk.clients.getHandshakePayload({ nonce: 'nobodys' }), 404, 'resource_not_found');
});

test('signUps: get, update', async () => {
  const browser = new Browser(server);
  const begun = await browser.request('POST', '/client/sign_ups', { email_address: freshEmail('half') });
  const { id } = begun.body.response;
  assert.equal((await clerk.signUps.get(id)).status, 'missing_requirements');
  const changed = await clerk.signUps.update({ signUpAttemptId: id, externalId: `ext-${id}` });
  assert.equal(changed.externalId, `ext-${id}`);
});

test('signInTokens: create, revoke; invitations: create', async () => {
  const user = await createPerson(clerk);
  const made = await clerk.signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 60 });
  assert.deepEqual([made.status, made.userId], ['pending', user.id]);
  assert.equal((await clerk.signInTokens.revokeSignInToken(made.id)).status, 'revoked');
  await clerk.users.banUser(user.id);
  const refused = clerk.signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 60 });
  await rejects(refused, 403, 'user_banned');
  const emailAddress = freshEmail('guest');
  const invitation = await clerk.invitations.createInvitation({ emailAddress, notify: false });
  assert.deepEqual([invitation.emailAddress, invitation.status], [emailAddress, 'pending']);
});
