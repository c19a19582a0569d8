// A real OpenID provider (npm's oidc-provider) whose one account always says yes. As a program, for other test suites:
//
//   node oidc-provider.js PORT
//
// `POST /account` with JSON (`sub`, `email`, `email_verified`, `given_name` …) says who is signed in there from then on,
// `{"refuse": true}` that they refuse. Any loopback port may be the callback's; other callbacks are named by
// OIDC_REDIRECT_URIS, separated by commas.

import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'beadle';
export const CLIENT_SECRET = 'conformance-0123456789abcdefghijklmnop';
const CALLBACK = '/__clerk/v1/oauth_callback';

/** `{ issuer, account(claims), stop() }` */
export async function startProvider(port, redirectUris = []) {
  const issuer = `http://127.0.0.1:${port}`;
  let account = { sub: 'grace', email: 'grace@example.com', email_verified: true, given_name: 'Grace', family_name: 'Hopper' };

  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      // Callbacks of native clients are compared without the port.
      application_type: 'native',
      redirect_uris: [`http://127.0.0.1${CALLBACK}`, `http://localhost${CALLBACK}`, ...redirectUris],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'picture'] },
    cookies: { keys: ['conformance'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...account, sub }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // Everything that is asked for was agreed to before.
    async loadExistingGrant(ctx) {
      const { client, session, params } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    // Nobody stays signed in here: each time it is the account of the moment.
    ttl: { Session: 1, Interaction: 60, Grant: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
  });

  const callback = provider.callback();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, issuer).pathname;
    if (request.method === 'POST' && path === '/account') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      account = JSON.parse(Buffer.concat(chunks));
      return response.writeHead(204).end();
    }
    if (path.startsWith('/interaction/')) {
      const { refuse } = account;
      const result = refuse ? { error: 'access_denied' } : { login: { accountId: account.sub, remember: false }, consent: {} };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    }
    return callback(request, response);
  });
  await new Promise(resolve => server.listen(port, '127.0.0.1', resolve));

  return {
    issuer,
    account(claims) {
      account = claims;
    },
    stop: () => new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const others = (process.env.OIDC_REDIRECT_URIS ?? '').split(',').filter(Boolean);
  const { issuer } = await startProvider(Number(process.argv[2]), others);
  console.log(`listening on ${issuer}`);
}
