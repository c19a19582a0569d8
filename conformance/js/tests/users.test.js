// Create, read, change and delete users through the SDK.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { OTHER_PASSWORD, PASSWORD, createPerson, freshEmail, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

const BCRYPT = '$2b$10$Vd9YUENQ.xzy/AAIcXxzvuMMYOoa4ImFQZc/1QDnRw783nOV54QES';
const ARGON2ID = '$argon2id$v=19$m=19456,t=2,p=1$cApj1OM+xik6kEqqh3pv2Q$EPk7O0gPRydOI+agt4GTshJ5cxGdGzaqA9vNtdohR3Y';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

describe('createUser', () => {
  test('with everything a profile holds', async () => {
    const [first, second] = [freshEmail('full'), freshEmail('full')];
    const before = Date.now();
    const user = await clerk.users.createUser({
      externalId: 'ext-full',
      emailAddress: [first, second],
      phoneNumber: ['+12015550101'],
      username: 'full_profile',
      password: PASSWORD,
      firstName: 'Ada',
      lastName: 'Ångström',
      publicMetadata: { plan: 'pro', camelCase: { keepMe: 1 } },
      privateMetadata: { note: 'ünï' },
      unsafeMetadata: { theme: 'dark' },
    });
    assert.match(user.id, /^user_[0-9A-Za-z]{27}$/);
    assert.equal(user.externalId, 'ext-full');
    assert.deepEqual(user.emailAddresses.map(address => address.emailAddress), [first, second]);
    assert.equal(user.primaryEmailAddress.emailAddress, first);
    for (const address of user.emailAddresses) {
      assert.match(address.id, /^idn_[0-9A-Za-z]{27}$/);
      assert.equal(address.verification.status, 'verified');
    }
    assert.equal(user.primaryPhoneNumber.phoneNumber, '+12015550101');
    assert.equal(user.username, 'full_profile');
    assert.equal(user.fullName, 'Ada Ångström');
    assert.equal(user.passwordEnabled, true);
    assert.equal(user.banned, false);
    assert.equal(user.locked, false);
    assert.equal(user.lastSignInAt, null);
    assert.deepEqual(user.publicMetadata, { plan: 'pro', camelCase: { keepMe: 1 } });
    assert.deepEqual(user.privateMetadata, { note: 'ünï' });
    assert.deepEqual(user.unsafeMetadata, { theme: 'dark' });
    assert.ok(user.createdAt >= before - 1000 && user.createdAt <= Date.now() + 1000, 'milliseconds');
    assert.equal(user.raw.object, 'user');
    assert.deepEqual((await clerk.users.getUser(user.id)).raw, user.raw);
  });

  test('by username alone, and without a password when told so', async () => {
    const named = await clerk.users.createUser({ username: 'only_a_name', password: PASSWORD });
    assert.equal(named.username, 'only_a_name');
    assert.deepEqual(named.emailAddresses, []);
    const open = await clerk.users.createUser({ emailAddress: [freshEmail()], skipPasswordRequirement: true });
    assert.equal(open.passwordEnabled, false);
    await rejects(clerk.users.verifyPassword({ userId: open.id, password: PASSWORD }), 400, 'no_password_set');
  });

  test('a reserved address is not verified', async () => {
    const user = await createPerson(clerk, {
      emailAddress: [freshEmail('verified'), freshEmail('reserved')],
      emailAddressIdentificationStatus: ['verified', 'reserved'],
    });
    const [verified, reserved] = user.raw.email_addresses;
    assert.equal(verified.reserved, false);
    assert.equal(reserved.reserved, true);
    assert.notEqual(reserved.verification?.status, 'verified');
  });

  for (const [passwordHasher, passwordDigest] of [['bcrypt', BCRYPT], ['argon2id', ARGON2ID]]) {
    test(`with an imported ${passwordHasher} digest`, async () => {
      const user = await createPerson(clerk, { password: undefined, passwordHasher, passwordDigest });
      assert.equal(user.passwordEnabled, true);
      // Twice: the first success replaces the imported digest by Beadle's own.
      for (let round = 0; round < 2; round += 1) {
        assert.deepEqual(await clerk.users.verifyPassword({ userId: user.id, password: PASSWORD }), {
          verified: true,
        });
        const wrong = clerk.users.verifyPassword({ userId: user.id, password: OTHER_PASSWORD });
        await rejects(wrong, 422, 'incorrect_password');
      }
    });
  }

  test('a digest without its hasher, or that is none, is refused', async () => {
    const lonely = createPerson(clerk, { password: undefined, passwordDigest: BCRYPT });
    await rejects(lonely, 422, 'form_param_missing', 'password_hasher');
    const odd = createPerson(clerk, { password: undefined, passwordHasher: 'bcrypt', passwordDigest: 'x' });
    const error = await odd.catch(caught => caught);
    assert.equal(error.status, 422);
    assert.equal(error.errors[0].meta.paramName, 'password_digest');
  });

  test('with a date of its own', async () => {
    const createdAt = new Date('2019-03-04T05:06:07.891Z');
    const user = await createPerson(clerk, { createdAt });
    assert.equal(user.createdAt, createdAt.getTime());
    assert.equal((await clerk.users.getUser(user.id)).createdAt, createdAt.getTime());
  });

  test('already banned, already locked', async () => {
    const banned = await createPerson(clerk, { banned: true });
    assert.equal(banned.banned, true);
    assert.equal((await clerk.users.getUser(banned.id)).banned, true);
    const locked = await createPerson(clerk, { locked: true });
    assert.equal(locked.locked, true);
    assert.equal(locked.banned, false);
  });

  test('an identifier that is taken is refused and nothing is written', async () => {
    const taken = await createPerson(clerk, { username: 'taken_name', externalId: 'taken-ext' });
    const email = taken.emailAddresses[0].emailAddress;
    const total = await clerk.users.getCount();
    const tries = [
      [{ emailAddress: [email] }, 'email_address'],
      [{ emailAddress: [email.toUpperCase()] }, 'email_address'],
      [{ emailAddress: [freshEmail(), email] }, 'email_address'],
      [{ username: 'taken_name' }, 'username'],
      [{ username: 'TAKEN_NAME' }, 'username'],
      [{ externalId: 'taken-ext' }, 'external_id'],
    ];
    for (const [clash, param] of tries) {
      await rejects(createPerson(clerk, clash), 422, 'form_identifier_exists', param);
    }
    assert.equal(await clerk.users.getCount(), total);
  });

  test('weak, leaked and badly formed input names its parameter', async () => {
    const tries = [
      [{ password: 'short' }, 'form_password_length_too_short', 'password'],
      [{ password: 'password123' }, 'form_password_pwned', 'password'],
      [{ emailAddress: ['not-an-address'] }, 'form_param_format_invalid', 'email_address'],
      [{ phoneNumber: ['12'] }, 'form_param_format_invalid', 'phone_number'],
    ];
    for (const [input, code, param] of tries) {
      await rejects(createPerson(clerk, input), 422, code, param);
    }
    const unchecked = await createPerson(clerk, { password: 'password123', skipPasswordChecks: true });
    assert.equal(unchecked.passwordEnabled, true);
    await rejects(clerk.users.createUser({ firstName: 'Nobody' }), 422, 'form_data_missing');
  });
});

