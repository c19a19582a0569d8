import { ClerkProvider } from '@clerk/react';
import { createRoot } from 'react-dom/client';

import { App } from './app.jsx';

createRoot(document.getElementById('root')).render(
  <ClerkProvider
    publishableKey={import.meta.env.VITE_CLERK_PUBLISHABLE_KEY}
    proxyUrl={import.meta.env.VITE_CLERK_PROXY_URL || '/__clerk'}
    signInUrl="/sign-in"
    signUpUrl="/sign-up"
    afterSignOutUrl="/"
    telemetry={false}
  >
    <App />
  </ClerkProvider>,
);
