// Every way in: by password, by code, with a new password, with a ticket; and what a form says when it is refused.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { journey } from '../harness/chromium.js';
import { CODE, OTHER_PASSWORD, PASSWORD, createPerson, freshEmail } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

let stage;
before(async () => (stage = await startStage()));
after(() => stage.stop());

describe('SignIn', () => {
  journey('names what is wrong under its field', async () => {
    const { email } = await createPerson(stage);
    const visitor = await stage.visitor();
    await visitor.identify(freshEmail());
    await visitor.sees('There is no account with this identifier');
    await visitor.shot('unknown');
    await visitor.tryPassword(email, 'not the password');
    await visitor.sees('The password is wrong');
    await visitor.shot('wrong-password');
    assert.equal(await visitor.userId(), null);
  });

  journey('takes a code by e-mail instead of the password', async () => {
    const { email, id } = await createPerson(stage);
    const visitor = await stage.visitor();
    await visitor.identify(email);
    await visitor.press('Use another method');
    await visitor.page.getByRole('button', { name: /^Email code to/ }).click();
    await visitor.code('135790');
    await visitor.sees('The code is wrong');
    await visitor.code(CODE);
    assert.equal(await visitor.arrives(), id);
  });

  journey('lets somebody without a password in by code', async () => {
    const { email, id } = await createPerson(stage, { password: undefined, skipPasswordRequirement: true });
    const visitor = await stage.visitor();
    await visitor.identify(email);
    await visitor.code();
    assert.equal(await visitor.arrives(), id);
  });

  journey('sets a new password, which ends the other sessions', async () => {
    const { email, id } = await createPerson(stage);
    const [visitor, other] = [await stage.visitor(), await stage.visitor()];
    await other.signIn(email);
    await visitor.identify(email);
    await visitor.press('Forgot password?');
    await visitor.press('Reset your password');
    await visitor.code();
    await visitor.fill('password', OTHER_PASSWORD);
    await visitor.shot('new-password');
    await visitor.submit('confirmPassword', OTHER_PASSWORD);
    assert.equal(await visitor.arrives(), id);
    await other.reload();
    await other.isSignedOut();
    await other.tryPassword(email, PASSWORD);
    await other.sees('The password is wrong');
    assert.equal(await other.signIn(email, { password: OTHER_PASSWORD }), id);
  });

  journey('takes the ticket that the address of the page brings, once', async () => {
    const { id } = await createPerson(stage);
    const { token } = await stage.clerk.signInTokens.createSignInToken({ userId: id, expiresInSeconds: 600 });
    const visitor = await stage.visitor();
    await visitor.open(`/sign-in?__clerk_ticket=${token}`);
    assert.equal(await visitor.arrives(), id);
    const thief = await stage.visitor();
    await thief.open(`/sign-in?__clerk_ticket=${token}`);
    await thief.page.locator('input[name="identifier"]').waitFor();
    assert.equal(await thief.userId(), null);
  });
});

describe('SignUp', () => {
  journey('refuses an address that is taken and a code that is wrong', async () => {
    const { email } = await createPerson(stage);
    const visitor = await stage.visitor();
    await visitor.open('/sign-up');
    await visitor.fill('emailAddress', email);
    await visitor.submit('password', PASSWORD);
    await visitor.sees('This email address belongs to another account');
    const fresh = freshEmail();
    await visitor.fill('emailAddress', fresh);
    await visitor.press();
    await visitor.code('135790');
    await visitor.sees('The code is wrong');
    await visitor.code();
    const user = await stage.clerk.users.getUser(await visitor.arrives());
    assert.equal(user.emailAddresses[0].emailAddress, fresh);
  });
});
