// What Beadle would have sent: the development outbox, which exists under test keys.

/** The newest message to this address or number, as `/dev/outbox.json` shows it; fails without one. */
export async function newestTo({ beadle }, recipient) {
  const answer = await fetch(`${beadle.url}/dev/outbox.json?${new URLSearchParams({ to: recipient, limit: '1' })}`);
  const { messages } = await answer.json();
  if (!messages?.length) throw new Error(`no message to ${recipient}`);
  return messages[0];
}
