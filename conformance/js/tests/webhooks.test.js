// Webhooks, received over HTTP and checked by the published verifiers: svix, and verifyWebhook of @clerk/backend.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { verifyWebhook } from '@clerk/backend/webhooks';
import { Webhook } from 'svix';

import { assertRawError, createPerson, freshEmail, raw, rejects, sdk } from '../harness/backend.js';
import { waitUntil } from '../harness/ports.js';
import { startServer } from '../harness/server.js';

const ENDPOINTS = '/v1/beadle/webhook_endpoints';

/** A receiver that keeps what comes. `answer` decides on the status; without one it hangs. */
async function startReceiver() {
  const receiver = { messages: [], answer: () => 200 };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const status = receiver.answer(JSON.parse(body));
      receiver.messages.push({ headers: request.headers, body, event: JSON.parse(body), status });
      if (status) response.writeHead(status).end();
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${server.address().port}/hooks`;
  receiver.stop = () => new Promise(resolve => server.close(resolve).closeAllConnections());
  /** What was taken about a user, each once and in order. */
  receiver.taken = user => {
    const about = ({ event, status }) => status === 200 && JSON.stringify(event.data).includes(user.id);
    const seen = new Set();
    return receiver.messages.filter(about).filter(({ headers }) => !seen.has(headers['svix-id']) && seen.add(headers['svix-id']));
  };
  receiver.waitFor = (user, count, ms = 10_000) =>
    waitUntil(() => receiver.taken(user).length >= count, ms, () => JSON.stringify(receiver.taken(user).map(({ event }) => event.type)));
  return receiver;
}

const types = messages => messages.map(({ event }) => event.type);

let server;
let clerk;
let receiver;
before(async () => {
  server = await startServer({ BEADLE_WEBHOOKS_ALLOW_PRIVATE_ADDRESSES: 'true' });
  clerk = sdk(server);
});
after(() => server.stop());

async function endpoint(params = {}) {
  receiver = await startReceiver();
  const made = await raw(server, 'POST', ENDPOINTS, { json: { url: receiver.url, ...params } });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const { id } = made.body;
  const shown = await raw(server, 'GET', `${ENDPOINTS}/${id}/secret`);
  return { id, secret: shown.body.secret };
}

async function remove({ id }) {
  assert.equal((await raw(server, 'DELETE', `${ENDPOINTS}/${id}`)).status, 200);
  await receiver.stop();
}

/** What both verifiers make of a message. */
async function verified({ headers, body }, secret) {
  const bySvix = new Webhook(secret).verify(body, headers);
  const request = new Request('http://receiver.example/hooks', { method: 'POST', headers: svixHeaders(headers), body });
  const byClerk = await verifyWebhook(request, { signingSecret: secret });
  assert.deepEqual(byClerk.data, bySvix.data);
  return byClerk;
}

const svixHeaders = headers => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('svix-')));

describe('webhooks', () => {
  test('a ban is told in order, signed as the verifiers expect', async () => {
    const hook = await endpoint();
    const user = await createPerson(clerk, { emailAddress: [freshEmail('hook')] });
    const session = await clerk.sessions.createSession({ userId: user.id });
    await clerk.users.banUser(user.id);
    await receiver.waitFor(user, 4);
    const messages = receiver.taken(user);
    assert.deepEqual(types(messages), ['user.created', 'session.created', 'user.updated', 'session.revoked']);
    const [created, , banned, revoked] = await Promise.all(messages.map(message => verified(message, hook.secret)));
    assert.equal(created.object, 'event');
    assert.equal(created.data.id, user.id);
    assert.equal(created.data.email_addresses[0].email_address, user.emailAddresses[0].emailAddress);
    assert.match(created.event_attributes.http_request.user_agent, /clerk\/backend/);
    assert.match(created.event_attributes.http_request.client_ip, /^127\.0\.0\.1$/);
    assert.equal(banned.data.banned, true);
    assert.deepEqual([revoked.data.id, revoked.data.status, revoked.data.user.id], [session.id, 'revoked', user.id]);

    const tampered = { ...messages[0], body: messages[0].body.replace(user.id, 'user_x') };
    assert.throws(() => new Webhook(hook.secret).verify(tampered.body, tampered.headers));
    await remove(hook);
  });

  test('a receiver that fails, hangs and comes back misses nothing', async () => {
    const hook = await endpoint({ event_types: ['user.created', 'user.updated', 'user.deleted'] });
    const other = await createPerson(clerk);
    await receiver.waitFor(other, 1);
    // Its first message is refused; the others are behind it.
    receiver.answer = () => 503;
    const user = await createPerson(clerk);
    await clerk.users.updateUser(user.id, { firstName: 'Ada' });
    await waitUntil(() => receiver.messages.some(({ status }) => status === 503), 10_000, () => 'nothing came');
    // A message to somebody else hangs.
    receiver.answer = event => (event.data.id === other.id ? undefined : 200);
    await clerk.users.updateUser(other.id, { firstName: 'Grace' });
    await clerk.users.deleteUser(user.id);
    await receiver.waitFor(user, 3, 20_000);
    assert.deepEqual(types(receiver.taken(user)), ['user.created', 'user.updated', 'user.deleted']);
    const ids = receiver.messages.filter(({ event }) => event.type === 'user.created' && event.data.id === user.id);
    assert.equal(new Set(ids.map(({ headers }) => headers['svix-id'])).size, 1, 'a repetition has the same id');
    await remove(hook);
  });

  test('messages carry two signatures after a rotation', async () => {
    const hook = await endpoint();
    const rotated = await raw(server, 'POST', `${ENDPOINTS}/${hook.id}/rotate_secret`);
    const user = await createPerson(clerk);
    await receiver.waitFor(user, 1);
    const [message] = receiver.taken(user);
    for (const secret of [hook.secret, rotated.body.secret]) await verified(message, secret);
    await remove(hook);
  });

  test('user.banned is for who asks for it', async () => {
    const hook = await endpoint({ event_types: ['user.banned', 'user.unbanned'] });
    const user = await createPerson(clerk);
    await clerk.users.banUser(user.id);
    await clerk.users.unbanUser(user.id);
    await receiver.waitFor(user, 2);
    assert.deepEqual(types(receiver.taken(user)), ['user.banned', 'user.unbanned']);
    await remove(hook);
  });

  test('the Svix app of the SDK', async () => {
    const there = await raw(server, 'POST', '/v1/webhooks/svix_url');
    assert.equal(there.status, 200, 'endpoints were made');
    await rejects(clerk.webhooks.createSvixApp(), 400, 'svix_app_exists');
    assert.equal((await clerk.webhooks.generateSvixAuthURL()).svixUrl ?? there.body.svix_url, there.body.svix_url);
    await clerk.webhooks.deleteSvixApp();
    assertRawError(await raw(server, 'POST', '/v1/webhooks/svix_url'), 400, 'svix_app_missing');
    await rejects(clerk.webhooks.deleteSvixApp(), 400, 'svix_app_missing');
    await clerk.webhooks.createSvixApp();
    assert.deepEqual((await raw(server, 'GET', ENDPOINTS)).body, { data: [], total_count: 0 });
  });
});
