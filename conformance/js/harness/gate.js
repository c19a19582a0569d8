// `beadle gate` behind a real nginx with the configuration of deploy/, in front of an application that tells what
// reached it.

import { createServer } from 'node:http';

import { startNginx } from './nginx.js';
import { freePort, waitUntil } from './ports.js';
import { start } from './process.js';
import { BINARY, FEED_KEY } from './server.js';

/** `{ url, gate, stop() }`: the address of nginx and of the gate behind it. */
export async function startGate(server, flags = []) {
  const app = await startApplication();
  const address = `127.0.0.1:${await freePort()}`;
  const gate = `http://${address}`;
  const process = start(BINARY, ['gate', '--listen', address, '--api-url', server.url, '--name', 'gate', ...flags], {
    BEADLE_FEED_KEY: FEED_KEY,
  });
  const isReady = () => fetch(`${gate}/readyz`).then(answer => answer.ok, () => false);
  await waitUntil(isReady, 15_000, () => `the gate did not become ready:\n${process.log()}`);
  const nginx = await startNginx('gate.conf', { '127.0.0.1:3901': address, '127.0.0.1:8080': `127.0.0.1:${app.port}` });
  return {
    url: nginx.url,
    gate,
    async stop() {
      await nginx.stop();
      await process.stop();
      app.stop();
    },
  };
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
