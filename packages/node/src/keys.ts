import { createPublicKey, type KeyObject } from 'node:crypto';

import { type CompactVerifyGetKey, createRemoteJWKSet, type JWK } from 'jose';

import type { Settings } from './options.js';

const TIMEOUT_MS = 2_000;

/** The server's public keys: the given one, or those that it publishes. Throws `TypeError` for a key of no use. */
export function publicKeys({ jwtKey, apiUrl }: Settings): CompactVerifyGetKey {
  if (jwtKey === undefined) {
    return createRemoteJWKSet(new URL(`${apiUrl}/.well-known/jwks.json`), { timeoutDuration: TIMEOUT_MS });
  }
  const key = parse(jwtKey);
  return async () => key;
}

function parse(jwtKey: string | JWK): KeyObject {
  let key: KeyObject;
  try {
    key = typeof jwtKey === 'string' ? parseText(jwtKey.trim()) : fromJwk(jwtKey);
  } catch (cause) {
    throw new TypeError('jwtKey is neither PEM nor a JWK', { cause });
  }
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('jwtKey must be an RSA key');
  return key;
}

function parseText(text: string): KeyObject {
  if (text.startsWith('{')) return fromJwk(JSON.parse(text) as JWK);
  // Environment variables often hold line ends as two characters.
  if (text.startsWith('-----BEGIN')) return createPublicKey(text.replaceAll('\\n', '\n'));
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}

function fromJwk(key: JWK): KeyObject {
  return createPublicKey({ key: { ...key }, format: 'jwk' });
}
