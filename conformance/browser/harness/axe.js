// Accessibility, as axe-core judges it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails if axe finds something serious or critical on the page. */
export async function assertAccessible(page) {
  // Colours are judged as they are in the end: with the style sheet, and not half-way through a transition to it, or to
  // what the mouse is over.
  await page.waitForLoadState('load');
  await page.mouse.move(0, 0);
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(animation => animation.finished)));
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const shown = grave.map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.html} ${node.failureSummary}`).join(' ')}`);
  assert.deepEqual(shown, [], `${page.url()} has barriers`);
}
