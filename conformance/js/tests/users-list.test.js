// getUserList and getCount: filters, order, pages. The server of this file holds the people below only.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PASSWORD, assertRawError, raw, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

const DAY = 86_400_000;
const START = Date.parse('2024-01-01T00:00:00Z');
// Created a day apart, so that every order is known; first names run against the creation order.
const NAMES = ['Walter', 'Vera', 'Ulrich', 'Tamara', 'Stefan', 'Rosa', 'Quentin', 'Paula', 'Oskar', 'Nadia', 'Mirko', 'Lena'];

let server;
let clerk;
let people;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
  people = [];
  for (const [index, firstName] of NAMES.entries()) {
    const number = String(index).padStart(2, '0');
    people.push(
      await clerk.users.createUser({
        emailAddress: [`${firstName.toLowerCase()}.list@example.com`, `second+${number}@example.org`],
        phoneNumber: [`+120155501${number}`],
        username: `member_${number}`,
        externalId: `ext-${number}`,
        firstName,
        lastName: index < 6 ? 'Northwind' : 'Southgate',
        password: PASSWORD,
        createdAt: new Date(START + index * DAY),
        banned: index % 4 === 3,
      }),
    );
  }
});
after(() => server.stop());

const ids = list => list.data.map(user => user.id);
const idsOf = (...indexes) => indexes.map(index => people[index].id);
const newestFirst = () => people.map(user => user.id).reverse();

describe('filters', () => {
  const exact = {
    'repeated e-mail addresses': [{ emailAddress: ['walter.list@example.com', 'second+02@example.org', 'none@example.com'] }, [2, 0]],
    'an address in other letters': [{ emailAddress: ['WALTER.list@example.com'] }, [0]],
    'phone numbers': [{ phoneNumber: ['+12015550103', '+12015550105'] }, [5, 3]],
    usernames: [{ username: ['member_01', 'member_11'] }, [11, 1]],
    'external ids': [{ externalId: ['ext-04', 'ext-05', 'ext-99'] }, [5, 4]],
    'two filters together': [{ username: ['member_01', 'member_02'], externalId: ['ext-02', 'ext-03'] }, [2]],
    'nothing that exists': [{ username: ['nobody_here'] }, []],
    'no wallet': [{ web3Wallet: ['0x0000000000000000000000000000000000000001'] }, []],
    'no organisation': [{ organizationId: ['org_2aaaaaaaaaaaaaaaaaaaaaaaaaa'] }, []],
    banned: [{ banned: true }, [11, 7, 3]],
    'created after': [{ createdAtAfter: START + 9 * DAY }, [11, 10]],
    'created before': [{ createdAtBefore: START + 2 * DAY }, [1, 0]],
    'created between': [{ createdAtAfter: START + 3 * DAY, createdAtBefore: START + 6 * DAY }, [5, 4]],
    'never active': [{ lastActiveAtAfter: START }, []],
    'never signed in': [{ lastSignInAtAfter: START }, []],
  };
  for (const [name, [filter, expected]] of Object.entries(exact)) {
    test(name, async () => {
      const list = await clerk.users.getUserList(filter);
      assert.deepEqual(ids(list), idsOf(...expected));
      assert.equal(list.totalCount, expected.length);
      assert.equal(await clerk.users.getCount(filter), expected.length);
    });
  }

  test('user ids, plain and excluded', async () => {
    const [a, b] = idsOf(2, 8);
    assert.deepEqual(ids(await clerk.users.getUserList({ userId: [a, b] })), [b, a]);
    assert.deepEqual(ids(await clerk.users.getUserList({ userId: [`+${a}`] })), [a]);
    const without = await clerk.users.getUserList({ userId: [`-${a}`, `-${b}`], limit: 100 });
    assert.deepEqual(ids(without), newestFirst().filter(id => id !== a && id !== b));
    assert.equal(without.totalCount, people.length - 2);
    const notExternal = await clerk.users.getUserList({ externalId: ['-ext-00'], limit: 100 });
    assert.equal(notExternal.data.length, people.length - 1);
  });

  test('not banned, which the SDK cannot say', async () => {
    const list = await raw(server, 'GET', '/v1/users?banned=false&limit=100');
    assert.equal(list.status, 200);
    assert.equal(list.body.length, 9);
    assert.ok(list.body.every(user => user.banned === false));
    const count = await raw(server, 'GET', '/v1/users/count?banned=false');
    assert.deepEqual(count.body, { object: 'total_count', total_count: 9 });
  });

  const partial = {
    'the middle of an address': ['ter.li', [0]],
    'a first name in other letters': ['WALT', [0]],
    'a last name': ['southg', [11, 10, 9, 8, 7, 6]],
    'a phone number': ['5550107', [7]],
    'a username': ['mber_10', [10]],
    'nothing at all': ['zzzzqqq', []],
    'a percent sign is a letter': ['%', []],
    'quotes are letters': [`' OR "1"="1`, []],
  };
  for (const [name, [query, expected]] of Object.entries(partial)) {
    test(`query: ${name}`, async () => {
      const list = await clerk.users.getUserList({ query, limit: 100 });
      assert.deepEqual(ids(list), idsOf(...expected));
      assert.equal(list.totalCount, expected.length);
    });
  }

  test('query: a user id', async () => {
    assert.deepEqual(ids(await clerk.users.getUserList({ query: people[4].id })), idsOf(4));
  });

  const columns = [
    ['email_address_query', 'OSKAR', [8]],
    ['phone_number_query', '5550109', [9]],
    ['username_query', 'BER_05', [5]],
    ['name_query', 'vera', [1]],
    ['name_query', 'member', []],
  ];
  for (const [parameter, value, expected] of columns) {
    test(`${parameter}=${value}`, async () => {
      const search = new URLSearchParams({ [parameter]: value });
      const list = await raw(server, 'GET', `/v1/users?${search}`);
      assert.deepEqual(list.body.map(user => user.id), idsOf(...expected));
      const count = await raw(server, 'GET', `/v1/users/count?${search}`);
      assert.equal(count.body.total_count, expected.length);
    });
  }
});

