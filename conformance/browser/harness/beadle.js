// The release binary on an empty database of its own.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { waitUntil } from '../../js/harness/ports.js';
import { createDatabase } from '../../js/harness/postgres.js';
import { start } from '../../js/harness/process.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const BINARY = resolve(process.env.BEADLE_BINARY ?? join(here, '../../../target/release/beadle'));
export const NODE_MODULES = resolve(here, '../node_modules');
export const SECRET_KEY = 'sk_test_browser0123456789abcdefghijklmnopqrstuvw';

/** `{ url, log(), stop() }`. `config` is TOML for the configuration file. `stop` fails unless the end is clean. */
export async function startBeadle({ port, setup, config = '' }) {
  if (!existsSync(BINARY)) throw new Error(`no binary at ${BINARY}: cargo build --release -p beadle`);
  const dir = mkdtempSync(join(tmpdir(), 'beadle-browser-'));
  const file = join(dir, 'beadle.toml');
  writeFileSync(file, config);
  const env = {
    BEADLE_CONFIG: file,
    BEADLE_DATA_DIR: dir,
    BEADLE_LISTEN: `127.0.0.1:${port}`,
    BEADLE_NPM_DIR: NODE_MODULES,
    BEADLE_PUBLISHABLE_KEY: setup.key,
    ...(setup.proxyUrl && { BEADLE_FRONTEND_URL: setup.api }),
    BEADLE_SECRET_KEY: SECRET_KEY,
  };
  if (process.env.BROWSER_CLUSTER) {
    env.BEADLE_DATABASE_URL = createDatabase(JSON.parse(process.env.BROWSER_CLUSTER), `browser_${process.pid}_${port}`);
  }
  const server = start(BINARY, ['serve'], env, { cwd: dir });
  const url = `http://127.0.0.1:${port}`;
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
      rmSync(dir, { recursive: true, force: true });
      if (code !== 0) throw new Error(`beadle did not stop cleanly (code ${code}, signal ${signal}):\n${server.log()}`);
      if (server.log().includes('panicked')) throw new Error(`beadle panicked:\n${server.log()}`);
    },
  };
}
