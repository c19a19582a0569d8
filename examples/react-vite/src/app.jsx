import { RedirectToSignIn, Show, SignIn, SignUp, UserButton, UserProfile, useAuth, useUser } from '@clerk/react';

/** Pages by path; an application would use its router. */
export function App() {
  return (
    <>
      <header>
        <a href="/">Acme</a>
        <Show when="signed-in">
          <UserButton />
        </Show>
        <Show when="signed-out">
          <a href="/sign-in">Sign in</a> <a href="/sign-up">Sign up</a>
        </Show>
      </header>
      <main>
        <Page path={location.pathname} />
      </main>
    </>
  );
}

function Page({ path }) {
  if (path === '/sign-in') return <SignIn routing="hash" fallbackRedirectUrl="/members" />;
  if (path === '/sign-up') return <SignUp routing="hash" fallbackRedirectUrl="/members" />;
  if (path === '/user') return <UserProfile routing="hash" />;
  if (path === '/members') return <Members />;
  return <h1>Welcome</h1>;
}

/** Only for signed-in users; everybody else, and whoever is banned meanwhile, is sent to sign in. */
function Members() {
  return (
    <>
      <Show when="signed-in">
        <Greeting />
      </Show>
      <Show when="signed-out">
        <RedirectToSignIn />
      </Show>
    </>
  );
}

function Greeting() {
  const { user } = useUser();
  const { getToken } = useAuth();
  // Session tokens go to your own services as `Authorization: Bearer`.
  const call = async () => {
    const token = await getToken();
    const answer = await fetch('/api/me', { headers: { authorization: `Bearer ${token}` } });
    console.log(answer.status, await answer.text());
  };
  return (
    <>
      <h1>Hello, {user.primaryEmailAddress?.emailAddress}</h1>
      <button onClick={call}>Call the API</button>
    </>
  );
}
