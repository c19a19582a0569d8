// The React application in `examples/`, built as it would be for production.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { journey } from '../harness/chromium.js';
import { buildReact } from '../harness/examples.js';
import { createPerson, freshEmail } from '../harness/people.js';
import { startStage } from '../harness/stage.js';

let app;
let stage;
before(async () => {
  stage = await startStage({ page: (path, setup) => (app ??= buildReact(setup)).page(path) });
});
after(async () => {
  await stage.stop();
  app?.remove();
});

journey('SignUp leads to the members', async () => {
  const email = freshEmail();
  const visitor = await stage.visitor();
  await visitor.open('/members');
  await visitor.page.waitForURL(url => url.pathname === '/sign-in');
  await visitor.signUp(email, { arrivesAt: '/members' });
  await visitor.sees(`Hello, ${email}`);
  await visitor.shot('members');
  await visitor.open('/user');
  await visitor.sees('Profile details');
  await visitor.signOut();
});

journey('a banned user is sent to the sign-in page, which says why', async () => {
  const { email, id } = await createPerson(stage);
  const visitor = await stage.visitor();
  assert.equal(await visitor.signIn(email, { arrivesAt: '/members' }), id);
  await stage.clerk.users.banUser(id);
  assert.equal(await visitor.token(), null);
  await visitor.page.waitForURL(url => url.pathname === '/sign-in');
  await visitor.tryPassword(email);
  await visitor.sees('This account has been banned');
  await visitor.shot('banned');
  await stage.clerk.users.unbanUser(id);
  assert.equal(await visitor.signIn(email, { arrivesAt: '/members' }), id);
});
