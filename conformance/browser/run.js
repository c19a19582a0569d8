// Runs the test files with Node's own runner, on one database engine:
//
//   node run.js [sqlite|postgres] [test files…]
//
// Without files: all of them on SQLite, and only the smoke test on PostgreSQL, because a browser sees no difference.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startCluster } from '../js/harness/postgres.js';

const tests = join(dirname(fileURLToPath(import.meta.url)), 'tests');
const [engine = 'sqlite', ...chosen] = process.argv.slice(2);
if (!['sqlite', 'postgres'].includes(engine)) {
  console.error(`unknown engine "${engine}": sqlite or postgres`);
  process.exit(2);
}
const all = () => readdirSync(tests).filter(name => name.endsWith('.test.js')).sort().map(name => join(tests, name));
const usual = engine === 'postgres' ? [join(tests, 'smoke.test.js')] : all();

const cluster = engine === 'postgres' ? await startCluster() : undefined;
const options = ['--test', '--test-concurrency=2', '--test-reporter=spec'];
const runner = spawn(process.execPath, [...options, ...(chosen.length ? chosen : usual)], {
  stdio: 'inherit',
  env: { ...process.env, ...(cluster && { BROWSER_CLUSTER: JSON.stringify(cluster.address) }) },
});
const code = await new Promise(resolve => {
  runner.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
});
await cluster?.stop();
process.exit(code);
