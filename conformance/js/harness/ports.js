import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections, which would take a port between here and its use. */
const [LOWEST, HIGHEST] = [20_000, 32_000];

/** A TCP port that was free a moment ago. */
export async function freePort() {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Polls until `check` is true; throws what `explain` says after `limitMs`. */
export async function waitUntil(check, limitMs, explain) {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(explain());
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
