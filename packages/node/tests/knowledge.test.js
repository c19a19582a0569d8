// The rules for positions and freshness, with given times.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Knowledge } from '../dist/knowledge.js';

const BOUND = 3_000;
const SERVER = 1_790_000_000_000;
/** What the monotonic clock says when the server's says SERVER. */
const MONOTONIC = 5_000;

const entry = (id, generation = 2, lifetime = 60_000) => ({ user_id: id, generation, expires_at: SERVER + lifetime });

/** A verifier that has just connected and whose clock is ahead; times are milliseconds after the start. */
function verifier({ clockAhead = 0 } = {}) {
  const knowledge = new Knowledge({ staleAfterMs: BOUND, maxClockDifferenceMs: 10_000 });
  const connect = (requested, nonce) => knowledge.connected({ nonce, requested: MONOTONIC + requested });
  connect(0, 'first');
  return {
    knowledge,
    connect,
    /** A frame made at `made` arrives at `arrives`. A snapshot answers the first request unless told otherwise. */
    take({
      made = 0, arrives = made, after = 0, seq = after, head = seq, entries = [], snapshot = false,
      nonce = snapshot ? 'first' : undefined,
    }) {
      const frame = { iss: 'x', snapshot, after, seq, head, time: SERVER + made, entries, ...(nonce && { nonce }) };
      return knowledge.apply(frame, { monotonic: MONOTONIC + arrives, wall: SERVER + arrives + clockAhead });
    },
    age: at => knowledge.age(MONOTONIC + at),
    isCurrent: at => knowledge.isCurrent(MONOTONIC + at),
  };
}
const revoked = (knowledge, sub, gen) => knowledge.revocations.isRevoked({ sub, sid: 'sess_x', gen });

describe('positions', () => {
  test('a frame that does not continue what is known is a gap and changes nothing', () => {
    const { knowledge, take } = verifier();
    assert.equal(take({ after: 0, seq: 1, entries: [entry('early')] }), 'gap', 'nothing is known before the snapshot');
    take({ snapshot: true, seq: 3 });
    assert.equal(take({ made: 1, after: 4, seq: 5, entries: [entry('late')] }), 'gap');
    assert.equal(knowledge.position, 3);
    assert.equal(knowledge.revocations.size, 0);
  });

  test('a frame that repeats or overlaps is taken in, and the position never goes back', () => {
    const { knowledge, take } = verifier();
    take({ snapshot: true, seq: 5 });
    take({ made: 1, after: 3, seq: 4, head: 5, entries: [entry('a')] });
    assert.equal(knowledge.position, 5);
    take({ made: 2, after: 4, seq: 6, entries: [entry('b')] });
    assert.equal(knowledge.position, 6);
    assert.ok(revoked(knowledge, 'a', 1) && revoked(knowledge, 'b', 1));
  });

  test('a snapshot sets the position, also back: its history may be another one', () => {
    const { knowledge, take, isCurrent } = verifier();
    take({ snapshot: true, seq: 1_000, entries: [entry('old')] });
    assert.equal(take({ made: 5_000, snapshot: true, seq: 5, head: 8 }), 'nothing');
    assert.equal(knowledge.position, 5);
    assert.equal(isCurrent(5_000), false, 'entries up to 8 are missing');
    assert.equal(take({ made: 5_001, after: 5, seq: 8 }), 'news');
    assert.equal(isCurrent(5_001), true);
    assert.ok(revoked(knowledge, 'old', 1), 'nothing is taken back');
  });

  test('the largest generation counts, whatever the order', () => {
    const { knowledge, take } = verifier();
    take({ snapshot: true, seq: 3, entries: [entry('a', 3), entry('a', 5), entry('a', 4)] });
    assert.deepEqual([1, 4, 5, 6].map(gen => revoked(knowledge, 'a', gen)), [true, true, false, false]);
    assert.deepEqual([undefined, null, '7', NaN].map(gen => revoked(knowledge, 'a', gen)), [true, true, true, true]);
    assert.equal(revoked(knowledge, 'b', 1), false);
  });

  test('a session is refused whatever the generation', () => {
    const { knowledge, take } = verifier();
    take({ snapshot: true, seq: 1, entries: [{ session_id: 'sess_x', expires_at: SERVER + 60_000 }] });
    assert.ok(revoked(knowledge, 'b', 99));
    assert.equal(knowledge.revocations.isRevoked({ sub: 'sess_x', sid: 'sess_y', gen: 1 }), false);
  });
});

