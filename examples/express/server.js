import { clerkMiddleware, getAuth } from '@clerk/express';
import express from 'express';

const app = express();
// Cookies (with Clerk's handshake where a page needs one) and `Authorization: Bearer` alike.
app.use(clerkMiddleware());

/** A page that the server draws. */
app.get('/members', (request, response) => {
  const { userId } = getAuth(request);
  response.type('html').send(userId ? `<h1>Hello, ${userId}</h1>` : '<h1>Hello, stranger</h1>');
});

/** Refuses who is not signed in. */
function signedIn(request, response, next) {
  if (getAuth(request).isAuthenticated) return next();
  return response.status(401).json({ error: 'not signed in' });
}

app.get('/api/me', signedIn, (request, response) => {
  const { userId, sessionId } = getAuth(request);
  response.json({ userId, sessionId });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://localhost:${server.address().port}`);
});
