import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { shell } from './build/shell.ts';

export default defineConfig({
  plugins: [svelte(), shell()],
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  build: {
    target: 'es2023',
    // Every shell file is its own cached file: nothing is inlined that the CSP would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      output: {
        // Everything the first screen needs is one file, not a dozen small ones that others happen to share; and so is
        // the chart that Today draws after it.
        codeSplitting: {
          groups: [
            { name: 'app', test: /\/src\/main\.ts$/, priority: 2 },
            { name: 'chart', test: /\/src\/progress\/SinceStart\.svelte$/, priority: 1 },
          ],
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', setupFiles: ['build/test-setup.ts'] },
});
