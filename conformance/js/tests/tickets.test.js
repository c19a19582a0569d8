// Tokens and invitations that the Backend API hands out, with the published SDK.

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

test('actorTokens: create, revoke', async () => {
  const [user, agent] = [await createPerson(clerk), await createPerson(clerk)];
  const made = await clerk.actorTokens.create({
    userId: user.id,
    actor: { sub: agent.id, note: 'x' },
    expiresInSeconds: 600,
    sessionMaxDurationInSeconds: 60,
  });
  assert.deepEqual([made.status, made.userId, made.actor], ['pending', user.id, { sub: agent.id, note: 'x' }]);
  assert.ok(made.url.endsWith(made.token));
  assert.equal((await clerk.actorTokens.revoke(made.id)).status, 'revoked');
  await rejects(clerk.actorTokens.revoke(made.id), 400, 'actor_token_cannot_be_revoked_code');
  await clerk.users.banUser(user.id);
  await rejects(clerk.actorTokens.create({ userId: user.id, actor: { sub: agent.id } }), 403, 'user_banned');
});

test('invitations: create many, list, revoke', async () => {
  const [one, other] = [freshEmail('one'), freshEmail('other')];
  const made = await clerk.invitations.createInvitationBulk([
    { emailAddress: one, publicMetadata: { plan: 'pro' }, notify: false },
    { emailAddress: other, notify: false, expiresInDays: 3 },
  ]);
  assert.deepEqual(made.map((invitation) => invitation.emailAddress), [one, other]);
  const found = await clerk.invitations.getInvitationList({ query: one, status: 'pending', orderBy: '-expires_at' });
  assert.deepEqual([found.totalCount, found.data[0].id], [1, made[0].id]);
  assert.equal((await clerk.invitations.revokeInvitation(made[0].id)).status, 'revoked');
  await rejects(clerk.invitations.createInvitationBulk([{ emailAddress: other }]), 400, 'duplicate_record');
});

test('waitlistEntries: create, list, invite, reject, delete', async () => {
  const [one, other] = [freshEmail('waits'), freshEmail('waits-too')];
  const entry = await clerk.waitlistEntries.create({ emailAddress: one, notify: false });
  assert.deepEqual([entry.status, entry.emailAddress], ['pending', one]);
  const [second] = await clerk.waitlistEntries.createBulk([{ emailAddress: other, notify: false }]);
  const found = await clerk.waitlistEntries.list({ query: one, status: 'pending' });
  assert.deepEqual([found.totalCount, found.data[0].id], [1, entry.id]);
  const invited = await clerk.waitlistEntries.invite(entry.id);
  assert.deepEqual([invited.status, invited.invitation.emailAddress], ['invited', one]);
  await rejects(clerk.waitlistEntries.delete(entry.id), 409, 'waitlist_entry_already_invited');
  assert.equal((await clerk.waitlistEntries.reject(second.id)).status, 'rejected');
});
