// The browser: Debian's Chromium, cut off from every host but this machine.

import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const ARTIFACTS = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../../target/browser-artifacts');

const FLAGS = [
  // With it clerk-js takes the browser for a robot and swallows every error.
  '--disable-blink-features=AutomationControlled',
  // No name but this machine's resolves, whatever asks.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
  '--ignore-certificate-errors',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

export function isLoopback(url) {
  const { protocol, hostname } = new URL(url);
  if (['data:', 'blob:', 'about:', 'chrome-error:'].includes(protocol)) return true;
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1';
}

/** `{ visitor(options), strays, stop() }`; `strays` are the addresses beyond this machine that pages asked for. */
export async function startChromium() {
  if (!existsSync(EXECUTABLE)) throw new Error(`no ${EXECUTABLE}: apt-get install chromium, or name it in CHROMIUM`);
  mkdirSync(ARTIFACTS, { recursive: true });
  const args = process.getuid() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args });
  const strays = [];
  const failures = [];
  return {
    strays,
    failures,
    /** A browser profile of its own, without cookies. */
    async visitor(options = {}) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', ...options });
      context.setDefaultTimeout(20_000);
      context.on('request', request => {
        if (!isLoopback(request.url())) strays.push(request.url());
      });
      context.on('page', page => pages.add(page));
      context.on('response', answer => {
        if (answer.status() >= 400) refusals.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
      });
      context.on('weberror', error => failures.push(error.error()));
      // What leaves the machine would not get far; here it fails at once.
      await context.route(url => !isLoopback(url), route => route.abort());
      return context;
    },
    stop: () => browser.close(),
  };
}

const pages = new Set();
const refusals = [];

/** A test that leaves pictures of all open pages when it fails, and says what the server refused. */
export function journey(name, run) {
  test(name, async context => {
    pages.clear();
    refusals.length = 0;
    try {
      await run();
    } catch (error) {
      context.diagnostic(`refused: ${refusals.join(', ') || 'nothing'}`);
      let number = 0;
      for (const page of pages) {
        if (!page.isClosed()) await shoot(page, `FAILED-${name.replace(/\W+/g, '-')}-${(number += 1)}`).catch(() => {});
      }
      throw error;
    }
  });
}

/** Keeps a picture of the page, named after the test file. */
export async function shoot(page, name) {
  const file = basename(process.argv[1] ?? 'browser', '.test.js');
  await page.screenshot({ path: join(ARTIFACTS, `${file}-${name}.png`), animations: 'disabled' });
}
