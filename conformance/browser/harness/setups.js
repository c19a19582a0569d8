// The ways to put Beadle beside an application, as the guide describes them.

/** The application's pages under one origin, with `/__clerk` passed on to Beadle: the recommended way. */
const PROXIED = { host: 'clerk.beadle.example', proxyUrl: '/__clerk' };
/** Beadle on a host of its own under the application's domain, both behind TLS. */
const OWN_HOST = { tls: true, appHost: 'app.localhost', host: 'clerk.app.localhost' };
/** The development mode of the browser library, where the page carries the client instead of a cookie. */
const DEV_BROWSER = { host: 'gentle-otter-12.clerk.accounts.dev', direct: true };

export const SETUPS = {
  'pk_live, proxied': { kind: 'pk_live', ...PROXIED },
  'pk_test, proxied': { kind: 'pk_test', ...PROXIED },
  'pk_live, own host': { kind: 'pk_live', ...OWN_HOST },
  'pk_test, own host': { kind: 'pk_test', ...OWN_HOST },
  'pk_test, dev browser': { kind: 'pk_test', ...DEV_BROWSER },
};

export const DEFAULT_SETUP = 'pk_live, proxied';

/**
 * What a page must be told, once ports are known: `{ key, host, proxyUrl, scripts, app }`. `app` is the origin of the
 * application, `scripts` the place of the browser library's files, `api` the Frontend API's address.
 */
export function resolve(name, { appPort, beadlePort }) {
  const setup = SETUPS[name];
  if (!setup) throw new Error(`no setup "${name}"`);
  const host = setup.tls ? `${setup.host}:${appPort}` : setup.host;
  const app = setup.tls ? `https://${setup.appHost}:${appPort}` : `http://localhost:${appPort}`;
  const proxyUrl = setup.direct ? `http://localhost:${beadlePort}/__clerk` : setup.proxyUrl;
  const api = proxyUrl ? new URL(proxyUrl, app).href : `https://${host}`;
  const key = `${setup.kind}_${Buffer.from(`${host}$`).toString('base64')}`;
  return { name, tls: setup.tls ?? false, host, app, proxyUrl, api, key, scripts: `${api}/npm/@clerk` };
}
