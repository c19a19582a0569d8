// The instance's settings and what belongs to them, with the published SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertRawError, createPerson, freshEmail, raw, rejects, sdk } from '../harness/backend.js';
import { startServer } from '../harness/server.js';

let server;
let clerk;
before(async () => {
  server = await startServer();
  clerk = sdk(server);
});
after(() => server.stop());

test('instance: get, update, updateRestrictions, organization settings', async () => {
  const instance = await clerk.instance.get();
  assert.match(instance.id, /^ins_/);
  await clerk.instance.update({
    hibp: false,
    supportEmail: 'help@example.com',
    allowedOrigins: ['https://app.example.com'],
    developmentOrigin: 'http://localhost:3000',
    urlBasedSessionSyncing: true,
    enhancedEmailDeliverability: false,
    preferredSignInStrategyWhenPasswordRequired: 'otp',
  });
  assert.deepEqual((await clerk.instance.get()).allowedOrigins, ['https://app.example.com']);
  await rejects(clerk.instance.update({ allowedOrigins: ['nowhere'] }), 422, 'form_invalid_origin');
  const restrictions = await clerk.instance.updateRestrictions({
    blocklist: true,
    blockEmailSubaddresses: true,
    ignoreDotsForGmailAddresses: true,
  });
  assert.deepEqual(
    [restrictions.allowlist, restrictions.blocklist, restrictions.blockEmailSubaddresses],
    [false, true, true],
  );
  await clerk.instance.updateRestrictions({ blocklist: false });
  const settings = await clerk.instance.updateOrganizationSettings({
    maxAllowedMemberships: 7,
    domainsEnrollmentModes: ['automatic_invitation'],
  });
  assert.equal(settings.maxAllowedMemberships, 7);
  assert.equal((await clerk.instance.getOrganizationSettings()).creatorRole, 'org:admin');
});

test('the domain that the configuration names', async () => {
  // betaFeatures.changeDomain of this SDK asks for a path that Clerk's description does not have.
  await rejects(clerk.betaFeatures.changeDomain({ homeUrl: 'https://example.org' }), 404, 'resource_not_found');
  for (const [method, path] of [['POST', '/v1/instance/change_domain'], ['PUT', '/v1/beta_features/domain']]) {
    const answer = await raw(server, method, path, { json: { home_url: 'https://example.org' } });
    assertRawError(answer, 400, 'domain_update_forbidden');
  }
});

test('allowlistIdentifiers: create, list, delete', async () => {
  const identifier = freshEmail('allowed');
  const made = await clerk.allowlistIdentifiers.createAllowlistIdentifier({ identifier, notify: true });
  assert.deepEqual([made.identifier, made.identifierType], [identifier, 'email_address']);
  assert.match(made.invitationId, /^inv_/);
  await rejects(
    clerk.allowlistIdentifiers.createAllowlistIdentifier({ identifier, notify: false }),
    400,
    'duplicate_record',
  );
  const { data, totalCount } = await clerk.allowlistIdentifiers.getAllowlistIdentifierList({ limit: 1 });
  assert.deepEqual([totalCount, data[0].id], [1, made.id]);
  assert.equal((await clerk.allowlistIdentifiers.deleteAllowlistIdentifier(made.id)).deleted, true);
  await rejects(clerk.allowlistIdentifiers.deleteAllowlistIdentifier(made.id), 404, 'resource_not_found');
});

test('blocklistIdentifiers: create, list, delete', async () => {
  const made = await clerk.blocklistIdentifiers.createBlocklistIdentifier({ identifier: '*@blocked.example' });
  assert.equal(made.identifier, '*@blocked.example');
  const { data, totalCount } = await clerk.blocklistIdentifiers.getBlocklistIdentifierList();
  assert.deepEqual([totalCount, data[0].id], [1, made.id]);
  assert.equal((await clerk.blocklistIdentifiers.deleteBlocklistIdentifier(made.id)).deleted, true);
});

