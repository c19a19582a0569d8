import { createRevocationFeed } from '../../dist/index.js';
import { Stub } from './stub.js';

/** A stub and a feed that follows it, both ended with the test. `reports` collects what the feed reports. */
export async function follow(t, options = {}, prepare = () => {}) {
  const stub = await Stub.start();
  t.after(() => stub.stop());
  prepare(stub);
  const reports = [];
  const onReport = event => reports.push(event);
  const feed = createRevocationFeed({ apiUrl: stub.url, key: 'fk_test', name: 'test-1', onReport, ...options });
  t.after(() => feed.close());
  return { stub, feed, reports, reported: type => reports.filter(event => event.type === type) };
}

/** Waits until `condition` holds. */
export async function until(condition, what = condition, limitMs = 5_000) {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

export const user = (id, generation = 2) => ({ user_id: id, generation });
export const claims = (sub, gen = 1, sid = `sess_of_${sub}`) => ({ sub, sid, gen });
