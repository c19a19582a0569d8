// Following the feed: positions, reconnecting, receipts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createRevocationFeed } from '../dist/index.js';
import { claims, follow, until, user } from './harness/follow.js';

const positions = stub => stub.subscriptions.map(({ after }) => after);

describe('entries', () => {
  test('a snapshot, then what is new', async t => {
    const { stub, feed } = await follow(t, {}, stub => {
      stub.revoke(user('early'));
      stub.revoke({ session_id: 'sess_early' });
    });
    assert.equal(feed.status().current, false);
    await feed.ready();
    assert.ok(feed.isRevoked(claims('early')));
    assert.ok(feed.isRevoked({ sub: 'other', sid: 'sess_early', gen: 1 }));
    assert.equal(feed.isRevoked(claims('late')), false);

    stub.revoke(user('late'));
    await until(() => feed.isRevoked(claims('late')));
    assert.equal(feed.isRevoked(claims('late', 2)), false, 'signed in after it');
    const { lagMs, ...status } = feed.status();
    assert.deepEqual(status, { name: 'test-1', connected: true, current: true, seq: 3, head: 3, entries: 3 });
    assert.ok(lagMs < 3_000);
    const [{ nonce, ...subscription }] = stub.subscriptions;
    assert.deepEqual(subscription, { after: null, verifier: 'test-1', authorization: 'Bearer fk_test' });
    assert.match(nonce, /^[\w-]{24}$/);
  });

  test('a snapshot of many frames is current at its end only', async t => {
    const { feed } = await follow(t, {}, stub => {
      stub.limit = 10;
      for (let n = 0; n < 95; n += 1) stub.revoke(user(`user_${n}`), { quietly: true });
    });
    await feed.ready();
    assert.equal(feed.status().entries, 95);
    assert.equal(feed.status().seq, 95);
  });

  test('a ban is in force within 100 ms', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    const taken = [];
    for (let n = 0; n < 21; n += 1) {
      const begun = performance.now();
      stub.revoke(user(`user_${n}`));
      while (!feed.isRevoked(claims(`user_${n}`))) await new Promise(setImmediate);
      taken.push(performance.now() - begun);
    }
    const median = taken.sort((a, b) => a - b)[10];
    assert.ok(median < 100, `${median} ms`);
  });
});

describe('reconnecting', () => {
  test('goes on where it was', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    stub.revoke(user('a'));
    await until(() => feed.status().seq === 1);
    stub.revoke(user('b'), { quietly: true });
    stub.disconnect();
    await until(() => feed.isRevoked(claims('b')));
    assert.deepEqual(positions(stub), [null, '1']);
    assert.notEqual(stub.subscriptions[0].nonce, stub.subscriptions[1].nonce);
    assert.ok(feed.isRevoked(claims('a')));
  });

  test('fetches what is missing after a gap', async t => {
    const { stub, feed, reported } = await follow(t);
    await feed.ready();
    stub.revoke(user('a'));
    await until(() => feed.status().seq === 1);
    stub.revoke(user('b'), { quietly: true });
    stub.revoke(user('c'));
    await until(() => feed.isRevoked(claims('b')), 'long before the bound', 1_500);
    assert.deepEqual(positions(stub), [null, '1']);
    const { position, after } = reported('gap')[0];
    assert.deepEqual([position, after], [1, 2]);
    assert.equal(feed.status().entries, 3);
  });

  test('frames that come again change nothing', async t => {
    const { stub, feed, reported } = await follow(t);
    await feed.ready();
    stub.revoke(user('a'));
    stub.revoke(user('b'));
    const repeated = stub.frame(0);
    for (let n = 0; n < 3; n += 1) await stub.send(repeated);
    await stub.send({ ...repeated, seq: 1, entries: repeated.entries.slice(0, 1) });
    stub.revoke(user('c'));
    await until(() => feed.isRevoked(claims('c')));
    assert.deepEqual([feed.status().seq, feed.status().entries], [3, 3]);
    assert.deepEqual(reported('gap'), []);
    assert.equal(stub.subscriptions.length, 1);
  });

  test('a server restored from a backup starts anew', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    for (let n = 0; n < 5; n += 1) stub.revoke(user(`user_${n}`));
    await until(() => feed.status().seq === 5);
    stub.head = 2;
    stub.entries.length = 2;
    stub.disconnect();
    await until(() => feed.status().seq === 2);
    stub.revoke(user('new'));
    await until(() => feed.isRevoked(claims('new')));
    assert.ok(feed.isRevoked(claims('user_4')), 'nothing is taken back');
  });

  test('a silent stream is left after the bound', async t => {
    const { stub, feed, reported } = await follow(t, { staleAfterMs: 200 });
    await feed.ready();
    stub.beats = false;
    await until(() => stub.subscriptions.length >= 2);
    assert.match(reported('disconnected')[0].error.message, /nothing new for 200 ms/);
    stub.beats = true;
    await feed.ready();
  });

  test('a server that is away is tried again, within a second at last', async t => {
    const { stub, feed, reported } = await follow(t, {}, stub => (stub.statuses.feed = 503));
    await until(() => stub.subscriptions.length >= 4);
    assert.match(feed.status().lastError, /503/);
    assert.equal(feed.status().connected, false);
    await assert.rejects(feed.ready({ timeoutMs: 20 }), /not current within 20 ms.*503/);
    stub.statuses.feed = 200;
    await feed.ready({ timeoutMs: 1_500 });
    assert.ok(reported('disconnected').length >= 4);
  });

  test('an event without end is not kept', async t => {
    const { stub, feed, reported } = await follow(t);
    await feed.ready();
    await stub.send(stub.frame(stub.head), { jws: 'x'.repeat(9 * 2 ** 20) });
    await until(() => stub.subscriptions.length === 2);
    assert.match(reported('disconnected')[0].error.message, /larger than/);
    await feed.ready();
  });

  test('closing ends everything', async t => {
    const { stub, feed, reported } = await follow(t, {}, stub => (stub.beats = false));
    await until(() => stub.streams === 1);
    const waiting = feed.ready();
    feed.close();
    await assert.rejects(waiting, /closed/);
    await assert.rejects(feed.ready(), /closed/);
    await until(() => stub.streams === 0);
    assert.equal(feed.status().connected, false);
    assert.deepEqual(reported('disconnected'), []);
    assert.equal(stub.subscriptions.length, 1);
  });

  test('disposing closes', async t => {
    const { stub, feed } = await follow(t);
    await feed.ready();
    await feed[Symbol.asyncDispose]();
    feed[Symbol.dispose]();
    await until(() => stub.streams === 0);
  });
});

