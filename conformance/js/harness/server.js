// Starts the real `beadle` binary on an empty database and stops it again.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBeadle } from './beadle.js';
import { startNginx } from './nginx.js';
import { freePort } from './ports.js';
import { createDatabase } from './postgres.js';

const here = dirname(fileURLToPath(import.meta.url));
export const BINARY = resolve(process.env.BEADLE_BINARY ?? join(here, '../../../target/release/beadle'));

export const ENGINE = process.env.CONFORMANCE_ENGINE ?? 'sqlite';
/** The host inside the publishable key; session tokens are issued by `https://` plus this. */
export const PUBLISHABLE_HOST = 'clerk.beadle.example';
export const PUBLISHABLE_KEY = `pk_live_${Buffer.from(`${PUBLISHABLE_HOST}$`).toString('base64')}`;
export const SECRET_KEY = 'sk_test_conformance0123456789abcdefghijklmnopqrst';
export const FEED_KEY = 'fk_conformance0123456789abcdefghijklmnop';

/**
 * `{ url, log(), stop() }`. `stop` fails unless the server shuts down cleanly and never panicked. With two nodes the
 * address is that of a load balancer, which gives every request to the next one. `env` adds to the server's variables,
 * `config` is the text of a configuration file.
 */
export async function startServer(env = {}, config = undefined) {
  if (ENGINE === 'sqlite') return startNode(env, config);
  if (!process.env.CONFORMANCE_CLUSTER) throw new Error(`start the tests with: node run.js ${ENGINE}`);
  const cluster = JSON.parse(process.env.CONFORMANCE_CLUSTER);
  const database = {
    BEADLE_DATABASE_URL: createDatabase(cluster, `conformance_${process.pid}_${await freePort()}`),
    ...env,
  };
  if (ENGINE === 'postgres') return startNode(database, config);

  const nodes = await Promise.all([startNode(database, config), startNode(database, config)]);
  const [one, other] = nodes.map(node => `server ${new URL(node.url).host};`);
  const balancer = await startNginx('beadle.conf', { 'server 127.0.0.1:3900 max_fails=2 fail_timeout=2s;': `${one}\n    ${other}` });
  return {
    url: balancer.url,
    log: () => nodes.map(node => node.log()).join(''),
    async stop() {
      await Promise.all(nodes.map(node => node.stop()));
      await balancer.stop();
    },
  };
}

async function startNode(more, config) {
  const dataDir = mkdtempSync(join(tmpdir(), 'beadle-conformance-'));
  const env = {
    BEADLE_SECRET_KEY: SECRET_KEY,
    BEADLE_FEED_KEY: FEED_KEY,
    BEADLE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    ...more,
    ...(config && { BEADLE_CONFIG: join(dataDir, 'beadle.toml') }),
  };
  if (config) writeFileSync(join(dataDir, 'beadle.toml'), config, { mode: 0o600 });
  return startBeadle(BINARY, { port: await freePort(), dataDir, env });
}
