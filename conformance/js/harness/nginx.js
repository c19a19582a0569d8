// A real nginx with a site of deploy/nginx, but for addresses and TLS.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitUntil } from './ports.js';
import { start } from './process.js';

const SITES = fileURLToPath(new URL('../../../deploy/nginx/', import.meta.url));

/**
 * Starts nginx with the site of this name. `addresses` maps what the file says to what to say instead.
 * `{ url, stop() }`.
 */
export async function startNginx(site, addresses) {
  const directory = mkdtempSync(join(tmpdir(), 'beadle-nginx-'));
  const port = await freePort();
  let text = readFileSync(join(SITES, site), 'utf8');
  // The part that only leads to TLS.
  text = text.replace(/^server \{\n    listen 80;[^}]*\}\n/m, '');
  for (const [from, to] of Object.entries(addresses)) {
    if (!text.includes(from)) throw new Error(`${site} does not say ${from}`);
    text = text.replace(from, to);
  }
  text = text
    .replace(/^ *listen 443.*$/m, `    listen 127.0.0.1:${port};`)
    .replace(/^ *listen \[::\].*$/m, '')
    .replace(/^ *ssl_.*$/gm, '')
    .replace('$scheme', 'http');
  if (/listen 443|ssl_/.test(text)) throw new Error(`${site} is not what this expects:\n${text}`);
  writeFileSync(join(directory, 'nginx.conf'), main(directory, text));
  const nginx = start('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(() => fetch(url).then(() => true, () => false), 10_000, () => `nginx did not start:\n${nginx.log()}`);
  return {
    url,
    async stop() {
      await nginx.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function main(directory, site) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map(name => `  ${name}_temp_path ${directory}/${name};`).join('\n');
  // Its workers would be another account's, which may not write here.
  const user = process.getuid() === 0 ? 'user root;' : '';
  return `daemon off;
${user}
worker_processes 1;
pid ${directory}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
${paths}
${site}
}
`;
}
