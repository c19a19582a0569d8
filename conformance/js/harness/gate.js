// `beadle gate` behind a real nginx with the configuration of deploy/, in front of an application that tells what
// reached it.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitUntil } from './ports.js';
import { BINARY, FEED_KEY } from './server.js';

const CONFIGURATION = join(dirname(fileURLToPath(import.meta.url)), '../../../deploy/nginx/gate.conf');

/** `{ url, gate, stop() }`: the address of nginx and of the gate behind it. */
export async function startGate(server, flags = []) {
  const directory = mkdtempSync(join(tmpdir(), 'beadle-gate-'));
  const children = [];
  const start = (program, args, env = {}) => {
    const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', chunk => (log += chunk));
    const ended = new Promise(done => child.on('exit', done));
    process.on('exit', () => child.kill('SIGKILL'));
    children.push({ child, ended });
    return () => log;
  };
  const app = await startApplication();

  const gatePort = await freePort();
  const gate = `http://127.0.0.1:${gatePort}`;
  const gateLog = start(BINARY, ['gate', '--listen', `127.0.0.1:${gatePort}`, '--api-url', server.url, '--name', 'gate', ...flags], {
    BEADLE_FEED_KEY: FEED_KEY,
  });
  await waitUntil(() => answers(`${gate}/readyz`), 15_000, () => `the gate did not become ready:\n${gateLog()}`);

  const port = await freePort();
  writeFileSync(join(directory, 'nginx.conf'), main(directory, shipped(port, gatePort, app.port)));
  const nginxLog = start('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')]);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(() => fetch(url).then(() => true, () => false), 10_000, () => `nginx did not start:\n${nginxLog()}`);

  return {
    url,
    gate,
    async stop() {
      for (const { child, ended } of children.reverse()) {
        child.kill('SIGTERM');
        await ended;
      }
      app.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const answers = url => fetch(url).then(answer => answer.ok, () => false);

/** The file as it is shipped, but for addresses and TLS. */
function shipped(port, gatePort, appPort) {
  const text = readFileSync(CONFIGURATION, 'utf8');
  const changed = text
    .replace('127.0.0.1:3901', `127.0.0.1:${gatePort}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${appPort}`)
    .replace(/^ *listen 443.*$/m, `    listen 127.0.0.1:${port};`)
    .replace(/^ *listen \[::\].*$/m, '')
    .replace(/^ *ssl_.*$/gm, '');
  if (changed.includes('443')) throw new Error(`the configuration is not what this expects:\n${changed}`);
  return changed;
}

function main(directory, site) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map(name => `  ${name}_temp_path ${directory}/${name};`).join('\n');
  return `daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
${paths}
${site}
}
`;
}

/** Answers with what it was asked. */
async function startApplication() {
  const port = await freePort();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => (body += chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return { port, stop: () => server.close() };
}
