// Starts the real `beadle` binary on an empty database and stops it again.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitUntil } from './ports.js';
import { createDatabase } from './postgres.js';

const here = dirname(fileURLToPath(import.meta.url));
export const BINARY = resolve(process.env.BEADLE_BIN ?? join(here, '../../../target/release/beadle'));

export const ENGINE = process.env.CONFORMANCE_ENGINE ?? 'sqlite';
/** The host inside the publishable key; session tokens are issued by `https://` plus this. */
export const PUBLISHABLE_HOST = 'clerk.beadle.example';
export const PUBLISHABLE_KEY = `pk_live_${Buffer.from(`${PUBLISHABLE_HOST}$`).toString('base64')}`;
export const SECRET_KEY = 'sk_test_conformance0123456789abcdefghijklmnopqrst';
export const FEED_KEY = 'fk_conformance0123456789abcdefghijklmnop';

/** `{ url, log(), stop() }`. `stop` fails unless the server shuts down cleanly and never panicked. */
export async function startServer() {
  if (!existsSync(BINARY)) throw new Error(`no binary at ${BINARY}: cargo build --release -p beadle`);
  const dataDir = mkdtempSync(join(tmpdir(), 'beadle-conformance-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    BEADLE_LISTEN: `127.0.0.1:${port}`,
    BEADLE_DATA_DIR: dataDir,
    BEADLE_SECRET_KEY: SECRET_KEY,
    BEADLE_FEED_KEY: FEED_KEY,
    BEADLE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
  };
  if (ENGINE === 'postgres') {
    if (!process.env.CONFORMANCE_CLUSTER) throw new Error('start the tests with: node run.js postgres');
    const cluster = JSON.parse(process.env.CONFORMANCE_CLUSTER);
    env.BEADLE_DATABASE_URL = createDatabase(cluster, `conformance_${process.pid}_${port}`);
  }

  const child = spawn(BINARY, ['serve'], { env, cwd: dataDir, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk));
  const exited = new Promise(done => child.on('exit', (code, signal) => done({ code, signal })));
  // A failing test file must not leave a server behind.
  const reap = () => child.kill('SIGKILL');
  process.on('exit', reap);

  const ready = async () => {
    if (child.exitCode !== null) throw new Error(`beadle ended at start:\n${log}`);
    return fetch(`${url}/readyz`).then(answer => answer.ok, () => false);
  };
  await waitUntil(ready, 20_000, () => `beadle did not become ready:\n${log}`);

  return {
    url,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(reap, 15_000);
      const { code, signal } = await exited;
      clearTimeout(late);
      process.off('exit', reap);
      rmSync(dataDir, { recursive: true, force: true });
      if (code !== 0) throw new Error(`beadle did not stop cleanly (code ${code}, signal ${signal}):\n${log}`);
      if (log.includes('panicked')) throw new Error(`beadle panicked:\n${log}`);
    },
  };
}
