// The release binary on an empty database of its own.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBeadle as start } from '../../js/harness/beadle.js';
import { createDatabase } from '../../js/harness/postgres.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const BINARY = resolve(process.env.BEADLE_BINARY ?? join(here, '../../../target/release/beadle'));
export const NODE_MODULES = resolve(here, '../node_modules');
export const SECRET_KEY = 'sk_test_browser0123456789abcdefghijklmnopqrstuvw';

/** `{ url, log(), stop() }`. `config` is TOML for the configuration file. `stop` fails unless the end is clean. */
export async function startBeadle({ port, setup, config = '' }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'beadle-browser-'));
  const file = join(dataDir, 'beadle.toml');
  writeFileSync(file, config);
  const env = {
    BEADLE_CONFIG: file,
    BEADLE_NPM_DIR: NODE_MODULES,
    BEADLE_PUBLISHABLE_KEY: setup.key,
    ...(setup.proxyUrl && { BEADLE_FRONTEND_URL: setup.api }),
    BEADLE_SECRET_KEY: SECRET_KEY,
  };
  if (process.env.BROWSER_CLUSTER) {
    env.BEADLE_DATABASE_URL = createDatabase(JSON.parse(process.env.BROWSER_CLUSTER), `browser_${process.pid}_${port}`);
  }
  return start(BINARY, { port, dataDir, env });
}
