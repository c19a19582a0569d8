// Links in mails: followed in a second tab, and in another browser than the one that asked.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { journey } from '../harness/chromium.js';
import { PASSWORD, createPerson, freshEmail } from '../harness/people.js';
import { newestTo } from '../harness/outbox.js';
import { startStage } from '../harness/stage.js';

// Mails can be read under test keys.
const SETUP = { setup: 'pk_test, proxied', config: '[instance.factors]\nemail_link = true' };

let stage;
before(async () => (stage = await startStage(SETUP)));
after(() => stage.stop());

/** Opens the link of the newest mail to this address in a new tab of the visitor's browser. */
async function follow(visitor, email) {
  const { link } = await newestTo(stage, email);
  const tab = await visitor.newTab();
  await tab.page.goto(link);
  return tab;
}

/** Does what makes the page ask for a link, and waits until that was sent. */
async function askForLink(visitor, action) {
  assert.equal(await visitor.answerTo(/\/prepare_(verification|first_factor)/, action), 200);
}

/** A sign-in that waits for its link. */
async function waitForLink(visitor, email) {
  await visitor.identify(email);
  await visitor.press('Use another method');
  await askForLink(visitor, () => visitor.page.getByRole('button', { name: /^Email link to/ }).click());
}

describe('SignUp', () => {
  /** Somebody who waits for the link to their new account's address. */
  async function signingUp() {
    const email = freshEmail();
    const visitor = await stage.visitor();
    await visitor.open('/sign-up');
    await visitor.fill('emailAddress', email);
    await askForLink(visitor, () => visitor.submit('password', PASSWORD));
    return { visitor, email };
  }

  journey('is completed in the tab that the link opens', async () => {
    const { visitor, email } = await signingUp();
    await visitor.shot('sign-up');
    const tab = await follow(visitor, email);
    const id = await tab.arrives();
    const { emailAddresses } = await stage.clerk.users.getUser(id);
    assert.deepEqual([emailAddresses[0].verification.status, emailAddresses[0].verification.strategy], ['verified', 'email_link']);
    await visitor.sees('Successfully verified email');
    await visitor.shot('sign-up-first-tab');

    await stage.clerk.users.banUser(id);
    assert.equal(await tab.token(), null);
    await tab.isSignedOut();
    // The same link opens nothing more.
    const again = await follow(visitor, email);
    await again.sees('Return to original tab');
    assert.equal(await again.userId(), null);
  });

  journey('is completed where it was begun if the link is opened in another browser', async () => {
    const { visitor, email } = await signingUp();
    const tab = await follow(await stage.visitor(), email);
    const { emailAddresses } = await stage.clerk.users.getUser(await visitor.arrives());
    assert.equal(emailAddresses[0].emailAddress, email);
    assert.equal(await tab.userId(), null);
  });
});

describe('SignIn', () => {
  journey('goes on in the tab that the link opens', async () => {
    const { email, id } = await createPerson(stage);
    const visitor = await stage.visitor();
    await waitForLink(visitor, email);
    const tab = await follow(visitor, email);
    assert.equal(await tab.arrives(), id);
    await visitor.sees('Signed in on other tab');
    await visitor.shot('sign-in-first-tab');
  });

  journey('goes on in the browser that asked, wherever the link is opened', async () => {
    const { email, id } = await createPerson(stage);
    const [asking, reading] = [await stage.visitor(), await stage.visitor()];
    await waitForLink(asking, email);
    await asking.shot('sign-in');
    const tab = await follow(reading, email);
    assert.equal(await asking.arrives(), id);
    await tab.sees('Successfully signed in');
    await tab.shot('sign-in-elsewhere');
    assert.equal(await tab.userId(), null);
  });

  journey('is refused to a banned user once the link was followed', async () => {
    const { email, id } = await createPerson(stage);
    const visitor = await stage.visitor();
    await waitForLink(visitor, email);
    await stage.clerk.users.banUser(id);
    const tab = await follow(visitor, email);
    await visitor.sees('This account has been banned');
    await visitor.shot('banned');
    await tab.sees('This verification link is invalid');
    await tab.shot('banned-link');
    assert.deepEqual([await visitor.userId(), await tab.userId()], [null, null]);
  });
});

describe('UserProfile', () => {
  /** Somebody who waits for a link to a second address. */
  async function addingAddress() {
    const person = await createPerson(stage);
    const second = freshEmail('second');
    const visitor = await stage.visitor();
    await visitor.signIn(person.email);
    await visitor.open('/user');
    await visitor.press('Add email address');
    await visitor.fill('emailAddress', second);
    await askForLink(visitor, () => visitor.press('Add'));
    return { ...person, visitor, second };
  }

  const proofOf = async (id, address) => {
    const { emailAddresses } = await stage.clerk.users.getUser(id);
    const { verification } = emailAddresses.find(({ emailAddress }) => emailAddress === address);
    return [verification.status, verification.strategy];
  };

  journey('shows the address as verified once the link was followed, here or in another browser', async () => {
    const { visitor, second, id } = await addingAddress();
    await visitor.shot('profile');
    const tab = await follow(visitor, second);
    await tab.sees('Successfully verified email');
    await tab.shot('profile-verified');
    await visitor.page.getByText('Unverified').waitFor({ state: 'detached' });
    assert.deepEqual(await proofOf(id, second), ['verified', 'email_link']);

    const third = freshEmail('third');
    const proven = visitor.page.evaluate(async ([email, redirectUrl]) => {
      const address = await window.Clerk.user.createEmailAddress({ email });
      const { startEmailLinkFlow } = address.createEmailLinkFlow();
      return (await startEmailLinkFlow({ redirectUrl })).verification.status;
    }, [third, `${stage.setup.app}/sign-in`]);
    await visitor.page.waitForResponse(answer => answer.url().includes('/prepare_verification'));
    const elsewhere = await follow(await stage.visitor(), third);
    assert.equal(await proven, 'verified');
    assert.equal(new URL(elsewhere.page.url()).searchParams.get('__clerk_status'), 'verified');
  });

  journey('verifies nothing for a user who was banned meanwhile', async () => {
    const { visitor, second, id } = await addingAddress();
    await stage.clerk.users.banUser(id);
    await follow(await stage.visitor(), second);
    await visitor.isSignedOut();
    assert.deepEqual(await proofOf(id, second), ['unverified', 'email_link']);
  });
});
