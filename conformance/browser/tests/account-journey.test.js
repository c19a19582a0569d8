// The account pages where browsers reach Beadle directly: from an application and back, what people do about
// themselves, accounts at a provider. On a host of its own, and in development.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { CLIENT_ID, CLIENT_SECRET, startProvider } from '../../js/harness/oidc-provider.js';
import { freePort } from '../../js/harness/ports.js';
import { assertAccessible } from '../harness/axe.js';
import { journey } from '../harness/chromium.js';
import { CODE, PASSWORD, createPerson, freshEmail } from '../harness/people.js';
import { startStage } from '../harness/stage.js';
import { totp } from '../harness/totp.js';

for (const setup of ['pk_live, own host', 'pk_test, dev browser']) {
  describe(setup, () => {
    const slug = setup.replace(/\W+/g, '-');
    let provider;
    let stage;
    before(async () => {
      const config = async ({ api }) => {
        provider = await startProvider(await freePort(), [new URL('/__clerk/v1/oauth_callback', api).href]);
        return `
          [oauth.acme]
          type = "oidc"
          issuer = "${provider.issuer}"
          client_id = "${CLIENT_ID}"
          client_secret = "${CLIENT_SECRET}"
          allow_private_addresses = true
          name = "Acme"
        `;
      };
      stage = await startStage({ setup, config });
    });
    after(async () => {
      await stage.stop();
      await provider.stop();
    });

    const at = path => new URL(path, stage.setup.api).href;

    async function visitorAt(path, options) {
      const visitor = await stage.visitor(options);
      visitor.page = await visitor.context.newPage();
      await visitor.page.goto(at(path));
      return visitor;
    }

    /** What axe says of the page, and a picture of it. */
    async function look(visitor, name) {
      await assertAccessible(visitor.page);
      await visitor.shot(`account-${name}-${slug}`);
    }

    async function signIn(visitor, email) {
      await visitor.fill('identifier', email);
      await visitor.press();
      await visitor.fill('password', PASSWORD);
      await visitor.press('Sign in');
    }

    journey('from the application to sign in, and back', async () => {
      const { id, email } = await createPerson(stage);
      const visitor = await stage.visitor();
      await visitor.open('/sign-in');
      // Where the libraries lead when the application has no page of its own.
      const environment = await (await fetch(`${stage.beadle.url}/__clerk/v1/environment`)).json();
      const page = environment.display_config.sign_in_url;
      assert.equal(page, at('/account/sign-in'));
      const leaving = visitor.page.evaluate(url => location.assign(url), page);
      // The page may be gone before it could answer.
      await Promise.all([visitor.page.waitForURL(page), leaving.catch(() => {})]);
      await signIn(visitor, email);
      assert.equal(await visitor.arrives(), id);
      assert.equal(new URL(visitor.page.url()).search, '', 'nothing is left in the address');
      assert.match(await visitor.token(), /^ey/);
      await stage.clerk.users.banUser(id);
      await visitor.token();
      await visitor.isSignedOut();
    });

    journey('an address, two-step verification, backup codes, a ban', async () => {
      const [email, second] = [freshEmail(), freshEmail('second')];
      const visitor = await visitorAt('/account/sign-up', { colorScheme: 'dark' });
      await visitor.fill('email_address', email);
      await visitor.fill('password', PASSWORD);
      await visitor.press();
      await visitor.fill('code', CODE);
      await visitor.press('Create account');
      await visitor.fill('email_address', second);
      await visitor.press('Add email address');
      await visitor.sees('Verify your email address');
      await look(visitor, 'address');
      await visitor.fill('code', '000000');
      await visitor.press('Verify');
      await visitor.page.getByRole('alert').waitFor();
      await look(visitor, 'address-wrong-code');
      await visitor.fill('code', CODE);
      await visitor.press('Verify');
      await visitor.sees('Your email address is verified.');
      await visitor.press(`Make primary: ${second}`);
      await visitor.sees('Your primary email address was changed.');

      await visitor.press('Set up authenticator app');
      const secret = (await visitor.page.locator('.key code').textContent()).replace(/\s/g, '');
      await look(visitor, 'authenticator');
      await visitor.fill('code', totp(secret));
      await visitor.press('Turn on');
      await visitor.sees('Save your backup codes');
      const codes = await visitor.page.locator('.codes li').allTextContents();
      assert.equal(new Set(codes).size, 10);
      await look(visitor, 'backup-codes');
      await visitor.press('I have saved them');
      await look(visitor, 'complete');
      const { data } = await stage.clerk.users.getUserList({ emailAddress: [email] });
      assert.deepEqual([data[0].totpEnabled, data[0].primaryEmailAddress.emailAddress], [true, second]);

      await visitor.press('Sign out');
      await signIn(visitor, second);
      await visitor.sees('Two-step verification');
      await look(visitor, 'second-factor');
      await visitor.press('Use another way');
      await visitor.press('Use a backup code');
      await visitor.fill('code', codes[0]);
      await visitor.press();
      await visitor.sees('Your account');
      await stage.clerk.users.banUser(data[0].id);
      await visitor.page.reload();
      await visitor.page.waitForURL(url => url.pathname === '/account/sign-in');
      await signIn(visitor, second);
      await visitor.sees('This account is banned');
      await look(visitor, 'banned');
    });

    for (const javaScriptEnabled of [true, false]) {
      journey(`an account at a provider, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
        const email = freshEmail('grace');
        const sub = `grace-${javaScriptEnabled}`;
        provider.account({ sub, email, email_verified: true, given_name: 'Grace', family_name: 'Hopper' });
        const visitor = await visitorAt('/account/sign-up', { javaScriptEnabled });
        if (javaScriptEnabled) await look(visitor, 'provider');
        await visitor.press('Continue with Acme');
        await visitor.page.waitForURL(at('/account'));
        await visitor.sees('Grace Hopper');
        if (javaScriptEnabled) await look(visitor, 'connected');
        const { data } = await stage.clerk.users.getUserList({ emailAddress: [email] });
        await visitor.press('Sign out');
        await stage.clerk.users.banUser(data[0].id);
        await visitor.press('Continue with Acme');
        await visitor.sees('This account is banned');
      });
    }
  });
}