describe('getUser', () => {
  test('an unknown id is 404', async () => {
    const id = 'user_2aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const error = await rejects(clerk.users.getUser(id), 404, 'resource_not_found');
    assert.ok(error.errors[0].longMessage.includes(id));
    await rejects(clerk.users.getUser('not-an-id'), 404, 'resource_not_found');
  });
});

describe('updateUser', () => {
  test('sets what is given, keeps what is not, clears what is null', async () => {
    const user = await createPerson(clerk, { username: 'update_me', firstName: 'Old', lastName: 'Name' });
    const changed = await clerk.users.updateUser(user.id, { firstName: 'New', externalId: 'ext-upd' });
    assert.equal(changed.firstName, 'New');
    assert.equal(changed.lastName, 'Name');
    assert.equal(changed.externalId, 'ext-upd');
    assert.equal(changed.username, 'update_me');
    assert.ok(changed.updatedAt >= user.updatedAt);
    const cleared = await clerk.users.updateUser(user.id, { lastName: null, username: null });
    assert.equal(cleared.lastName, null);
    assert.equal(cleared.username, null);
    assert.equal(cleared.firstName, 'New');
    const freed = await createPerson(clerk, { username: 'update_me' });
    assert.equal(freed.username, 'update_me');
  });

  test('chooses another primary address, of its own only', async () => {
    const user = await createPerson(clerk, { emailAddress: [freshEmail('one'), freshEmail('two')] });
    const other = await createPerson(clerk);
    const second = user.emailAddresses[1].id;
    const changed = await clerk.users.updateUser(user.id, { primaryEmailAddressID: second });
    assert.equal(changed.primaryEmailAddressId, second);
    const theft = clerk.users.updateUser(user.id, { primaryEmailAddressID: other.primaryEmailAddressId });
    const error = await theft.catch(caught => caught);
    assert.ok([404, 422].includes(error.status), String(error.status));
    assert.equal((await clerk.users.getUser(user.id)).primaryEmailAddressId, second);
  });

  test('a new password counts, the old one no more', async () => {
    const user = await createPerson(clerk);
    await clerk.users.updateUser(user.id, { password: OTHER_PASSWORD });
    const old = clerk.users.verifyPassword({ userId: user.id, password: PASSWORD });
    await rejects(old, 422, 'incorrect_password');
    assert.ok((await clerk.users.verifyPassword({ userId: user.id, password: OTHER_PASSWORD })).verified);
  });

  test('a new password can sign out the sessions', async () => {
    const user = await createPerson(clerk);
    const session = await clerk.sessions.createSession({ userId: user.id });
    await clerk.users.updateUser(user.id, { password: OTHER_PASSWORD });
    assert.equal((await clerk.sessions.getSession(session.id)).status, 'active');
    await clerk.users.updateUser(user.id, { password: PASSWORD, signOutOfOtherSessions: true });
    assert.notEqual((await clerk.sessions.getSession(session.id)).status, 'active');
  });

  test('metadata given here replaces it whole, as the SDK does it', async () => {
    const user = await createPerson(clerk, { publicMetadata: { a: 1, b: 2 }, privateMetadata: { p: 1 } });
    const changed = await clerk.users.updateUser(user.id, { firstName: 'Meta', publicMetadata: { c: 3 } });
    assert.equal(changed.firstName, 'Meta');
    assert.deepEqual(changed.publicMetadata, { c: 3 });
    assert.deepEqual(changed.privateMetadata, { p: 1 });
  });

  test('unknown users and clashing names are refused', async () => {
    const unknown = clerk.users.updateUser('user_2aaaaaaaaaaaaaaaaaaaaaaaaaa', { firstName: 'X' });
    await rejects(unknown, 404, 'resource_not_found');
    const one = await createPerson(clerk, { username: 'clash_one' });
    const two = await createPerson(clerk, { username: 'clash_two' });
    const clash = clerk.users.updateUser(two.id, { username: one.username, firstName: 'Half' });
    await rejects(clash, 422, 'form_identifier_exists', 'username');
    const untouched = await clerk.users.getUser(two.id);
    assert.equal(untouched.username, 'clash_two');
    assert.equal(untouched.firstName, null);
  });
});

