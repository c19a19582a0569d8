// Which methods of the published SDK the tests have called, and which of those that Beadle answers they have not.

import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { createClerkClient } from '@clerk/backend';

const TABLE = new URL('../../../docs/compatibility.md', import.meta.url);
/** Checks its messages by itself, so that no placeholder passes; its operation is not in the published description. */
const UNREACHED = ['emails.createBatch'];
/** Not operations of their own. */
const PLUMBING = ['constructor', 'request', 'requireId'];

function methodsOf(api) {
  const names = new Set();
  for (let at = api; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (typeof api[name] === 'function') names.add(name);
  }
  return [...names].filter(name => !PLUMBING.includes(name) && !name.startsWith('_'));
}

function apisOf(clerk) {
  return Object.entries(clerk).filter(([name, api]) => api && typeof api === 'object' && name !== 'telemetry');
}

/** The client; each method called is noted in the file that CONFORMANCE_CALLS names. */
export function noting(clerk) {
  const file = process.env.CONFORMANCE_CALLS;
  if (!file) return clerk;
  const noted = (name, api) =>
    new Proxy(api, {
      get(target, method) {
        const value = target[method];
        if (typeof value !== 'function' || PLUMBING.includes(method)) return value;
        return (...args) => {
          appendFileSync(file, `${name}.${method}\n`);
          return value.apply(target, args);
        };
      },
    });
  const apis = Object.fromEntries(apisOf(clerk).map(([name, api]) => [name, noted(name, api)]));
  return { ...clerk, ...apis };
}

/** Stands for any argument: an id, and an object that has one in every field. */
const ANYTHING = new Proxy(Object.assign(() => {}, {}), {
  get: (_, name) => (name === Symbol.toPrimitive || name === 'toString' ? () => 'x' : name === 'toJSON' ? () => ({}) : 'x'),
  ownKeys: () => ['prototype'],
});

/** Method by method, which operation of the API it calls: `users.banUser` → `POST /v1/users/x/ban`. */
async function operations() {
  let seen;
  const server = createServer((request, response) => {
    seen ??= `${request.method} ${request.url.split('?')[0]}`;
    request.resume();
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"errors":[]}');
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${server.address().port}`;
  const clerk = createClerkClient({ secretKey: 'sk_live_x', apiUrl, telemetry: { disabled: true } });
  const found = new Map();
  for (const [name, api] of apisOf(clerk)) {
    for (const method of methodsOf(api)) {
      for (const args of [[ANYTHING, ANYTHING, ANYTHING], ['x', ANYTHING, ANYTHING], ['x', 'x', {}], [{}, {}, {}]]) {
        seen = undefined;
        await Promise.resolve().then(() => api[method](...args)).catch(() => {});
        if (seen) break;
      }
      found.set(`${name}.${method}`, seen);
    }
  }
  server.close();
  return found;
}

/** The operations that Beadle has, from the table that the routes are held against. */
function done() {
  const rows = readFileSync(TABLE, 'utf8').split('## ').filter(part => part.startsWith('Backend API'))[0];
  return [...rows.matchAll(/^\| `(\w+)` \| `([^`]+)` \| \S+ \| done \|$/gm)].map(([, method, path]) => {
    const parts = path.replace(/^\/v1/, '').split('/').map(part => (part.startsWith('{') ? '[^/]+' : part));
    return new RegExp(`^${method} (/v1)?${parts.join('/')}$`);
  });
}

/**
 * `missing`: methods that call an operation that Beadle has, and that no test has called. `unknown`: those whose
 * operation was not found out. `known`: how many call one that Beadle has.
 */
export async function uncalled(file) {
  const called = new Set(readFileSync(file, 'utf8').split('\n'));
  const answered = done();
  const found = [...(await operations())];
  const here = found.filter(([, operation]) => operation && answered.some(one => one.test(operation)));
  const missing = here.filter(([method]) => !called.has(method)).map(([method, operation]) => `${method} (${operation})`);
  const unknown = found.filter(([method, operation]) => !operation && !UNREACHED.includes(method));
  return { missing, unknown: unknown.map(([method]) => method), known: here.length };
}
