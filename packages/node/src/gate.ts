import type { Settings } from './options.js';
import type { RefusalReason } from './report.js';

const TIMEOUT_MS = 2_000;

/** Asks the server about one token. Undefined if it is good; no answer is no. */
export async function askGate({ apiUrl }: Settings, token: string): Promise<RefusalReason | undefined> {
  try {
    const response = await fetch(`${apiUrl}/v1/gate`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    await response.arrayBuffer();
    if (response.status === 200) return undefined;
    return response.status === 401 ? 'revoked' : 'stale';
  } catch {
    return 'stale';
  }
}
