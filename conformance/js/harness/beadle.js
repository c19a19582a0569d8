// The real `beadle` binary: started, waited for, and stopped.

import { existsSync, rmSync } from 'node:fs';

import { waitUntil } from './ports.js';
import { start } from './process.js';

/**
 * `{ url, log(), stop() }`. The server keeps its data in `dataDir`, which goes when it stops. `stop` fails unless the
 * server shuts down cleanly and never panicked.
 */
export async function startBeadle(binary, { port, dataDir, env }) {
  if (!existsSync(binary)) throw new Error(`no binary at ${binary}: cargo build --release -p beadle`);
  const url = `http://127.0.0.1:${port}`;
  const listen = { BEADLE_LISTEN: `127.0.0.1:${port}`, BEADLE_DATA_DIR: dataDir };
  const server = start(binary, ['serve'], { ...listen, ...env }, { cwd: dataDir });
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
