// Social sign-in with a real OpenID provider: out of the page, and back into it.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { CLIENT_ID, CLIENT_SECRET, startProvider } from '../../js/harness/oidc-provider.js';
import { freePort } from '../../js/harness/ports.js';
import { journey } from '../harness/chromium.js';
import { freshEmail } from '../harness/people.js';
import { DEFAULT_SETUP } from '../harness/setups.js';
import { startStage } from '../harness/stage.js';

/** The button shows the provider's first letter where it has no logo. */
const atAcme = visitor => visitor.page.getByRole('button', { name: /Continue with Acme$/ }).click();

// In the second, the browser that comes back from the provider shows nothing that would say who it is.
for (const setup of [DEFAULT_SETUP, 'pk_test, dev browser']) {
  describe(setup, () => {
    const slug = setup.replace(/\W+/g, '-');
    let provider;
    let stage;
    before(async () => {
      provider = await startProvider(await freePort());
      const config = `
        [oauth.acme]
        type = "oidc"
        issuer = "${provider.issuer}"
        client_id = "${CLIENT_ID}"
        client_secret = "${CLIENT_SECRET}"
        allow_private_addresses = true
        name = "Acme"
      `;
      stage = await startStage({ setup, config });
    });
    after(async () => {
      await stage.stop();
      await provider.stop();
    });

    journey('signs up with an account at a provider, then in; a ban holds there too', async () => {
      const email = freshEmail('grace');
      provider.account({ sub: 'grace', email, email_verified: true, given_name: 'Grace', family_name: 'Hopper' });
      const visitor = await stage.visitor();
      await visitor.open('/sign-up');
      await visitor.shot(`social-sign-up-${slug}`);
      await atAcme(visitor);
      const id = await visitor.arrives();
      const user = await stage.clerk.users.getUser(id);
      assert.deepEqual([user.firstName, user.emailAddresses[0].emailAddress], ['Grace', email]);
      await visitor.signOut();

      const elsewhere = await stage.visitor();
      await elsewhere.open('/sign-in');
      await atAcme(elsewhere);
      assert.equal(await elsewhere.arrives(), id);

      await stage.clerk.users.banUser(id);
      assert.equal(await elsewhere.token(), null);
      await elsewhere.isSignedOut();
      await elsewhere.open('/sign-in');
      await atAcme(elsewhere);
      await elsewhere.sees('This account has been banned');
      await elsewhere.shot(`social-banned-${slug}`);
      assert.equal(await elsewhere.userId(), null);
    });
  });
}
