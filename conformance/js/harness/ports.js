import { createServer } from 'node:net';

/** A TCP port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
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
