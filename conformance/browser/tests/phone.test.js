// Codes by SMS: to sign up, to sign in, to prove another number, and as a second factor.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { journey } from '../harness/chromium.js';
import { CODE, PASSWORD, createPerson, freshNumber } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

/** A stage for a group of tests, where numbers are like this. */
function staged(numbers) {
  let stage;
  before(async () => (stage = await startStage({ config: `[instance.identifiers]\n${numbers}` })));
  after(() => stage.stop());
  return () => stage;
}

describe('SignUp', () => {
  const stage = staged('email_address = { enabled = false, required = false }\nphone_number = { enabled = true, required = true }');

  journey('with a number and a code; then in by a code, unless banned', async () => {
    const number = freshNumber();
    const visitor = await stage().visitor();
    await visitor.open('/sign-up');
    await visitor.fill('phoneNumber', number);
    await visitor.submit('password', PASSWORD);
    await visitor.code('135790');
    await visitor.sees('The code is wrong');
    await visitor.code(CODE);
    const id = await visitor.arrives();
    const { phoneNumbers } = await stage().clerk.users.getUser(id);
    assert.deepEqual([phoneNumbers[0].phoneNumber, phoneNumbers[0].verification.status], [number, 'verified']);
    await visitor.signOut();

    const askForCode = async () => {
      await visitor.open('/sign-in');
      await visitor.fill('identifier', number);
      await visitor.press();
      await visitor.press('Use another method');
      const send = () => visitor.page.getByRole('button', { name: /^Send SMS code to/ }).click();
      assert.equal(await visitor.answerTo('/prepare_first_factor', send), 200);
    };
    await askForCode();
    await visitor.code();
    assert.equal(await visitor.arrives(), id);
    await visitor.signOut();

    await askForCode();
    await stage().clerk.users.banUser(id);
    await visitor.code('135790');
    await visitor.sees('The code is wrong');
    await visitor.code(CODE);
    await visitor.sees('This account has been banned');
    await visitor.shot('banned');
    assert.equal(await visitor.userId(), null);
  });
});

describe('UserProfile', () => {
  const stage = staged('phone_number = { enabled = true, required = false, offered = true }');

  /** Somebody who waits for the code to a number that they add. */
  async function addingNumber() {
    const person = await createPerson(stage());
    const number = freshNumber();
    const visitor = await stage().visitor();
    await visitor.signIn(person.email);
    await visitor.open('/user');
    await visitor.press('Add phone number');
    await visitor.fill('phoneNumber', number);
    assert.equal(await visitor.answerTo('/prepare_verification', () => visitor.press('Add')), 200);
    return { ...person, visitor, number };
  }

  journey('adds a number, which becomes the second factor', async () => {
    const { email, id, visitor, number } = await addingNumber();
    assert.equal(await visitor.answerTo('/attempt_verification', () => visitor.code()), 200);
    const { phoneNumbers } = await stage().clerk.users.getUser(id);
    assert.deepEqual([phoneNumbers[0].phoneNumber, phoneNumbers[0].verification.status], [number, 'verified']);
    await visitor.press('Security');
    await visitor.press('Add two-step verification');
    await visitor.page.getByRole('menuitem', { name: 'SMS code' }).click();
    await visitor.shot('which-number');
    const choose = () => visitor.page.getByRole('button', { name: /^US \+1/ }).click();
    assert.equal(await visitor.answerTo(/\/me\/phone_numbers\//, choose), 200);
    await visitor.page.getByText(/^\w{4}(-\w{4})+$/).first().waitFor();

    const elsewhere = await stage().visitor();
    await elsewhere.tryPassword(email);
    await elsewhere.sees('Check your phone');
    assert.equal(await elsewhere.userId(), null);
    await elsewhere.shot('second-factor');
    await elsewhere.code();
    assert.equal(await elsewhere.arrives(), id);

    const banned = await stage().visitor();
    await banned.identify(email);
    assert.equal(await banned.answerTo('/prepare_second_factor', () => banned.submit('password', PASSWORD)), 200);
    await stage().clerk.users.banUser(id);
    await banned.code('135790');
    await banned.sees('The code is wrong');
    await banned.code();
    await banned.sees('This account has been banned');
    await banned.shot('banned-second-factor');
    assert.equal(await banned.userId(), null);
  });

  journey('adds no number for a user who was banned meanwhile', async () => {
    const { id, visitor } = await addingNumber();
    await stage().clerk.users.banUser(id);
    await visitor.code();
    await visitor.isSignedOut();
    const { phoneNumbers } = await stage().clerk.users.getUser(id);
    assert.equal(phoneNumbers[0].verification?.status ?? 'none', 'unverified');
  });
});
