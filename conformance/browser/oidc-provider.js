// A real OpenID provider for browser tests: `node oidc-provider.js PORT`; see ../js/harness/oidc-provider.js. It needs the
// packages of ../js (`npm ci` there).

import { startProvider } from '../js/harness/oidc-provider.js';

const others = (process.env.OIDC_REDIRECT_URIS ?? '').split(',').filter(Boolean);
const { issuer } = await startProvider(Number(process.argv[2]), others);
console.log(`listening on ${issuer}`);
