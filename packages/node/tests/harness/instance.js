// What a Beadle instance is to the outside: an issuer, and an RSA key that signs session tokens and frames.

import { CompactSign, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

const HOST = 'clerk.beadle.example';

export async function createInstance() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'ins_2test';
  const issuer = `https://${HOST}`;
  return {
    issuer,
    publishableKey: `pk_live_${Buffer.from(`${HOST}$`).toString('base64')}`,
    secretKey: 'sk_live_test',
    pem: await exportSPKI(publicKey),
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },

    /** A session token of 60 seconds. */
    sessionToken({ sub = 'user_1', sid = 'sess_1', gen = 1, ...claims } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now - 10, exp: now + 60 };
      const payload = { iss: issuer, sub, sid, ...times, jti: 'j', v: 2, fva: [0, -1], sts: 'active', ...claims };
      return new SignJWT({ ...payload, ...(gen !== null && { gen }) })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', cat: 'cl_B7d4PD111AAA' })
        .sign(privateKey);
    },

    /** The `jws` of a frame. */
    signFrame(frame, { iss = issuer, typ = 'beadle-revocations+jwt' } = {}) {
      return new CompactSign(new TextEncoder().encode(JSON.stringify({ iss, ...frame })))
        .setProtectedHeader({ alg: 'RS256', kid, ...(typ && { typ }) })
        .sign(privateKey);
    },
  };
}

let instance;

/** One that the tests of a file share: making keys takes a while. */
export const theInstance = () => (instance ??= createInstance());
