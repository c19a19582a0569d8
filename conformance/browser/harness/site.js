// The application's web server: its pages, and what a reverse proxy in front of both would do.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that only this run's browser accepts. */
function selfSigned() {
  const dir = mkdtempSync(join(tmpdir(), 'beadle-tls-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=app.localhost'];
  execFileSync('openssl', ['req', '-x509', ...ec, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(dir, { recursive: true });
  return pair;
}

/** Passes a request on as nginx and Caddy do: the host as it was asked for, and who asked how. */
function pass(request, response, port, tls) {
  const headers = {
    ...request.headers,
    'x-forwarded-for': request.socket.remoteAddress,
    'x-forwarded-host': request.headers.host,
    'x-forwarded-proto': tls ? 'https' : 'http',
  };
  const options = { host: '127.0.0.1', port, method: request.method, path: request.url, headers };
  const onward = http.request(options, answer => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  request.pipe(onward);
}

/**
 * Serves `setup.app`, and with TLS the host in the publishable key as well. `page(path)` gives the text of a page;
 * `forward(path)` the port of another server for the paths that are its own.
 */
export async function startSite({ setup, port, beadlePort, page, forward = () => undefined }) {
  const own = new URL(setup.api).host;
  const handle = (request, response) => {
    const { host } = request.headers;
    const path = request.url.split('?')[0];
    if (setup.tls && host === own) return pass(request, response, beadlePort, true);
    if (path.startsWith('/__clerk/')) return pass(request, response, beadlePort, setup.tls);
    const other = forward(path);
    if (other) return pass(request, response, other, setup.tls);
    if (path === '/favicon.ico') return response.writeHead(204).end();
    const found = page(path);
    if (!found) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': found.type ?? 'text/html; charset=utf-8' }).end(found.body ?? found);
  };
  const server = setup.tls ? https.createServer(selfSigned(), handle) : http.createServer(handle);
  await new Promise((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening));
  return {
    stop() {
      server.closeAllConnections();
      return new Promise(closed => server.close(closed));
    },
  };
}
