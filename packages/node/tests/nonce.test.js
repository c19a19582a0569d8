// A connection proves nothing until it has answered its request: what it tells may be old.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { claims, follow, until, user } from './harness/follow.js';

const BOUND = 250;
const isCurrent = feed => feed.status().current;

/** A feed that is current, whose next connections the server answers in another way. */
async function current(t, how, staleAfterMs = BOUND) {
  const followed = await follow(t, { staleAfterMs });
  const { stub, feed } = followed;
  await feed.ready();
  how(stub);
  const changed = performance.now();
  stub.disconnect();
  return { ...followed, changed };
}

/** Nothing that was told after `changed` makes the knowledge younger, through three connections after the bound. */
async function staysStale({ stub, feed, changed }) {
  let connections = Infinity;
  await until(() => {
    olderThan(feed, changed);
    if (!isCurrent(feed)) connections = Math.min(connections, stub.subscriptions.length);
    return stub.subscriptions.length >= connections + 3;
  });
  assert.equal(isCurrent(feed), false);
}

function olderThan(feed, moment) {
  const age = performance.now() - moment;
  // The clock of the frames has whole milliseconds.
  assert.ok(feed.status().lagMs > age - 5, `${feed.status().lagMs} ms, not ${age}`);
}

const wrongs = { 'is withheld': () => null, 'is another one': nonce => nonce.split('').reverse().join('') };
for (const [how, answer] of Object.entries(wrongs)) {
  describe(`an answer that ${how}`, () => {
    test('never makes the first connection current, and it is replaced', async t => {
      const { stub, feed, reported } = await follow(t, { staleAfterMs: BOUND }, stub => {
        stub.answerNonce = answer;
        stub.revoke(user('banned'));
      });
      await until(() => feed.isRevoked(claims('banned')), 'its entries count');
      await until(() => {
        assert.equal(isCurrent(feed), false);
        assert.equal(feed.status().lagMs, null);
        return stub.subscriptions.length >= 3;
      });
      assert.match(reported('disconnected')[0].error.message, /nothing new for 250 ms/);
      assert.deepEqual([feed.status().seq, feed.status().head], [1, 1]);
      stub.answerNonce = nonce => nonce;
      await feed.ready();
    });

    test('does not keep current what was, although entries go on coming', async t => {
      const followed = await current(t, stub => (stub.answerNonce = answer));
      const { stub, feed } = followed;
      const bans = setInterval(() => stub.revoke(user(`user_${stub.head}`)), 10);
      t.after(() => clearInterval(bans));
      await staysStale(followed);
      assert.ok(feed.isRevoked(claims('user_10')));
    });
  });
}

for (const [what, nonce] of [['heartbeat', false], ['answer', true]]) {
  test(`an old ${what} that is replayed at each connection proves nothing`, async t => {
    const { stub, feed } = await follow(t, { staleAfterMs: BOUND });
    await feed.ready();
    const old = { ...stub.frame(stub.head), ...(nonce && { nonce: stub.subscriptions[0].nonce }) };
    const jws = await stub.instance.signFrame(old);
    stub.beats = false;
    stub.replayed = [old, { jws }];
    const changed = performance.now();
    // Each connection is cut soon, so that no watchdog helps.
    const cut = setInterval(() => stub.disconnect(), 20);
    t.after(() => clearInterval(cut));
    await staysStale({ stub, feed, changed });
  });
}

test('only a signed answer counts', async t => {
  const { stub, feed } = await follow(t, {}, stub => (stub.answerNonce = () => null));
  await until(() => stub.streams === 1);
  const [{ nonce }] = stub.subscriptions;
  const frame = stub.frame(stub.head);
  const received = () => Number(feed.metrics().match(/frames_total (\d+)/)[1]);
  const before = received();
  await stub.send({ ...frame, nonce }, { jws: await stub.instance.signFrame(frame) });
  await until(() => received() > before + 3);
  assert.equal(isCurrent(feed), false);
  await stub.send({ ...stub.frame(stub.head), nonce });
  await feed.ready();
});

test('what was known stays known while a new connection is not answered', async t => {
  const { stub, feed, changed } = await current(t, stub => (stub.answerNonce = () => null), 3_000);
  await until(() => stub.streams === 1 && stub.subscriptions.length === 2);
  assert.ok(isCurrent(feed));
  olderThan(feed, changed);
  stub.send({ ...stub.frame(stub.head), nonce: stub.subscriptions[1].nonce });
  await until(() => feed.status().lagMs < performance.now() - changed - 5);
});
