// Runs every test file with Node's own runner, on one database engine:
//
//   node run.js [sqlite|postgres|nodes] [test files…]
//
// Each test file starts its own server on its own empty database. For PostgreSQL one temporary cluster is
// started here and shared; the test files create their databases in it. `nodes` puts two servers on each database,
// behind nginx, which gives every request to the next one.
//
// When all files have run, the SDK's methods are counted: one whose operation Beadle has and that no test calls
// fails the run.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { uncalled } from './harness/coverage.js';
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

const notes = mkdtempSync(join(tmpdir(), 'beadle-calls-'));
const calls = join(notes, 'calls');
writeFileSync(calls, '');
const cluster = engine !== 'sqlite' ? await startCluster() : undefined;
const runner = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CONFORMANCE_ENGINE: engine,
    CONFORMANCE_CALLS: calls,
    CLERK_TELEMETRY_DISABLED: '1',
    ...(cluster && { CONFORMANCE_CLUSTER: JSON.stringify(cluster.address) }),
  },
});
const code = await new Promise(resolve => {
  runner.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
});
await cluster?.stop();
const isWhole = chosen.length > 0 || (await everyMethodIsCalled());
rmSync(notes, { recursive: true });
process.exit(code || (isWhole ? 0 : 1));

async function everyMethodIsCalled() {
  const { missing, unknown, known } = await uncalled(calls);
  for (const method of missing) console.error(`no test calls ${method}`);
  for (const method of unknown) console.error(`which operation ${method} calls was not found out`);
  const bad = missing.length + unknown.length;
  console.log('methods of @clerk/backend:');
  console.log(`${known - missing.length} passed, ${bad} failed`);
  return bad === 0;
}
