// The Express application in `examples/` beside pages with clerk-js: by cookie, with the handshake, and by bearer.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';

import { freePort } from '../../js/harness/ports.js';
import { journey } from '../harness/chromium.js';
import { startExpress } from '../harness/examples.js';
import { createPerson } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

const OWN = ['/members', '/api/me'];

for (const setup of ['pk_live, proxied', 'pk_test, proxied', 'pk_live, own host']) {
  describe(setup, () => {
    let stage;
    let express;
    before(async () => {
      const port = await freePort();
      stage = await startStage({ setup, forward: path => (OWN.includes(path) ? port : undefined) });
      express = await startExpress({ ...stage, port });
    });
    after(async () => {
      await express.stop();
      await stage.stop();
    });

    /** What the application's API answers, asked by the page. */
    const ask = (visitor, headers = {}) =>
      visitor.page.evaluate(async headers => {
        const answer = await fetch('/api/me', { headers });
        return { status: answer.status, body: await answer.json() };
      }, headers);

    journey('who signed in is known by cookie and by bearer', async () => {
      const { email, id } = await createPerson(stage);
      const visitor = await stage.visitor();
      await visitor.open('/sign-in');
      assert.equal((await ask(visitor)).status, 401);
      await visitor.signIn(email);
      // With test keys the first page from the application's own server completes the browser's cookies.
      await visitor.goTo('/members');
      await visitor.sees(`Hello, ${id}`);
      await visitor.open('/');
      const token = await visitor.token();
      for (const answer of [await ask(visitor), await ask(visitor, { authorization: `Bearer ${token}` })]) {
        assert.deepEqual([answer.status, answer.body.userId], [200, id]);
      }
      const forged = await ask(visitor, { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` });
      assert.equal(forged.status, 401);
    });

    journey('a page whose session token has gone gets a new one by handshake, a banned user does not', async () => {
      const { email, id } = await createPerson(stage);
      const visitor = await stage.visitor();
      await visitor.signIn(email);
      await visitor.goTo('/members');
      await visitor.sees(`Hello, ${id}`);
      await visitor.forgetCookies(/^__session/);
      await visitor.goTo('/members');
      await visitor.sees(`Hello, ${id}`);
      assert.equal(new URL(visitor.page.url()).search, '');

      await stage.clerk.users.banUser(id);
      await visitor.forgetCookies(/^__session/);
      await visitor.goTo('/members');
      await visitor.sees('Hello, stranger');
    });
  });
}
