// Pages that an application's server renders: what authenticateRequest asks of the browser, and what the handshake
// gives it, with production keys, with test keys, and with development browsers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PASSWORD, createPerson, freshEmail, raw, sdk } from '../harness/backend.js';
import { Browser } from '../harness/browser.js';
import { PUBLISHABLE_HOST, PUBLISHABLE_KEY, startServer } from '../harness/server.js';

const PAGE = 'http://127.0.0.1:3000/reports?year=2026';

/** Asks the application's server for a page as a browser does. The page stays the application's to render. */
function ask(server, browser, publishableKey, page) {
  const headers = { cookie: browser.cookieHeader(), 'sec-fetch-dest': 'document', accept: 'text/html' };
  const clerk = sdk(server, { publishableKey });
  return clerk.authenticateRequest(new Request(page, { headers }), { proxyUrl: `${server.url}/__clerk` });
}

/** Follows one redirect to the Frontend API; returns where that sends the browser. */
async function shake(browser, location) {
  const answer = await fetch(location, { redirect: 'manual', headers: { cookie: browser.cookieHeader() } });
  assert.equal(answer.status, 307, await answer.text());
  browser.keep(answer.headers);
  return answer.headers.get('location');
}

/** Visits a page until the server renders it: `{ state, page, handshakes }`. */
async function visit(server, browser, { key = PUBLISHABLE_KEY, page = PAGE, fapi = browser } = {}) {
  const handshakes = [];
  for (let hop = 0; hop < 8; hop += 1) {
    const state = await ask(server, browser, key, page);
    browser.keep(state.headers);
    const location = state.headers.get('location');
    if (!location) return { state, page, handshakes };
    if (location.startsWith(server.url)) {
      handshakes.push(new URL(location).searchParams.get('__clerk_hs_reason'));
      page = await shake(fapi, location);
    } else {
      page = location;
    }
  }
  return assert.fail(`a loop: ${handshakes}`);
}

async function signedIn(server, clerk) {
  const email = freshEmail('handshake');
  const user = await createPerson(clerk, { emailAddress: [email] });
  const browser = new Browser(server);
  const sessionId = await browser.signIn(email);
  return { browser, user, sessionId };
}

describe('with production keys', () => {
  let server;
  let clerk;
  before(async () => {
    server = await startServer();
    clerk = sdk(server);
  });
  after(() => server.stop());

  test('a stranger is signed out without a detour', async () => {
    const { state, handshakes } = await visit(server, new Browser(server));
    assert.equal(state.status, 'signed-out');
    assert.deepEqual(handshakes, []);
  });

  test('a signed-in browser gets its session token by a nonce, once', async () => {
    const { browser, user, sessionId } = await signedIn(server, clerk);
    const first = await visit(server, browser);
    assert.equal(first.state.status, 'signed-in', first.state.message);
    assert.deepEqual(first.handshakes, ['client-uat-but-no-session-token']);
    assert.equal(first.page, PAGE);
    assert.deepEqual([first.state.toAuth().userId, first.state.toAuth().sessionId], [user.id, sessionId]);
    assert.equal(first.state.toAuth().sessionClaims.azp, 'http://127.0.0.1:3000');
    assert.equal(browser.cookie('__clerk_handshake_nonce'), undefined);
    const second = await visit(server, browser);
    assert.equal(second.state.status, 'signed-in');
    assert.deepEqual(second.handshakes, []);
  });

  test('a browser that lost the mark of being signed in gets it again', async () => {
    const { browser } = await signedIn(server, clerk);
    await visit(server, browser);
    const since = browser.cookie('__client_uat');
    const suffixed = browser.cookieHeader().match(/__client_uat_\w{8}/)[0];
    for (const name of ['__client_uat', suffixed]) browser.setCookie(name, '0');
    const { state, handshakes } = await visit(server, browser);
    assert.equal(state.status, 'signed-in', state.message);
    assert.deepEqual(handshakes, ['session-token-but-no-client-uat']);
    assert.deepEqual([browser.cookie('__client_uat'), browser.cookie(suffixed)], [since, since]);
  });

  test('the token form is taken as well', async () => {
    const { browser, user } = await signedIn(server, clerk);
    const location = (await ask(server, browser, PUBLISHABLE_KEY, PAGE)).headers.get('location');
    await shake(browser, location.replace('format=nonce', 'format=token'));
    assert.ok(browser.cookie('__clerk_handshake'));
    const { state, handshakes } = await visit(server, browser);
    assert.equal(state.toAuth().userId, user.id);
    assert.deepEqual(handshakes, []);
    assert.equal(browser.cookie('__clerk_handshake'), undefined);
  });

  test('a ban between the redirect and the page leaves the browser signed out', async () => {
    const { browser, user } = await signedIn(server, clerk);
    const location = (await ask(server, browser, PUBLISHABLE_KEY, PAGE)).headers.get('location');
    await shake(browser, location);
    assert.ok(browser.cookie('__clerk_handshake_nonce'));
    await clerk.users.banUser(user.id);
    await clerk.users.unbanUser(user.id);
    const { state, handshakes } = await visit(server, browser);
    assert.equal(state.status, 'signed-out');
    assert.deepEqual(handshakes, []);
    assert.equal(browser.cookie('__session'), undefined);
    assert.equal(browser.cookie('__client_uat'), '0');
  });

  test('a banned browser ends up signed out, without a loop', async () => {
    const { browser, user } = await signedIn(server, clerk);
    await clerk.users.banUser(user.id);
    const { state, handshakes } = await visit(server, browser);
    assert.equal(state.status, 'signed-out');
    assert.equal(handshakes.length, 1);
    assert.deepEqual((await visit(server, browser)).handshakes, []);
  });

  test('nobody is sent to a foreign page', async () => {
    const { browser } = await signedIn(server, clerk);
    const path = '/__clerk/v1/client/handshake?redirect_url=https%3A%2F%2Fevil.example%2F';
    const headers = { cookie: browser.cookieHeader() };
    const answer = await raw(server, 'GET', path, { headers, key: null });
    assert.equal(answer.status, 422);
    assert.equal(answer.body.errors[0].code, 'redirect_url_not_associated_with_instance');
  });
});

