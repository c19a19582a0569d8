// A page without a framework: clerk-js and its components by two script tags, as in Clerk's quickstart.

const quoted = text => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** One page for every path; what is mounted depends on the path. */
export function plainPage({ key, proxyUrl, scripts }) {
  const proxy = proxyUrl ? ` data-clerk-proxy-url="${quoted(proxyUrl)}"` : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Acme</title>
<body>
<header id="account"></header>
<main id="main"></main>
<script crossorigin="anonymous" data-clerk-publishable-key="${quoted(key)}"${proxy}
  src="${scripts}/clerk-js@6/dist/clerk.browser.js"></script>
<script crossorigin="anonymous" src="${scripts}/ui@1/dist/ui.browser.js"></script>
<script type="module">
  await Clerk.load({
    ui: { ClerkUI: window.__internal_ClerkUICtor },
    telemetry: { disabled: true },
    signInUrl: '/sign-in',
    signUpUrl: '/sign-up',
    afterSignOutUrl: '/sign-in',
    signInFallbackRedirectUrl: '/',
    signUpFallbackRedirectUrl: '/',
  });
  const main = document.getElementById('main');
  const account = document.getElementById('account');
  const mount = {
    '/sign-in': () => Clerk.mountSignIn(main),
    '/sign-up': () => Clerk.mountSignUp(main),
    '/user': () => Clerk.user && Clerk.mountUserProfile(main),
  }[location.pathname];
  let hasButton = false;
  // What an application does: pages of its own for signed-in visitors, the sign-in page for others.
  Clerk.addListener(({ user }) => {
    // Undefined while clerk-js is between two states.
    if (user === undefined) return;
    if (user && !hasButton) Clerk.mountUserButton(account);
    if (!user && hasButton) Clerk.unmountUserButton(account);
    hasButton = Boolean(user);
    if (!user && ['/', '/user'].includes(location.pathname)) location.assign('/sign-in');
  });
  mount?.();
</script>
</body>
</html>`;
}
