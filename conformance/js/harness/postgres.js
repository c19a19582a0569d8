// A throw-away PostgreSQL cluster from the server binaries on this machine. PostgreSQL refuses to run as
// root, so as root it runs as `postgres` or else as `nobody`.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, waitUntil } from './ports.js';

const USER = 'beadle';

/** The folder of `initdb`: the newest Debian version folder, else whatever PATH offers. */
function binDir() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const dir = join(debian, version, 'bin');
    if (existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres'))) return dir;
  }
  for (const dir of (process.env.PATH ?? '').split(':')) {
    if (existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres'))) return dir;
  }
  throw new Error('no PostgreSQL server binaries: apt-get install postgresql');
}

/** The account to run as, or `{}` to stay who we are. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = flag => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such account: try the next.
    }
  }
  throw new Error('running as root and there is neither a postgres nor a nobody account');
}

/** Starts a cluster; `address` is what `createDatabase` needs, in this or another process. */
export async function startCluster() {
  const bin = binDir();
  const account = unprivileged();
  const home = mkdtempSync(join(tmpdir(), 'beadle-pg-'));
  if (account.uid !== undefined) chownSync(home, account.uid, account.gid);
  chmodSync(home, 0o755);
  const data = join(home, 'data');
  const run = { ...account, cwd: home, env: { ...process.env, LC_ALL: 'C', PGOPTIONS: '' } };

  const initdb = ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), initdb, { ...run, stdio: ['ignore', 'ignore', 'inherit'] });

  const port = await freePort();
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', home];
  for (const setting of settings) args.push('-c', setting);
  const server = spawn(join(bin, 'postgres'), args, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', chunk => (log += chunk));
  const exited = new Promise(resolve => server.on('exit', resolve));

  const ready = () => {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended at start:\n${log}`);
    try {
      execFileSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  await waitUntil(ready, 30_000, () => `PostgreSQL did not come up:\n${log}`);

  return {
    address: { bin, port },
    async stop() {
      server.kill('SIGINT'); // fast shutdown: does not wait for clients
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Creates an empty database in the cluster and returns its URL. */
export function createDatabase({ bin, port }, name) {
  execFileSync(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', USER, name]);
  return `postgres://${USER}@127.0.0.1:${port}/${name}`;
}
