// What happens when nothing, or nothing fresh, is heard.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RevokedError } from '../dist/index.js';
import { claims, follow, until, user } from './harness/follow.js';

const GOOD = claims('user_good');
const reason = promise =>
  promise.then(
    () => 'accepted',
    error => (assert.ok(error instanceof RevokedError, error), error.reason),
  );

/** A feed that was current, knows one revocation, and hears nothing more. */
async function goesStale(t, options = {}) {
  const followed = await follow(t, { staleAfterMs: 250, ...options }, stub => stub.revoke(user('user_banned')));
  const { stub, feed } = followed;
  await feed.ready();
  assert.equal(await feed.check(GOOD), GOOD);
  stub.beats = false;
  stub.statuses.feed = 503;
  stub.disconnect();
  assert.equal(feed.status().current, true, 'not stale at once');
  await until(() => !feed.status().current);
  assert.ok(feed.status().lagMs > 250);
  return followed;
}

describe('stale knowledge', () => {
  test('refuses by default, and recovers', async t => {
    const { stub, feed, reported } = await goesStale(t);
    assert.equal(await reason(feed.check(GOOD)), 'stale');
    const error = await feed.check(GOOD).catch(caught => caught);
    assert.deepEqual([error.name, error.code], ['RevokedError', 'feed-stale']);
    assert.deepEqual(reported('refused')[0], { type: 'refused', reason: 'stale', sub: GOOD.sub, sid: GOOD.sid });
    assert.match(feed.metrics(), /^beadle_verifier_stale_total 2$/m);
    assert.match(feed.metrics(), /^beadle_verifier_refused_total 2$/m);

    stub.beats = true;
    stub.statuses.feed = 200;
    await feed.ready();
    assert.equal(await feed.check(GOOD), GOOD);
  });

  test('accepts and reports when told so, but never what is known to be revoked', async t => {
    const { feed, reported } = await goesStale(t, { onStale: 'accept' });
    assert.equal(await feed.check(GOOD), GOOD);
    const [{ ageMs, ...report }] = reported('stale-accepted');
    assert.deepEqual(report, { type: 'stale-accepted', sub: GOOD.sub, sid: GOOD.sid });
    assert.ok(ageMs > 250);
    assert.equal(await reason(feed.check(claims('user_banned'))), 'revoked');
  });

  test('asks the server when told so', async t => {
    const { stub, feed } = await goesStale(t, { onStale: 'ask' });
    assert.equal(await feed.check(GOOD, { token: 'the.good.token' }), GOOD);
    assert.deepEqual(stub.asked, ['Bearer the.good.token']);
    for (const [status, expected] of [[401, 'revoked'], [403, 'stale'], [500, 'stale'], [204, 'stale']]) {
      stub.statuses.gate = status;
      assert.equal(await reason(feed.check(GOOD, { token: 't' })), expected, status);
    }
    assert.equal(await reason(feed.check(GOOD)), 'stale', 'without a token nothing can be asked');
    assert.equal(await reason(feed.check(claims('user_banned'), { token: 't' })), 'revoked');
    assert.equal(stub.asked.length, 5);
    await stub.stop();
    assert.equal(await reason(feed.check(GOOD, { token: 't' })), 'stale');
  });

  test('is what there is before the first frame', async t => {
    const { stub, feed } = await follow(t, {}, stub => (stub.beats = false));
    await until(() => stub.streams === 1);
    assert.deepEqual([feed.status().current, feed.status().lagMs], [false, null]);
    assert.equal(await reason(feed.check(GOOD)), 'stale');
    const accepting = await follow(t, { onStale: 'accept' }, stub => (stub.beats = false));
    assert.equal(await accepting.feed.check(GOOD), GOOD);
    assert.equal(accepting.reported('stale-accepted')[0].ageMs, null);
  });

  test('is not asked about while current', async t => {
    const { stub, feed } = await follow(t, { onStale: 'ask' });
    await feed.ready();
    await feed.check(GOOD, { token: 't' });
    assert.deepEqual(stub.asked, []);
  });
});

describe('clocks', () => {
  for (const ahead of [-3_000, 3_000]) {
    test(`a server whose clock is ${ahead} ms ahead`, async t => {
      const { stub, feed } = await follow(t, {}, stub => (stub.clockAheadMs = ahead));
      await feed.ready();
      stub.revoke(user('user_banned'));
      await until(() => feed.isRevoked(claims('user_banned')));
      assert.ok(feed.status().lagMs < 1_000);
      assert.equal(await feed.check(GOOD), GOOD);
    });
  }

  for (const ahead of [-11_000, 11_000]) {
    test(`a server whose clock is ${ahead} ms ahead proves nothing`, async t => {
      const { feed, reported } = await follow(t, {}, stub => {
        stub.clockAheadMs = ahead;
        stub.revoke(user('user_banned'), { lifetimeMs: 120_000 });
      });
      await until(() => reported('clock-difference').length >= 3);
      assert.ok(Math.abs(reported('clock-difference')[0].differenceMs + ahead) < 1_000);
      assert.deepEqual([feed.status().connected, feed.status().current], [true, false]);
      assert.equal(await reason(feed.check(GOOD)), 'stale');
      assert.equal(await reason(feed.check(claims('user_banned'))), 'revoked', 'its entries count');
    });
  }

  test('the limit can be set', async t => {
    const { feed, reported } = await follow(t, { maxClockDifferenceMs: 500 }, stub => (stub.clockAheadMs = 3_000));
    await until(() => reported('clock-difference').length > 0);
    assert.equal(feed.status().current, false);
  });
});

test('frames that are held back do not keep the knowledge fresh', async t => {
  const { stub, feed } = await follow(t, { staleAfterMs: 300 });
  await feed.ready();
  // They come as often as before, but each later than the one before it.
  stub.beats = false;
  const begun = Date.now();
  const relay = setInterval(() => {
    const time = begun + Math.round((Date.now() - begun) / 2);
    stub.send({ ...stub.frame(stub.head), time });
  }, 20);
  t.after(() => clearInterval(relay));
  const before = received(feed);
  await until(() => !feed.status().current);
  assert.equal(await reason(feed.check(GOOD)), 'stale');
  assert.ok(received(feed) > before + 5);
  assert.equal(stub.subscriptions.length, 1, 'on one connection');
  await until(() => stub.subscriptions.length === 2, 'a new connection');
});

const received = feed => Number(feed.metrics().match(/frames_total (\d+)/)[1]);

test('what has run out is forgotten by the clock of the server', async t => {
  const { stub, feed } = await follow(t, { maxClockDifferenceMs: 600_000 });
  await feed.ready();
  stub.revoke(user('user_banned'), { lifetimeMs: 1_000 });
  await until(() => feed.status().entries === 1);
  stub.clockAheadMs = 30_000;
  const frames = received(feed);
  await until(() => received(feed) > frames + 1);
  assert.equal(feed.status().entries, 1, 'within the 30 seconds');
  stub.clockAheadMs = 31_500;
  await until(() => feed.status().entries === 0);
});
