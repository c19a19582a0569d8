// What Beadle would have sent: the development outbox, which exists under test keys.

import { waitUntil } from '../../js/harness/ports.js';

/** The newest message to this address or number, as `/dev/outbox.json` shows it: a moment after it was asked for. */
export async function newestTo({ beadle }, recipient) {
  const query = new URLSearchParams({ to: recipient, limit: '1' });
  let newest;
  const arrived = async () => {
    const answer = await fetch(`${beadle.url}/dev/outbox.json?${query}`);
    [newest] = (await answer.json()).messages;
    return newest !== undefined;
  };
  await waitUntil(arrived, 5_000, () => `no message to ${recipient}`);
  return newest;
}
