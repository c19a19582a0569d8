import { defineConfig } from 'vite';

// Development: the page's own origin passes /__clerk on to Beadle. Elsewhere nginx or Caddy does that.
const beadle = process.env.BEADLE_URL ?? 'http://127.0.0.1:3900';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  server: { proxy: { '/__clerk': { target: beadle, xfwd: true } } },
});
