// The example as it stands: a process of its own, with the published @clerk/backend.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { until, user } from './harness/follow.js';
import { Stub } from './harness/stub.js';

const SERVICE = fileURLToPath(new URL('../examples/service.mjs', import.meta.url));

/** The service beside a stub; `ask` makes a request of it and answers `[status, body]`. */
async function start(t, env = {}) {
  const stub = await Stub.start();
  t.after(() => stub.stop());
  const { publishableKey, secretKey, pem } = stub.instance;
  const child = spawn(process.execPath, [SERVICE], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PORT: '0',
      BEADLE_URL: stub.url,
      BEADLE_FEED_KEY: 'fk_test',
      CLERK_PUBLISHABLE_KEY: publishableKey,
      CLERK_SECRET_KEY: secretKey,
      CLERK_JWT_KEY: pem,
      ...env,
    },
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const url = line.match(/^ready (http:\/\/127\.0\.0\.1:\d+)$/)?.[1];
  assert.ok(url, line);
  const ask = async (headers = {}, path = '/') => {
    const response = await fetch(url + path, { headers });
    return [response.status, await response.text()];
  };
  return { stub, child, ask };
}

const bearer = token => ({ authorization: `Bearer ${token}` });
const GOOD = [200, '{"userId":"user_1"}'];

describe('the example service', () => {
  test('says who is asking, and refuses from the ban on', async t => {
    const { stub, child, ask } = await start(t);
    const token = await stub.instance.sessionToken({ azp: 'https://app.example' });
    assert.equal((await ask())[0], 401);
    assert.equal((await ask(bearer('a.b.c')))[0], 401);
    assert.deepEqual(await ask(bearer(token)), GOOD);
    const seconds = Math.floor(Date.now() / 1000);
    assert.deepEqual(await ask({ cookie: `__session=${token}; __client_uat=${seconds - 5}` }), GOOD);
    assert.match((await ask({}, '/metrics'))[1], /^beadle_verifier_current 1$/m);

    stub.revoke(user('user_1'));
    await until(async () => (await ask(bearer(token)))[0] === 401);
    assert.deepEqual(await ask(bearer(token)), [401, '{"reason":"session-revoked"}']);
    assert.deepEqual(await ask(bearer(await stub.instance.sessionToken({ gen: 2 }))), GOOD);

    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  });

  test('without the feed goes on accepting, and asks nothing of the server', async t => {
    const { stub, ask } = await start(t, { WITH_FEED: '0' });
    const token = await stub.instance.sessionToken();
    stub.revoke(user('user_1'));
    assert.deepEqual(await ask(bearer(token)), GOOD);
    assert.deepEqual(stub.subscriptions, []);
  });
});