test('jwtTemplates: create, get, list, update, delete, and a token', async () => {
  const made = await clerk.jwtTemplates.create({
    name: 'hasura',
    claims: { role: '{{user.public_metadata.role}}' },
    lifetime: 90,
    allowedClockSkew: 0,
    customSigningKey: true,
    signingAlgorithm: 'HS256',
    signingKey: 'a secret that both sides know',
  });
  assert.deepEqual([made.lifetime, made.customSigningKey, made.signingAlgorithm], [90, true, 'HS256']);
  assert.deepEqual((await clerk.jwtTemplates.get(made.id)).claims, made.claims);
  const { totalCount } = await clerk.jwtTemplates.list();
  assert.equal(totalCount, 1);
  const user = await createPerson(clerk);
  await clerk.users.updateUserMetadata(user.id, { publicMetadata: { role: 'admin' } });
  const session = await clerk.sessions.createSession({ userId: user.id });
  const { jwt } = await clerk.sessions.getToken(session.id, 'hasura');
  const [header, claims] = jwt.split('.').map((part) => Buffer.from(part, 'base64url'));
  assert.equal(JSON.parse(header).alg, 'HS256');
  const { role, sub, exp, iat } = JSON.parse(claims);
  assert.deepEqual([role, sub, exp - iat], ['admin', user.id, 90]);
  const changed = await clerk.jwtTemplates.update({ templateId: made.id, name: 'renamed', claims: {} });
  assert.deepEqual([changed.name, changed.claims], ['renamed', {}]);
  await rejects(
    clerk.jwtTemplates.create({ name: 'bad', claims: { sub: 'x' } }),
    400,
    'jwt_template_reserved_claim',
  );
  assert.equal((await clerk.jwtTemplates.delete(made.id)).deleted, true);
  await rejects(clerk.jwtTemplates.get(made.id), 404, 'resource_not_found');
});

test('redirectUrls: create, get, list, delete', async () => {
  const made = await clerk.redirectUrls.createRedirectUrl({ url: 'my-app://oauth-callback' });
  assert.equal((await clerk.redirectUrls.getRedirectUrl(made.id)).url, 'my-app://oauth-callback');
  const { data, totalCount } = await clerk.redirectUrls.getRedirectUrlList();
  assert.deepEqual([totalCount, data[0].id], [1, made.id]);
  await rejects(clerk.redirectUrls.createRedirectUrl({ url: 'javascript://x' }), 422, 'form_param_format_invalid');
  await clerk.redirectUrls.deleteRedirectUrl(made.id);
  await rejects(clerk.redirectUrls.getRedirectUrl(made.id), 404, 'resource_not_found');
});

test('domains: list, add, update, delete', async () => {
  const { data: [primary] } = await clerk.domains.list();
  assert.equal(primary.isSatellite, false);
  const made = await clerk.domains.add({ name: 'satellite.example', is_satellite: true });
  assert.deepEqual([made.name, made.isSatellite], ['satellite.example', true]);
  const changed = await clerk.domains.update({ domainId: made.id, name: 'other.example' });
  assert.equal(changed.name, 'other.example');
  assert.equal((await clerk.domains.list()).totalCount, 2);
  assert.equal((await clerk.domains.delete(made.id)).deleted, true);
  const again = await clerk.domains.add({ name: 'satellite.example', is_satellite: true });
  assert.equal((await clerk.domains.deleteDomain(again.id)).deleted, true);
  await rejects(clerk.domains.delete(primary.id), 403, 'operation_not_allowed_on_primary_domain');
});

test('testingTokens: create', async () => {
  const made = await clerk.testingTokens.createTestingToken();
  assert.match(made.token, /^\d+-c_/);
  // The SDK hands this object out as it came.
  assert.ok(made.expires_at * 1000 > Date.now());
  const answer = await raw(server, 'GET', `/__clerk/v1/environment?__clerk_testing_token=${made.token}`, { key: '' });
  assert.equal(answer.status, 200);
});