describe('order', () => {
  test('newest first unless told', async () => {
    assert.deepEqual(ids(await clerk.users.getUserList({ limit: 100 })), newestFirst());
  });

  // first_name, e-mail address: reverse of creation; the others follow creation.
  const rising = { created_at: 1, username: 1, phone_number: 1, first_name: -1, email_address: -1 };
  for (const [key, direction] of Object.entries(rising)) {
    test(`by ${key}, both ways`, async () => {
      const up = direction === 1 ? newestFirst().reverse() : newestFirst();
      assert.deepEqual(ids(await clerk.users.getUserList({ orderBy: `+${key}`, limit: 100 })), up);
      assert.deepEqual(ids(await clerk.users.getUserList({ orderBy: key, limit: 100 })), up);
      assert.deepEqual(ids(await clerk.users.getUserList({ orderBy: `-${key}`, limit: 100 })), up.toReversed());
    });
  }

  test('every documented key is accepted and loses nobody', async () => {
    const keys = ['updated_at', 'web3wallet', 'last_name', 'last_active_at', 'last_sign_in_at'];
    for (const key of keys) {
      for (const sign of ['+', '-']) {
        const list = await clerk.users.getUserList({ orderBy: `${sign}${key}`, limit: 100 });
        assert.equal(new Set(ids(list)).size, people.length, `${sign}${key}`);
      }
    }
  });

  test('an unknown key is refused, only the first of several counts', async () => {
    assertRawError(await raw(server, 'GET', '/v1/users?order_by=shoe_size'), 422, 'form_param_value_invalid', 'order_by');
    const first = await raw(server, 'GET', '/v1/users?order_by=username&order_by=-username&limit=1');
    assert.equal(first.body[0].id, people[0].id);
  });
});

describe('pages', () => {
  test('ten unless told', async () => {
    const list = await clerk.users.getUserList();
    assert.equal(list.data.length, 10);
    assert.equal(list.totalCount, people.length);
  });

  for (const orderBy of ['-created_at', '+last_name', '-last_sign_in_at']) {
    test(`limit and offset cover everyone exactly once by ${orderBy}`, async () => {
      const seen = [];
      for (let offset = 0; offset < people.length; offset += 5) {
        const page = await clerk.users.getUserList({ limit: 5, offset, orderBy });
        assert.equal(page.totalCount, people.length);
        seen.push(...ids(page));
      }
      assert.equal(seen.length, people.length);
      assert.equal(new Set(seen).size, people.length);
    });
  }

  test('past the end is empty', async () => {
    const page = await clerk.users.getUserList({ limit: 5, offset: 500 });
    assert.deepEqual(page.data, []);
    assert.equal(page.totalCount, people.length);
  });

  test('starting_after walks the list and is not moved by newcomers', async () => {
    const seen = [];
    let cursor;
    for (;;) {
      const search = new URLSearchParams({ limit: '5', ...(cursor && { starting_after: cursor }) });
      const { status, body } = await raw(server, 'GET', `/v1/users?${search}`);
      assert.equal(status, 200);
      seen.push(...body.map(user => user.id));
      if (body.length < 5) break;
      cursor = body.at(-1).id;
    }
    assert.deepEqual(seen, newestFirst());
    const mixed = await raw(server, 'GET', `/v1/users?starting_after=${people[3].id}&order_by=username`);
    assert.equal(mixed.status, 422);
    const offset = await raw(server, 'GET', `/v1/users?starting_after=${people[3].id}&offset=2`);
    assert.equal(offset.status, 422);
  });

  test('limits outside 1 to 500 and words for numbers are refused', async () => {
    for (const [parameter, value] of [['limit', '0'], ['limit', '501'], ['limit', 'ten'], ['offset', '-1'], ['banned', 'perhaps'], ['created_at_after', 'monday']]) {
      const answer = await raw(server, 'GET', `/v1/users?${parameter}=${value}`);
      assert.ok([400, 422].includes(answer.status), `${parameter}=${value}: ${answer.status}`);
      assert.equal(answer.body.errors[0].meta.param_name, parameter);
    }
  });

  test('more than 100 values in one filter are refused', async () => {
    const search = new URLSearchParams(Array.from({ length: 101 }, (_, index) => ['external_id', `x${index}`]));
    const answer = await raw(server, 'GET', `/v1/users?${search}`);
    assert.ok([400, 422].includes(answer.status), String(answer.status));
  });
});
