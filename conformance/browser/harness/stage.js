// Everything a test file needs: Beadle, the application's site, the browser, the Backend API.

import assert from 'node:assert/strict';

import { createClerkClient } from '@clerk/backend';

import { freePort } from '../../js/harness/ports.js';
import { SECRET_KEY, startBeadle } from './beadle.js';
import { startChromium } from './chromium.js';
import { plainPage } from './page.js';
import { DEFAULT_SETUP, resolve } from './setups.js';
import { startSite } from './site.js';
import { Visitor } from './visitor.js';

/**
 * `config` is TOML for Beadle's configuration file; a function, which may be async, gets the setup first. `page(path, setup)` replaces the
 * plain pages; `forward(path)` names the port of another server of the application.
 */
export async function startStage({ setup: name = DEFAULT_SETUP, config = '', page, forward } = {}) {
  const [appPort, beadlePort] = [await freePort(), await freePort()];
  const setup = resolve(name, { appPort, beadlePort });
  const toml = typeof config === 'function' ? await config(setup) : config;
  const beadle = await startBeadle({ port: beadlePort, setup, config: toml });
  const text = page ?? (() => plainPage(setup));
  const site = await startSite({ setup, port: appPort, beadlePort, page: path => text(path, setup), forward });
  const chromium = await startChromium();
  const clerk = createClerkClient({
    secretKey: SECRET_KEY,
    publishableKey: setup.key,
    apiUrl: beadle.url,
    telemetry: { disabled: true },
  });
  return {
    setup,
    beadle,
    clerk,
    /** Somebody at a browser of their own. */
    visitor: async options => new Visitor(await chromium.visitor(options), setup),
    /** Ends everything, and fails if a page asked for another machine or threw an error that nobody caught. */
    async stop() {
      await chromium.stop();
      await site.stop();
      await beadle.stop();
      assert.deepEqual(chromium.strays, [], 'pages asked for other machines');
      assert.deepEqual(chromium.failures.map(String), [], 'uncaught errors in pages');
    },
  };
}
