// A browser's side of the Frontend API, by hand: form bodies, `_method` for other verbs, one cookie jar.

import assert from 'node:assert/strict';

import { PASSWORD } from './backend.js';

const API_VERSION = '2026-08-20';
export const TEST_CODE = '424242';

export class Browser {
  #server;
  #origin;
  #cookies = new Map();

  /** A page of `origin`; without one, a page that the server's own address serves. */
  constructor(server, origin = server.url) {
    this.#server = server;
    this.#origin = origin;
  }

  cookie(name) {
    return this.#cookies.get(name);
  }

  setCookie(name, value) {
    this.#cookies.set(name, value);
  }

  /** The header of a request to this host: cookies know no ports. */
  cookieHeader() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Takes the cookies of an answer. */
  keep(headers) {
    for (const line of headers.getSetCookie()) this.#store(line);
  }

  /** A second browser that holds the same cookies: what a thief or a second tab has. */
  copy() {
    const twin = new Browser(this.#server);
    for (const [name, value] of this.#cookies) twin.#cookies.set(name, value);
    return twin;
  }

  /** `{ status, headers, body }`. */
  async request(method, path, form) {
    const url = new URL(`${this.#server.url}/__clerk/v1${path}`);
    url.searchParams.set('__clerk_api_version', API_VERSION);
    url.searchParams.set('_clerk_js_version', '6.40.0');
    if (method !== 'GET' && method !== 'POST') url.searchParams.set('_method', method);
    const cookie = this.cookieHeader();
    const answer = await fetch(url, {
      method: method === 'GET' ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { origin: this.#origin, ...(cookie && { cookie }) },
      ...(form && { body: new URLSearchParams(form) }),
    });
    this.keep(answer.headers);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type') === 'application/json';
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  #store(line) {
    const [pair, ...attributes] = line.split(';').map(part => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const gone = attributes.some(attribute => {
      const [key, setting] = attribute.split('=');
      if (key.toLowerCase() === 'max-age') return Number(setting) <= 0;
      return key.toLowerCase() === 'expires' && Date.parse(setting) < Date.now();
    });
    if (gone || value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** Sends and expects 200; returns the `response` part beside the piggybacked client. */
  async #ok(method, path, form) {
    const answer = await this.request(method, path, form);
    assert.equal(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The client as `GET /client` tells it, or null. */
  async client() {
    const { response } = await this.#ok('GET', '/client');
    return response;
  }

  /** Signs up with e-mail and password, confirming the address by the test code when asked. */
  async signUp(email, password = PASSWORD) {
    let { response, client } = await this.#ok('POST', '/client/sign_ups', { email_address: email, password });
    if (response.status === 'missing_requirements') {
      assert.deepEqual(response.unverified_fields, ['email_address']);
      const path = `/client/sign_ups/${response.id}`;
      await this.#ok('POST', `${path}/prepare_verification`, { strategy: 'email_code' });
      ({ response, client } = await this.#ok('POST', `${path}/attempt_verification`, {
        strategy: 'email_code',
        code: TEST_CODE,
      }));
    }
    assert.equal(response.status, 'complete');
    assert.ok(client.sessions.some(session => session.id === response.created_session_id));
    return { userId: response.created_user_id, sessionId: response.created_session_id };
  }

  /** The identifier step: the sign-in attempt. */
  async startSignIn(identifier) {
    const { response } = await this.#ok('POST', '/client/sign_ins', { identifier });
    assert.equal(response.status, 'needs_first_factor');
    return response;
  }

  /** The raw answer to a password for a started sign-in. */
  attemptPassword(signIn, password) {
    return this.request('POST', `/client/sign_ins/${signIn.id}/attempt_first_factor`, {
      strategy: 'password',
      password,
    });
  }

  /** The raw answer to an e-mail code for a started sign-in; prepares it first. */
  async attemptEmailCode(signIn, code = TEST_CODE) {
    const factor = signIn.supported_first_factors.find(({ strategy }) => strategy === 'email_code');
    assert.ok(factor, 'the sign-in offers no email_code');
    await this.#ok('POST', `/client/sign_ins/${signIn.id}/prepare_first_factor`, {
      strategy: 'email_code',
      email_address_id: factor.email_address_id,
    });
    return this.request('POST', `/client/sign_ins/${signIn.id}/attempt_first_factor`, {
      strategy: 'email_code',
      code,
    });
  }

  /** Signs in with a password; returns the new session's id. */
  async signIn(identifier, password = PASSWORD) {
    const answer = await this.attemptPassword(await this.startSignIn(identifier), password);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body.response.status, 'complete');
    return answer.body.response.created_session_id;
  }

  /** The raw answer to asking for a session token. */
  token(sessionId) {
    return this.request('POST', `/client/sessions/${sessionId}/tokens`, { organization_id: '' });
  }

  /** The raw answer to touching a session. */
  touch(sessionId) {
    return this.request('POST', `/client/sessions/${sessionId}/touch`, { active_organization_id: '' });
  }
}
