// Child processes of a test file: none outlives it.

import { spawn } from 'node:child_process';

/** `{ child, log(), stop(signal?) }`; `stop` resolves to `{ code, signal }`. */
export function start(program, args, env = {}, options = {}) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk));
  const exited = new Promise(done => child.on('exit', (code, signal) => done({ code, signal })));
  const reap = () => child.kill('SIGKILL');
  process.on('exit', reap);
  return {
    child,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const late = setTimeout(reap, 15_000);
      const ended = await exited;
      clearTimeout(late);
      process.off('exit', reap);
      return ended;
    },
  };
}
