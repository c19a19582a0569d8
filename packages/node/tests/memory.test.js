// Entries that have run out are forgotten, at no cost for those that have not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Revocations } from '../dist/revocations.js';

const MANY = 100_000;
const SLACK = 30_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const megabytes = () => (collectGarbage(), process.memoryUsage().heapUsed / 2 ** 20);

/** Ends between 60 and 120 seconds, in no order. */
const lifetime = n => 60_000 + ((n * 7_919) % 60_000);
const entry = n => ({ user_id: `user_${n}`, generation: 2, expires_at: lifetime(n) });
const addAll = revocations => {
  for (let n = 0; n < MANY; n += 1) revocations.add(entry(n));
};
const isRevoked = (revocations, id) => revocations.isRevoked({ sub: id, sid: 's', gen: 1 });

test('100,000 entries are forgotten 30 seconds after their ends, each in its turn, and their memory with them', () => {
  const before = megabytes();
  const revocations = new Revocations();
  addAll(revocations);
  addAll(revocations);
  assert.equal(revocations.size, MANY, 'repeated entries take no room');
  const full = megabytes() - before;
  assert.ok(full > 5, `${full} MB are held`);

  revocations.forget(60_000 + SLACK);
  assert.equal(revocations.size, MANY, 'none has ended long enough ago');
  // By the second, as heartbeats come: each forgets about 1,700.
  for (let time = 60_000; time <= 90_000; time += 1_000) revocations.forget(time + SLACK);
  for (let n = 0; n < MANY; n += 1) {
    assert.equal(isRevoked(revocations, `user_${n}`), lifetime(n) >= 90_000, `user ${n}`);
  }

  for (let time = 90_000; time <= 121_000; time += 1_000) revocations.forget(time + SLACK);
  assert.equal(revocations.size, 0);
  const left = megabytes() - before;
  assert.ok(left < full / 4, `${left} of ${full} MB are left`);
});

test('a mass that ends at once is forgotten in parts', () => {
  const revocations = new Revocations();
  for (let n = 0; n < 25_000; n += 1) revocations.add({ session_id: `sess_${n}`, expires_at: 1_000 });
  const sizes = [1, 2, 3].map(() => (revocations.forget(1_001 + SLACK), revocations.size));
  assert.deepEqual(sizes, [15_000, 5_000, 0]);
});

test('an entry that is renewed lasts until its later end', () => {
  const revocations = new Revocations();
  revocations.add({ user_id: 'a', generation: 2, expires_at: 100_000 });
  revocations.add({ user_id: 'a', generation: 3, expires_at: 60_000 });
  revocations.add({ user_id: 'b', generation: 2, expires_at: 60_000 });
  revocations.add({ user_id: 'b', generation: 3, expires_at: 200_000 });
  revocations.forget(99_000 + SLACK);
  assert.ok(isRevoked(revocations, 'a') && isRevoked(revocations, 'b'));
  revocations.forget(100_001 + SLACK);
  assert.deepEqual(['a', 'b'].map(id => isRevoked(revocations, id)), [false, true]);
  revocations.forget(200_001 + SLACK);
  assert.equal(revocations.size, 0);
});

test('a heartbeat costs the same however many entries there are', () => {
  const revocations = new Revocations();
  addAll(revocations);
  const begun = performance.now();
  for (let n = 0; n < 10_000; n += 1) revocations.forget(1_000);
  // Looking at all of them would take minutes.
  assert.ok(performance.now() - begun < 1_000);
});