describe('receipts', () => {
  const seqs = stub => stub.receipts.map(({ seq }) => seq);

  test('are sent at connecting and after news, not for heartbeats', async t => {
    const { stub, feed } = await follow(t, {}, stub => stub.revoke(user('a')));
    await until(() => stub.receipts.length === 1);
    assert.deepEqual(stub.receipts, [{ verifier: 'test-1', seq: 1, authorization: 'Bearer fk_test' }]);
    stub.revoke(user('b'));
    await until(() => stub.receipts.length === 2);
    const frames = received(feed);
    await until(() => received(feed) >= frames + 3);
    assert.deepEqual(seqs(stub), [1, 2]);
    stub.disconnect();
    await until(() => stub.receipts.length === 3);
    assert.deepEqual(seqs(stub), [1, 2, 2]);
  });

  test('one is under way at most, and the newest position follows it', async t => {
    let release;
    const held = new Promise(resolve => (release = resolve));
    const { stub, feed } = await follow(t, {}, stub => (stub.holdReceipts = held));
    await until(() => stub.receipts.length === 1);
    for (let n = 0; n < 20; n += 1) stub.revoke(user(`user_${n}`));
    await until(() => feed.status().seq === 20);
    assert.deepEqual(seqs(stub), [0]);
    release();
    await until(() => stub.receipts.length === 2);
    assert.deepEqual(seqs(stub), [0, 20]);
  });

  test('a failure is reported and made up for', async t => {
    const { stub, feed, reported } = await follow(t, {}, stub => (stub.statuses.receipts = 500));
    await feed.ready();
    await until(() => reported('receipt-failed').length >= 2);
    stub.statuses.receipts = 200;
    const failed = stub.receipts.length;
    await until(() => stub.receipts.length > failed);
    assert.equal(feed.status().current, true);
  });
});

const received = feed => Number(feed.metrics().match(/frames_total (\d+)/)[1]);

test('metrics are in Prometheus format', async t => {
  const { stub, feed } = await follow(t);
  assert.doesNotMatch(feed.metrics(), /lag_seconds|Infinity|null|NaN/, 'nothing is known yet');
  await feed.ready();
  stub.revoke(user('a'));
  await until(() => feed.status().seq === 1);
  await assert.rejects(feed.check(claims('a')));
  const lines = feed.metrics().split('\n');
  assert.equal(lines.pop(), '');
  for (const line of lines) assert.match(line, /^(# (HELP|TYPE) )?beadle_verifier_\w+ \S.*$/);
  for (const line of ['connected 1', 'current 1', 'seq 1', 'head 1', 'entries 1', 'refused_total 1', 'stale_total 0']) {
    assert.ok(lines.includes(`beadle_verifier_${line}`), line);
  }
  assert.ok(lines.some(line => line.startsWith('beadle_verifier_lag_seconds 0.')));
});

test('options that make no sense are refused', () => {
  const good = { apiUrl: 'http://127.0.0.1:9', key: 'fk_x' };
  const bad = [
    { apiUrl: 'beadle' }, { apiUrl: 'ftp://x' }, { key: '' }, { name: 'a b' }, { name: '' }, { name: 'x'.repeat(65) },
    { onStale: 'maybe' }, { staleAfterMs: 0 }, { staleAfterMs: NaN }, { maxClockDifferenceMs: -1 },
    { jwtKey: 'no key' }, { jwtKey: { kty: 'RSA' } },
  ];
  for (const options of bad) {
    assert.throws(() => createRevocationFeed({ ...good, ...options }), TypeError, JSON.stringify(options));
  }
  const feed = createRevocationFeed(good);
  assert.match(feed.status().name, new RegExp(`^[A-Za-z0-9._-]{1,64}$`));
  assert.ok(feed.status().name.endsWith(`-${process.pid}`));
  feed.close();
});

test('a callback that throws disturbs nothing', async t => {
  const { feed } = await follow(t, { onReport: () => { throw new Error('callback'); } });
  await feed.ready();
});
