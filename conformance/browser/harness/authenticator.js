// A device that keeps passkeys and has verified its user: Chromium's virtual authenticator. It belongs to one tab.

/**
 * `{ passkeys() }` are those that the device holds. Without `autofill` the browser offers none before it is asked to; with
 * it, this device answers as soon as the sign-in page is open.
 */
export async function addAuthenticator(page, { autofill = false } = {}) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  if (!autofill) {
    await page.addInitScript(() => (PublicKeyCredential.isConditionalMediationAvailable = async () => false));
  }
  return { passkeys: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials };
}
