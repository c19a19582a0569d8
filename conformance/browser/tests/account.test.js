// Beadle's own account pages: with and without scripts, in light and dark, and what axe says about them.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { assertAccessible } from '../harness/axe.js';
import { journey } from '../harness/chromium.js';
import { PASSWORD, createPerson, freshEmail } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

let stage;
before(async () => (stage = await startStage()));
after(() => stage.stop());

async function visitorAt(path, options) {
  const visitor = await stage.visitor(options);
  visitor.page = await visitor.context.newPage();
  await visitor.page.goto(stage.beadle.url + path);
  return visitor;
}

async function signIn(visitor, email) {
  await visitor.fill('identifier', email);
  await visitor.press();
  await visitor.fill('password', PASSWORD);
  await visitor.press('Sign in');
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    journey('sign-up, profile, sign-out, sign-in, ban', async () => {
      const email = freshEmail();
      const visitor = await visitorAt('/account/sign-up', { javaScriptEnabled });
      await visitor.fill('email_address', email);
      await visitor.fill('password', PASSWORD);
      await visitor.press();
      await visitor.fill('code', '424242');
      await visitor.press('Create account');
      await visitor.sees(email);
      assert.equal(new URL(visitor.page.url()).pathname, '/account');
      await visitor.fill('first_name', 'Ada');
      await visitor.press('Save');
      const { data } = await stage.clerk.users.getUserList({ emailAddress: [email] });
      assert.deepEqual([data.length, data[0].firstName], [1, 'Ada']);

      await visitor.page.goto(`${stage.beadle.url}/account`);
      await visitor.press('Sign out');
      await visitor.page.goto(`${stage.beadle.url}/account/sign-in`);
      await signIn(visitor, email);
      await visitor.sees(email);
      await stage.clerk.users.banUser(data[0].id);
      await visitor.page.reload();
      assert.notEqual(new URL(visitor.page.url()).pathname, '/account');
      await visitor.page.goto(`${stage.beadle.url}/account/sign-in`);
      await signIn(visitor, email);
      await visitor.sees('This account is banned');
      await visitor.shot(`banned-${javaScriptEnabled ? 'with' : 'without'}-scripts`);
    });
  });
}

for (const colorScheme of ['light', 'dark']) {
  journey(`axe finds no barrier in ${colorScheme}`, async () => {
    const { email } = await createPerson(stage);
    const visitor = await visitorAt('/account/sign-up', { colorScheme });
    const look = async name => {
      await assertAccessible(visitor.page);
      await visitor.shot(`${name}-${colorScheme}`);
    };
    await look('sign-up');
    await visitor.fill('email_address', email);
    await visitor.fill('password', 'short');
    await visitor.press();
    await look('sign-up-refused');
    await visitor.page.goto(`${stage.beadle.url}/account/sign-in`);
    await look('sign-in');
    await visitor.fill('identifier', email);
    await visitor.press();
    await look('password');
    await visitor.fill('password', PASSWORD);
    await visitor.press('Sign in');
    await visitor.sees(email);
    await look('profile');
  });
}
