// Starts the real `beadle` binary on an empty database and stops it again.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startNginx } from './nginx.js';
import { freePort, waitUntil } from './ports.js';
import { createDatabase } from './postgres.js';
import { start } from './process.js';

const here = dirname(fileURLToPath(import.meta.url));
export const BINARY = resolve(process.env.BEADLE_BIN ?? join(here, '../../../target/release/beadle'));

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
  if (!existsSync(BINARY)) throw new Error(`no binary at ${BINARY}: cargo build --release -p beadle`);
  const dataDir = mkdtempSync(join(tmpdir(), 'beadle-conformance-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    BEADLE_LISTEN: `127.0.0.1:${port}`,
    BEADLE_DATA_DIR: dataDir,
    BEADLE_SECRET_KEY: SECRET_KEY,
    BEADLE_FEED_KEY: FEED_KEY,
    BEADLE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    ...more,
    ...(config && { BEADLE_CONFIG: join(dataDir, 'beadle.toml') }),
  };
  if (config) writeFileSync(join(dataDir, 'beadle.toml'), config, { mode: 0o600 });
  const server = start(BINARY, ['serve'], env, { cwd: dataDir });
  const ready = async () => {
    if (server.child.exitCode !== null) throw new Error(`beadle ended at start:\n${server.log()}`);
    return fetch(`${url}/readyz`).then(answer => answer.ok, () => false);
  };
  await waitUntil(ready, 20_000, () => `beadle did not become ready:\n${server.log()}`);

  return {
    url,
    log: server.log,
    async stop() {
      const { code, signal } = await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
      const log = server.log();
      if (code !== 0) throw new Error(`beadle did not stop cleanly (code ${code}, signal ${signal}):\n${log}`);
      if (log.includes('panicked')) throw new Error(`beadle panicked:\n${log}`);
    },
  };
}
