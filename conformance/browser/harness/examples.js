// The applications in `examples/`, as their authors would start them: by environment alone.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { waitUntil } from '../../js/harness/ports.js';
import { start } from '../../js/harness/process.js';
import { SECRET_KEY } from './beadle.js';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

/** Builds the React application; `{ page, remove }`, where `page` serves it at every path, as static hosts do. */
export function buildReact({ key, proxyUrl }) {
  const dir = mkdtempSync(join(tmpdir(), 'beadle-react-'));
  const vite = join(EXAMPLES, 'react-vite/node_modules/vite/bin/vite.js');
  const env = { PATH: process.env.PATH, VITE_CLERK_PUBLISHABLE_KEY: key, VITE_CLERK_PROXY_URL: proxyUrl ?? '' };
  const options = { cwd: join(EXAMPLES, 'react-vite'), env, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(process.execPath, [vite, 'build', '--outDir', dir, '--logLevel', 'error'], options);
  const page = path => {
    const found = statSync(join(dir, path), { throwIfNoEntry: false })?.isFile() ? path : '/index.html';
    return { type: TYPES[extname(found)], body: readFileSync(join(dir, found)) };
  };
  return { page, remove: () => rmSync(dir, { recursive: true }) };
}

/** Starts the Express application on this port. */
export async function startExpress({ setup, beadle, port }) {
  const env = {
    PORT: String(port),
    CLERK_PUBLISHABLE_KEY: setup.key,
    CLERK_SECRET_KEY: SECRET_KEY,
    CLERK_API_URL: beadle.url,
    CLERK_PROXY_URL: setup.proxyUrl ?? '',
    CLERK_TELEMETRY_DISABLED: '1',
  };
  const server = start(process.execPath, ['server.js'], env, { cwd: join(EXAMPLES, 'express') });
  await waitUntil(() => server.log().includes('listening'), 20_000, () => `express did not start:\n${server.log()}`);
  return server;
}