describe('with test keys', () => {
  const key = PUBLISHABLE_KEY.replace('pk_live_', 'pk_test_');
  let server;
  let clerk;
  before(async () => {
    server = await startServer({ BEADLE_PUBLISHABLE_KEY: key });
    clerk = sdk(server, { publishableKey: key });
  });
  after(() => server.stop());

  test('a stranger is signed out after one detour', async () => {
    const browser = new Browser(server);
    const { state, page, handshakes } = await visit(server, browser, { key });
    assert.equal(state.status, 'signed-out');
    assert.equal(page, PAGE);
    assert.deepEqual(handshakes, ['dev-browser-missing']);
    assert.deepEqual((await visit(server, browser, { key })).handshakes, []);
  });

  test('a signed-in browser gets its session token in the address', async () => {
    const { browser, user } = await signedIn(server, clerk);
    const { state, page, handshakes } = await visit(server, browser, { key });
    assert.equal(state.status, 'signed-in', state.message);
    assert.equal(state.toAuth().userId, user.id);
    assert.equal(page, PAGE);
    assert.deepEqual(handshakes, ['dev-browser-missing']);
    await clerk.users.banUser(user.id);
    for (const name of ['__session', browser.cookieHeader().match(/__session_\w{8}/)[0]]) browser.setCookie(name, '');
    assert.equal((await visit(server, browser, { key })).state.status, 'signed-out');
  });
});

describe('with development browsers', () => {
  const key = `pk_test_${Buffer.from('warm-fox-12.clerk.accounts.dev$').toString('base64')}`;
  let server;
  let clerk;
  before(async () => {
    server = await startServer({ BEADLE_PUBLISHABLE_KEY: key });
    clerk = sdk(server, { publishableKey: key });
  });
  after(() => server.stop());

  test('the token in the address carries the session to a page on another site', async () => {
    assert.notEqual(PUBLISHABLE_HOST, 'warm-fox-12.clerk.accounts.dev');
    const email = freshEmail('handshake');
    const user = await createPerson(clerk, { emailAddress: [email] });
    const browser = new Browser(server);
    const made = await browser.request('POST', '/dev_browser');
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const path = `/client/sign_ins?__clerk_db_jwt=${made.body.id}`;
    const done = await browser.request('POST', path, { identifier: email, strategy: 'password', password: PASSWORD });
    assert.equal(done.body.response?.status, 'complete', JSON.stringify(done.body));
    // What clerk-js keeps on the application's own host.
    const page = new Browser(server);
    page.setCookie('__clerk_db_jwt', made.body.id);
    page.setCookie('__client_uat', String(Math.floor(Date.now() / 1000) - 5));
    const fapi = new Browser(server);
    const options = { key, page: 'http://localhost:3000/', fapi };
    const { state, handshakes } = await visit(server, page, options);
    assert.equal(state.status, 'signed-in', state.message);
    assert.equal(state.toAuth().userId, user.id);
    assert.deepEqual(handshakes, ['client-uat-but-no-session-token']);
    assert.equal(page.cookie('__clerk_db_jwt'), made.body.id);
    assert.equal(fapi.cookieHeader(), '');
    assert.deepEqual((await visit(server, page, options)).handshakes, []);
  });

  test('a browser without a token is given one', async () => {
    const page = new Browser(server);
    const { state, handshakes } = await visit(server, page, { key, page: 'http://localhost:3000/', fapi: new Browser(server) });
    assert.equal(state.status, 'signed-out');
    assert.deepEqual(handshakes, ['dev-browser-missing']);
    const client = await page.request('GET', `/client?__clerk_db_jwt=${page.cookie('__clerk_db_jwt')}`);
    assert.deepEqual(client.body.response.sessions, []);
    const unknown = await page.request('GET', '/client?__clerk_db_jwt=dvb_unknown');
    assert.equal(unknown.body.errors[0].code, 'dev_browser_unauthenticated');
  });
});
