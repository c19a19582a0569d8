// Compiled, never run: the types fit those of @clerk/backend.

import { createClerkClient, verifyToken } from '@clerk/backend';
import type { AuthenticatedState, RequestState } from '@clerk/backend/internal';

import { createRevocationFeed } from '../dist/index.js';

const feed = createRevocationFeed({ apiUrl: 'https://beadle.example', key: 'fk_x' });
const clerk = createClerkClient({});

export async function oneLine(request: Request): Promise<string | null> {
  const state = await feed.check(await clerk.authenticateRequest(request));
  const same: RequestState = state;
  if (same.status === 'handshake') return null;
  return same.toAuth().userId;
}

export async function knownToBeSignedIn(state: AuthenticatedState): Promise<string | null> {
  const checked = await feed.check(state);
  // @ts-expect-error It may have been signed out.
  const userId: string = checked.toAuth().userId;
  return checked.status === 'signed-in' ? checked.token : userId;
}

export async function claims(token: string): Promise<string> {
  const { sub, sid, gen } = await feed.check(await verifyToken(token, { jwtKey: '' }), { token });
  return String(feed.isRevoked({ sub, sid, gen }));
}
