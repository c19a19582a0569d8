// Tokens and invitations that the Backend API hands out, with the published SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createPerson, rejects, sdk } from '../harness/backend.js';
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
