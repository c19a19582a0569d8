// UserProfile: what people change about their account themselves.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { journey } from '../harness/chromium.js';
import { OTHER_PASSWORD, PASSWORD, createPerson, freshEmail } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

/** A red square. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mO4oOBAEmIY1TCqYfhqAAAuXjAQh7nDggAAAABJRU5ErkJggg==',
  'base64',
);

let stage;
before(async () => (stage = await startStage()));
after(() => stage.stop());

/** Somebody who looks at their own profile. */
async function atProfile(more = {}) {
  const person = await createPerson(stage, { firstName: 'Ada', lastName: 'Lovelace', ...more });
  const visitor = await stage.visitor();
  await visitor.signIn(person.email);
  await visitor.open('/user');
  await visitor.sees('Profile details');
  return { ...person, visitor };
}

describe('UserProfile', () => {
  journey('changes the name', async () => {
    const { visitor, id } = await atProfile();
    await visitor.press('Update profile');
    await visitor.fill('firstName', 'Augusta');
    await visitor.press('Save');
    await visitor.sees('Augusta Lovelace');
    assert.equal((await stage.clerk.users.getUser(id)).firstName, 'Augusta');
  });

  journey('sets a picture, which pages can show', async () => {
    const { visitor, id } = await atProfile();
    await visitor.press('Update profile');
    const [chooser] = await Promise.all([visitor.page.waitForEvent('filechooser'), visitor.press('Upload')]);
    const upload = () => chooser.setFiles({ name: 'red.png', mimeType: 'image/png', buffer: PICTURE });
    assert.equal(await visitor.answerTo('/me/profile_image', upload), 200);
    assert.equal((await stage.clerk.users.getUser(id)).hasImage, true);
    await visitor.reload();
    const width = await visitor.page.evaluate(async () => {
      const image = new Image();
      image.crossOrigin = 'anonymous';
      image.src = window.Clerk.user.imageUrl;
      await image.decode();
      return image.naturalWidth;
    });
    assert.ok(width > 0);
    await visitor.shot('picture');
  });

  journey('adds an e-mail address and verifies it', async () => {
    const { visitor, id } = await atProfile();
    const second = freshEmail('second');
    await visitor.press('Add email address');
    await visitor.fill('emailAddress', second);
    await visitor.press('Add');
    assert.equal(await visitor.answerTo('/attempt_verification', () => visitor.code()), 200);
    await visitor.sees(second);
    const { emailAddresses } = await stage.clerk.users.getUser(id);
    const added = emailAddresses.find(({ emailAddress }) => emailAddress === second);
    assert.equal(added?.verification.status, 'verified');
    const elsewhere = await stage.visitor();
    assert.equal(await elsewhere.signIn(second), id);
  });

  journey('changes the password, which ends the other sessions', async () => {
    const { visitor, email, id } = await atProfile();
    const other = await stage.visitor();
    await other.signIn(email);
    await visitor.press('Security');
    await visitor.press('Update password');
    await visitor.fill('currentPassword', 'not the password');
    await visitor.fill('newPassword', OTHER_PASSWORD);
    await visitor.submit('confirmPassword', OTHER_PASSWORD);
    await visitor.sees('The password is wrong');
    const change = () => visitor.submit('currentPassword', PASSWORD);
    assert.equal(await visitor.answerTo('/me/change_password', change), 200);
    assert.equal(await visitor.userId(), id);
    await other.reload();
    await other.isSignedOut();
    assert.equal(await other.signIn(email, { password: OTHER_PASSWORD }), id);
  });

  journey('signs another device out', async () => {
    const { visitor, email } = await atProfile();
    const other = await stage.visitor();
    await other.signIn(email);
    await visitor.press('Security');
    await visitor.sees('This device');
    await visitor.shot('devices');
    const device = visitor.page.locator('.cl-activeDeviceListItem', { hasNotText: 'This device' });
    await device.getByRole('button').click();
    const revoke = visitor.page.getByRole('menuitem', { name: 'Sign out of device' });
    assert.equal(await visitor.answerTo(/\/me\/sessions\/[^/]+\/revoke/, () => revoke.click()), 200);
    await other.reload();
    await other.isSignedOut();
    // The component draws its list anew only when it is opened anew.
    await visitor.reload();
    await visitor.sees('This device');
    assert.equal(await device.count(), 0);
  });

  journey('deletes the account', async () => {
    const { visitor, id } = await atProfile();
    await visitor.press('Security');
    await visitor.press('Delete account');
    await visitor.fill('deleteConfirmation', 'Delete account');
    await visitor.page.locator('.cl-formButtonPrimary', { hasText: 'Delete account' }).click();
    await visitor.isSignedOut();
    await assert.rejects(stage.clerk.users.getUser(id), { status: 404 });
  });

  journey('signs a banned user out at the next thing they do', async () => {
    const { visitor, id } = await atProfile();
    await visitor.press('Update profile');
    await visitor.fill('firstName', 'Mallory');
    await stage.clerk.users.banUser(id);
    await visitor.press('Save');
    await visitor.isSignedOut();
    assert.equal((await stage.clerk.users.getUser(id)).firstName, 'Ada');
  });
});
