// The journey of issue 4 on a plain page, in every way to set Beadle up: sign-up, reload, another tab, sign-out, sign-in,
// a ban while the page is open, and the way back in.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { journey } from '../harness/chromium.js';
import { freshEmail } from '../harness/people.js';
import { SETUPS } from '../harness/setups.js';
import { startStage } from '../harness/stage.js';

for (const setup of Object.keys(SETUPS)) {
  describe(setup, () => {
    let stage;
    before(async () => (stage = await startStage({ setup })));
    after(() => stage.stop());

    journey('sign-up with password and code, reload, two tabs, sign-out, sign-in, ban, unban', async () => {
      const email = freshEmail();
      const visitor = await stage.visitor();
      const shot = step => visitor.shot(`${setup.replace(/\W+/g, '-')}-${step}`);
      const id = await visitor.signUp(email);
      await shot('signed-up');
      assert.equal((await stage.clerk.users.getUser(id)).emailAddresses[0].verification.status, 'verified');

      await visitor.reload();
      assert.equal(await visitor.userId(), id);
      const tab = await visitor.tab('/');
      assert.equal(await tab.userId(), id);
      await visitor.signOut();
      await tab.isSignedOut();

      assert.equal(await visitor.signIn(email), id);
      assert.match(await visitor.token(), /^ey/);
      await stage.clerk.users.banUser(id);
      await visitor.token();
      await visitor.isSignedOut();
      await visitor.tryPassword(email);
      await visitor.sees('This account has been banned');
      await shot('banned');
      assert.equal(await visitor.userId(), null);

      await stage.clerk.users.unbanUser(id);
      assert.equal(await visitor.signIn(email), id);
    });
  });
}