describe('freshness', () => {
  test('nothing is known before the first frame, nor before the head is reached', () => {
    const { take, age, isCurrent } = verifier();
    assert.equal(age(0), Infinity);
    assert.equal(take({ snapshot: true, seq: 500, head: 700 }), 'news', 'a step');
    assert.equal(isCurrent(0), false);
    assert.equal(take({ after: 500, seq: 700 }), 'news', 'the same time will do: at that time 700 was the head');
    assert.equal(isCurrent(0), true);
    assert.equal(age(100), 100);
    assert.deepEqual([BOUND, BOUND + 1].map(isCurrent), [true, false]);
  });

  for (const clockAhead of [-3_000, 3_000, -10_000, 10_000]) {
    test(`this clock may be ${clockAhead} ms ahead`, () => {
      const { take, age } = verifier({ clockAhead });
      assert.equal(take({ snapshot: true }), 'news');
      assert.equal(age(10), 10);
    });
  }

  for (const clockAhead of [-10_001, 10_001]) {
    test(`this clock must not be ${clockAhead} ms ahead, but entries count`, () => {
      const { knowledge, take, isCurrent } = verifier({ clockAhead });
      assert.equal(take({ snapshot: true, seq: 1, entries: [entry('a')] }), 'clock-difference');
      assert.equal(isCurrent(0), false);
      assert.ok(revoked(knowledge, 'a', 1));
    });
  }

  test('what was held back is as old as it is', () => {
    const { take, age, isCurrent } = verifier();
    take({ snapshot: true });
    take({ made: 1_000 });
    assert.equal(age(1_000), 0);
    assert.equal(take({ made: 2_000, arrives: 6_000 }), 'nothing', 'not fresh enough to be news');
    assert.equal(age(6_000), 4_000 - 2.5);
    assert.equal(isCurrent(6_000), false);
    take({ made: 7_000 });
    assert.equal(age(7_000), 0);
  });

  test('a quicker frame shows that the earlier ones were slow', () => {
    const { take, age } = verifier();
    // Half a second from the request to the look into the database, which nobody can tell from a clock.
    take({ snapshot: true, made: 500, arrives: 510 });
    take({ made: 2_500, arrives: 2_510 });
    assert.equal(age(2_510), 510 - 1);
    // The server's clock is put forward.
    take({ made: 5_500, arrives: 4_510 });
    assert.equal(age(4_510), 0);
    take({ made: 7_500, arrives: 7_010 });
    assert.equal(age(7_010), 500 - 1.25);
  });

  test('frames may become slower by a millisecond in two seconds, however many there are', () => {
    for (const every of [1, 20, 1_000, 5_000]) {
      const { take, age } = verifier();
      take({ snapshot: true });
      for (let made = every; made <= 10_000; made += every) take({ made, arrives: made + 50 });
      assert.ok(Math.abs(age(10_050) - (50 - 10_050 / 2_000)) < 1e-3, `every ${every} ms: ${age(10_050)}`);
    }
  });

  test('clocks that drift apart do not matter', () => {
    const { take, age } = verifier();
    // The server's clock loses half a millisecond in a second: 9 seconds in 5 hours.
    for (let second = 0; second <= 18_000; second += 1) {
      take({ snapshot: second === 0, made: second * 999.5, arrives: second * 1_000 });
    }
    assert.ok(age(18_000_000) < 1);
  });

  test('a frame that is repeated proves nothing, however often', () => {
    const { take, age } = verifier();
    take({ snapshot: true });
    take({ made: 1_000 });
    for (let n = 0; n < 5_000; n += 1) {
      assert.equal(take({ made: 1_000, arrives: 1_000 + n }), 'nothing');
      assert.equal(take({ made: 500, arrives: 1_000 + n }), 'nothing');
    }
    assert.equal(age(6_000), 5_000);
  });
});

