// Social sign-in with a real OpenID provider, followed redirect by redirect.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { freshEmail, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { CLIENT_ID, CLIENT_SECRET, startProvider } from '../harness/oidc-provider.js';
import { freePort } from '../harness/ports.js';
import { startServer } from '../harness/server.js';

const STRATEGY = 'oauth_custom_local';
let server;
let provider;
let clerk;
let count = 0;
let email;

before(async () => {
  const port = await freePort();
  provider = await startProvider(port);
  const config = `
      [oauth.local]
      type = "oidc"
      issuer = "${provider.issuer}"
      client_id = "${CLIENT_ID}"
      scopes = ["openid", "email", "profile"]
      allow_private_addresses = true
      name = "Local"
    `;
  server = await startServer({ BEADLE_OAUTH_LOCAL_CLIENT_SECRET: CLIENT_SECRET }, config);
  clerk = sdk(server);
});
after(async () => {
  await server.stop();
  await provider.stop();
});

beforeEach(() => {
  email = freshEmail('oauth');
  provider.account({ sub: `account-${++count}`, email, email_verified: true, given_name: 'Grace', family_name: 'Hopper' });
});

const pages = () => ({ back: `${server.url}/sso-callback`, done: `${server.url}/home` });

async function setOut(browser, what) {
  const { back, done } = pages();
  const form = { strategy: STRATEGY, redirect_url: back, action_complete_redirect_url: done };
  const { status, body } = await browser.request('POST', `/client/${what}`, form);
  assert.equal(status, 200, JSON.stringify(body));
  const { first_factor_verification: first, verifications } = body.response;
  return (first ?? verifications.external_account).external_verification_redirect_url;
}

/** Follows the provider's redirects with its cookies, until they lead back to the server. */
async function atProvider(address) {
  const jar = new Map();
  for (let hops = 0; hops < 10; hops += 1) {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    await answer.arrayBuffer();
    assert.ok(answer.headers.get('location'), `${answer.status} of ${address}`);
    address = new URL(answer.headers.get('location'), address);
    if (address.pathname.endsWith('/oauth_callback')) return address;
  }
  throw new Error('the provider sends browsers in circles');
}

/** Brings the provider's answer to the server; where that leads. */
async function comeBack(browser, address) {
  const answer = await browser.request('GET', `/oauth_callback${address.search}`);
  assert.equal(answer.status, 303, JSON.stringify(answer.body));
  return answer.headers.get('location');
}

async function travel(browser, what) {
  return comeBack(browser, await atProvider(await setOut(browser, what)));
}

describe('a real OpenID provider', () => {
  test('signs up, and in again', async () => {
    const browser = new Browser(server);
    assert.equal(await travel(browser, 'sign_ups'), pages().done);
    const { sessions } = await browser.client();
    const { id } = sessions[0].user;
    const user = await clerk.users.getUser(id);
    assert.equal(user.firstName, 'Grace');
    assert.equal(user.primaryEmailAddress.emailAddress, email);
    assert.equal(user.primaryEmailAddress.verification.status, 'verified');
    assert.equal(user.externalAccounts[0].provider, STRATEGY);
    assert.equal(user.externalAccounts[0].emailAddress, email);

    const other = new Browser(server);
    assert.equal(await travel(other, 'sign_ins'), pages().done);
    const client = await other.client();
    assert.equal(client.sessions[0].user.id, id);
    const token = await other.request('POST', `/client/sessions/${client.sessions[0].id}/tokens`);
    assert.ok(token.body.jwt);
  });

  test('moves from a sign-in to a sign-up, and from a sign-up to a sign-in', async () => {
    const browser = new Browser(server);
    assert.equal(await travel(browser, 'sign_ins'), pages().back);
    const { sign_in: signIn } = await browser.client();
    assert.equal(signIn.first_factor_verification.status, 'transferable');
    const up = await browser.request('POST', '/client/sign_ups', { transfer: 'true' });
    assert.equal(up.body.response.status, 'complete');

    const other = new Browser(server);
    assert.equal(await travel(other, 'sign_ups'), pages().back);
    const back = await other.request('POST', '/client/sign_ins', { transfer: 'true' });
    assert.equal(back.body.response.status, 'complete');
    assert.equal(back.body.client.sessions[0].user.id, up.body.client.sessions[0].user.id);
  });

  test('links a user by an address that both have proven, and by no other', async () => {
    const { id } = await clerk.users.createUser({ emailAddress: [email] });
    provider.account({ sub: 'mallory', email, email_verified: false });
    const mallory = new Browser(server);
    assert.equal(await travel(mallory, 'sign_ins'), pages().back);
    assert.deepEqual((await mallory.client()).sessions, []);
    provider.account({ sub: `account-${count}`, email, email_verified: true });
    const browser = new Browser(server);
    assert.equal(await travel(browser, 'sign_ins'), pages().done);
    assert.equal((await browser.client()).sessions[0].user.id, id);
  });

  test('tells of a refusal, and of a ban', async () => {
    provider.account({ sub: 'shy', refuse: true });
    const shy = new Browser(server);
    assert.match(await travel(shy, 'sign_ins'), /__clerk_error_code=oauth_access_denied$/);

    provider.account({ sub: `account-${count}`, email, email_verified: true });
    const browser = new Browser(server);
    await travel(browser, 'sign_ups');
    const { id } = (await browser.client()).sessions[0].user;
    const waiting = new Browser(server);
    const address = await atProvider(await setOut(waiting, 'sign_ins'));
    await clerk.users.banUser(id);
    assert.match(await comeBack(waiting, address), /__clerk_error_code=user_banned$/);
    const { sessions, sign_in: signIn } = await waiting.client();
    assert.deepEqual(sessions, []);
    assert.equal(signIn.first_factor_verification.error.code, 'user_banned');
    await clerk.users.unbanUser(id);
    assert.equal(await travel(waiting, 'sign_ins'), pages().done);
  });

  test('takes an answer once, from its own browser', async () => {
    const browser = new Browser(server);
    const address = await atProvider(await setOut(browser, 'sign_ups'));
    const thief = new Browser(server);
    await setOut(thief, 'sign_ins');
    const stolen = await thief.request('GET', `/oauth_callback${address.search}`);
    assert.equal(stolen.status, 400);
    assert.equal(stolen.body.errors[0].code, 'oauth_callback_invalid');
    assert.equal(await comeBack(browser, address), pages().done);
    const again = await browser.request('GET', `/oauth_callback${address.search}`);
    assert.equal(again.body.errors[0].code, 'oauth_callback_invalid');
  });

  test('is connected by a user who is signed in', async () => {
    const browser = new Browser(server);
    await browser.signUp(freshEmail('connect'));
    const form = { strategy: STRATEGY, redirect_url: pages().back };
    const begun = await browser.request('POST', '/me/external_accounts', form);
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    const address = begun.body.response.verification.external_verification_redirect_url;
    assert.equal(await comeBack(browser, await atProvider(address)), pages().back);
    const [account] = (await browser.client()).sessions[0].user.external_accounts;
    assert.equal(account.verification.status, 'verified');
    assert.equal(account.email_address, email);
    const gone = await browser.request('DELETE', `/me/external_accounts/${account.id}`);
    assert.equal(gone.body.response.deleted, true);
  });
});
