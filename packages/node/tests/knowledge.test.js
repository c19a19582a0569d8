// The rules for positions and freshness, with given times.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Knowledge } from '../dist/knowledge.js';

const BOUND = 3_000;
const SERVER = 1_790_000_000_000;
/** What the monotonic clock says when the server's says SERVER. */
const MONOTONIC = 5_000;

const entry = (id, generation = 2, lifetime = 60_000) => ({ user_id: id, generation, expires_at: SERVER + lifetime });

/** A verifier whose clock is ahead; times are milliseconds after the start. */
function verifier({ clockAhead = 0 } = {}) {
  const knowledge = new Knowledge({ staleAfterMs: BOUND, maxClockDifferenceMs: 10_000 });
  return {
    knowledge,
    /** A frame made at `made` arrives at `arrives`. */
    take({ made = 0, arrives = made, after = 0, seq = after, head = seq, entries = [], snapshot = false }) {
      const frame = { iss: 'x', snapshot, after, seq, head, time: SERVER + made, entries };
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
    take({ snapshot: true, made: 0, arrives: 20 });
    take({ made: 1_000, arrives: 1_020 });
    assert.equal(age(1_020), 0);
    assert.equal(take({ made: 2_000, arrives: 6_020 }), 'nothing', 'not fresh enough to be news');
    assert.equal(Math.round(age(6_020)), 4_000 - 1);
    assert.equal(isCurrent(6_020), false);
    take({ made: 7_000, arrives: 7_020 });
    assert.equal(age(7_020), 0);
  });

  test('a quicker frame shows that the earlier ones were slow', () => {
    const { take, age } = verifier();
    take({ snapshot: true, made: 0, arrives: 500 });
    take({ made: 1_000, arrives: 1_010 });
    take({ made: 2_000, arrives: 2_500 });
    assert.equal(age(2_500), 489);
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

  test('a new connection is measured anew, and the knowledge does not grow older by it', () => {
    const { knowledge, take, age } = verifier();
    take({ snapshot: true, made: 0, arrives: 10 });
    knowledge.reconnected();
    take({ made: 100, arrives: 1_110 });
    assert.equal(age(1_110), 0, 'the quickest of its connection');
    knowledge.reconnected();
    // An older node of the server tells an older time.
    assert.equal(take({ made: -500, arrives: 1_000 }), 'nothing');
    assert.equal(age(1_120), 10);
  });
});