describe('metadata', () => {
  test('updateUserMetadata merges deeply and null removes a key', async () => {
    const user = await createPerson(clerk, {
      publicMetadata: { keep: true, nested: { one: 1, two: { deep: 'yes' } }, list: [1, 2] },
      privateMetadata: { secret: 'x' },
    });
    const merged = await clerk.users.updateUserMetadata(user.id, {
      publicMetadata: { nested: { one: null, two: { more: 'also' } }, list: [3], fresh: 0 },
    });
    assert.deepEqual(merged.publicMetadata, {
      keep: true,
      nested: { two: { deep: 'yes', more: 'also' } },
      list: [3],
      fresh: 0,
    });
    assert.deepEqual(merged.privateMetadata, { secret: 'x' });
    assert.deepEqual((await clerk.users.getUser(user.id)).publicMetadata, merged.publicMetadata);
  });

  test('replaceUserMetadata drops what is not sent, field by field', async () => {
    const user = await createPerson(clerk, {
      publicMetadata: { a: { b: 1 } },
      unsafeMetadata: { u: 1 },
    });
    const replaced = await clerk.users.replaceUserMetadata(user.id, { publicMetadata: { a: { c: 2 } } });
    assert.deepEqual(replaced.publicMetadata, { a: { c: 2 } });
    assert.deepEqual(replaced.unsafeMetadata, { u: 1 });
    const emptied = await clerk.users.replaceUserMetadata(user.id, { unsafeMetadata: {} });
    assert.deepEqual(emptied.unsafeMetadata, {});
  });

  test('too much of it is refused and the old value stays', async () => {
    const user = await createPerson(clerk, { publicMetadata: { small: 1 } });
    const big = clerk.users.updateUserMetadata(user.id, { publicMetadata: { big: 'x'.repeat(64 * 1024) } });
    const error = await big.catch(caught => caught);
    assert.equal(error.status, 422);
    assert.equal(error.errors[0].meta.paramName, 'public_metadata');
    assert.deepEqual((await clerk.users.getUser(user.id)).publicMetadata, { small: 1 });
  });
});

describe('verifyPassword', () => {
  test('right, wrong, missing', async () => {
    const user = await createPerson(clerk);
    assert.deepEqual(await clerk.users.verifyPassword({ userId: user.id, password: PASSWORD }), { verified: true });
    const wrong = clerk.users.verifyPassword({ userId: user.id, password: OTHER_PASSWORD });
    await rejects(wrong, 422, 'incorrect_password');
    const missing = await raw(server, 'POST', `/v1/users/${user.id}/verify_password`, { json: {} });
    assert.equal(missing.status, 422);
    assert.equal(missing.body.errors[0].meta.param_name, 'password');
  });
});

describe('deleteUser', () => {
  test('is final, frees the identifiers and kills the sessions', async () => {
    const email = freshEmail('gone');
    const user = await createPerson(clerk, { emailAddress: [email], externalId: 'ext-gone' });
    const session = await clerk.sessions.createSession({ userId: user.id });
    const deleted = await clerk.users.deleteUser(user.id);
    assert.equal(deleted.id, user.id);
    assert.equal(deleted.deleted, true);
    await rejects(clerk.users.getUser(user.id), 404, 'resource_not_found');
    await rejects(clerk.users.deleteUser(user.id), 404, 'resource_not_found');
    await assert.rejects(clerk.sessions.getToken(session.id));
    assert.equal((await clerk.sessions.getSessionList({ userId: user.id, status: 'active' })).totalCount, 0);
    const again = await createPerson(clerk, { emailAddress: [email], externalId: 'ext-gone' });
    assert.notEqual(again.id, user.id);
  });
});
