// The Backend API: through the SDK, and raw where the SDK has no method or hides the wire.

import assert from 'node:assert/strict';

import { createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';

import { noting } from './coverage.js';
import { PUBLISHABLE_KEY, SECRET_KEY } from './server.js';

export function sdk(server, overrides = {}) {
  return noting(
    createClerkClient({
      secretKey: SECRET_KEY,
      publishableKey: PUBLISHABLE_KEY,
      apiUrl: server.url,
      telemetry: { disabled: true },
      ...overrides,
    }),
  );
}

/**
 * One raw call: `{ status, headers, body }` with `body` parsed when it is JSON, else text. `json` is sent as
 * JSON; `body` goes out as it is.
 */
export async function raw(server, method, path, { json, body, headers = {}, key = SECRET_KEY } = {}) {
  const answer = await fetch(server.url + path, {
    method,
    body: json === undefined ? body : JSON.stringify(json),
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type') === 'application/json';
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/** Checks a raw error answer: exact content type, Clerk's shape, this status and code. Returns the first error. */
export function assertRawError(answer, status, code, paramName) {
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  const { errors, clerk_trace_id: trace } = answer.body;
  assert.equal(errors[0].code, code, JSON.stringify(errors));
  assert.equal(typeof errors[0].message, 'string');
  assert.equal(typeof errors[0].long_message, 'string');
  assert.match(trace, /^[0-9a-f]{32}$/);
  if (paramName !== undefined) assert.equal(errors[0].meta?.param_name, paramName, JSON.stringify(errors));
  return errors[0];
}

/** Awaits a rejection by the SDK with Clerk's error class and returns it. */
export async function rejects(promise, status, code, paramName) {
  const error = await promise.then(
    value => assert.fail(`expected ${status} ${code}, got ${JSON.stringify(value)}`),
    caught => caught,
  );
  assert.ok(isClerkAPIResponseError(error), `not a Clerk API error: ${error.stack}`);
  assert.equal(error.status, status, JSON.stringify(error.errors));
  assert.equal(error.errors[0].code, code, JSON.stringify(error.errors));
  assert.match(error.clerkTraceId ?? '', /^[0-9a-f]{32}$/);
  if (paramName !== undefined) assert.equal(error.errors[0].meta?.paramName, paramName, JSON.stringify(error.errors));
  return error;
}

let serial = 0;

/** An e-mail address no other test uses, of the kind test mode accepts the code 424242 for. */
export function freshEmail(stem = 'person') {
  serial += 1;
  return `${stem}${process.pid}x${serial}+clerk_test@example.com`;
}

export const PASSWORD = 'grape-tundra-lantern-42';
export const OTHER_PASSWORD = 'copper-meadow-violin-77';

/** A user with an e-mail address and `PASSWORD`. */
export function createPerson(clerk, more = {}) {
  return clerk.users.createUser({ emailAddress: [freshEmail()], password: PASSWORD, ...more });
}
