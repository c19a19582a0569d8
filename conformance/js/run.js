// Runs every test file with Node's own runner, on one database engine:
//
//   node run.js [sqlite|postgres|nodes] [test files…]
//
// Each test file starts its own server on its own empty database. For PostgreSQL one temporary cluster is
// started here and shared; the test files create their databases in it. `nodes` puts two servers on each database,
// behind nginx, which gives every request to the next one.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startCluster } from './harness/postgres.js';

const here = dirname(fileURLToPath(import.meta.url));
const [engine = process.env.CONFORMANCE_ENGINE ?? 'sqlite', ...chosen] = process.argv.slice(2);
if (!['sqlite', 'postgres', 'nodes'].includes(engine)) {
  console.error(`unknown engine "${engine}": sqlite, postgres, or nodes for two of them behind nginx`);
  process.exit(2);
}

const testDir = join(here, 'tests');
const files = chosen.length
  ? chosen
  : readdirSync(testDir).filter(name => name.endsWith('.test.js')).sort().map(name => join(testDir, name));

const cluster = engine !== 'sqlite' ? await startCluster() : undefined;
const runner = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CONFORMANCE_ENGINE: engine,
    CLERK_TELEMETRY_DISABLED: '1',
    ...(cluster && { CONFORMANCE_CLUSTER: JSON.stringify(cluster.address) }),
  },
});
const code = await new Promise(resolve => {
  runner.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
});
await cluster?.stop();
process.exit(code);