describe('a connection', () => {
  test('makes nothing current before the answer to its request, but entries and positions count', () => {
    const { knowledge, take, age } = verifier();
    assert.equal(take({ made: 0, snapshot: true, nonce: 'other', seq: 3, head: 4, entries: [entry('a')] }), 'news');
    assert.equal(take({ made: 10, after: 3, seq: 4 }), 'nothing');
    assert.equal(take({ made: 20, after: 4, nonce: 'other' }), 'nothing');
    assert.deepEqual([knowledge.position, knowledge.head, age(20)], [4, 4, Infinity]);
    assert.ok(revoked(knowledge, 'a', 1));
    assert.equal(take({ made: 30, after: 4, nonce: 'first' }), 'news');
    assert.equal(age(30), 30);
  });

  test('knows as of its request what the answer tells, however late that is, and the rest by it', () => {
    const { connect, take, age, isCurrent } = verifier();
    connect(1_000, 'second');
    assert.equal(take({ made: 1_200, arrives: 2_000, snapshot: true, nonce: 'second' }), 'news');
    assert.equal(age(2_000), 1_000);
    take({ made: 2_200, arrives: 3_000 });
    assert.equal(age(3_000), 1_000 - 0.5);
    // The same answer again, and one that would be right on another connection.
    for (const nonce of ['second', 'first']) assert.equal(take({ made: 1_200, arrives: 3_100, nonce }), 'nothing');
    assert.equal(age(3_100), 1_100 - 0.5);
    connect(4_000, 'third');
    assert.equal(take({ made: 4_001, arrives: 7_001, nonce: 'third' }), 'nothing', 'too late to be current');
    assert.deepEqual([age(7_001), isCurrent(7_001)], [3_001, false]);
  });

  test('is current only once the head is reached', () => {
    const { take, age } = verifier();
    assert.equal(take({ made: 10, snapshot: true, seq: 500, head: 700 }), 'news');
    assert.equal(age(10), Infinity);
    take({ made: 10, arrives: 20, after: 500, seq: 700 });
    assert.ok(Math.abs(age(20) - 20) < 0.1);
  });

  test('that replaces another leaves the knowledge, which goes on growing older', () => {
    const { connect, take, age } = verifier();
    take({ snapshot: true });
    connect(1_000, 'second');
    assert.equal(age(1_000), 1_000);
    // An old frame, and a new one that nothing can be compared with.
    assert.equal(take({ made: 0, arrives: 1_100 }), 'nothing');
    assert.equal(take({ made: 1_150 }), 'nothing');
    assert.equal(age(1_200), 1_200);
    // Another node's clock is behind: its frames are dated by its own answer.
    assert.equal(take({ made: -500, arrives: 1_200, nonce: 'second' }), 'news');
    assert.equal(age(1_200), 200);
    take({ made: 500, arrives: 2_200 });
    assert.equal(age(2_200), 200 - 0.5);
  });

  test('whose request was sent before what is known makes nothing older', () => {
    const { connect, take, age } = verifier();
    take({ snapshot: true });
    take({ made: 1_000 });
    connect(900, 'second');
    assert.equal(take({ made: 1_100, nonce: 'second' }), 'nothing');
    assert.equal(age(1_100), 100);
  });

  test('is not answered by a frame whose time is too far off', () => {
    const { take, age } = verifier({ clockAhead: 10_001 });
    assert.equal(take({ snapshot: true }), 'clock-difference');
    assert.equal(take({ made: 1_000, arrives: 900 }), 'nothing');
    assert.equal(age(900), Infinity);
  });
});
