/**
 * How the web app is built: split by route, without inline scripts or styles, so that the strict content policy holds.
 *
 * Not a server: `weft up` serves `dist`. `vite dev` and `vite preview` are for work on the pages; they pass the API on to a
 * running mesh (WEFT_URL, else port 8787), in the name of WEFT_TOKEN when there is one.
 */
import react from '@vitejs/plugin-react';
import type { ProxyOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import { mantineVariables } from './build/mantine-variables.ts';

const target = process.env['WEFT_URL'] ?? 'http://127.0.0.1:8787';
const token = process.env['WEFT_TOKEN'];

// Why the origin: the mesh takes a browser's requests only from its own pages.
const toMesh: ProxyOptions = {
  target,
  headers: { origin: target, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
};
const proxy = Object.fromEntries(
  ['/api', '/auth', '/docs', '/openapi.json', '/healthz', '/readyz'].map((path) => [path, toMesh]),
);

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), mantineVariables()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy },
  preview: { proxy },
  test: {
    // Why together: each test file would start a process of its own, which takes longer than its tests.
    isolate: false,
    css: { include: [/tokens\.css/] },
    projects: [
      { extends: true, test: { name: 'functions', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'components',
          include: ['src/**/*.test.tsx'],
          environment: 'jsdom',
          // Why long: a busy machine is no fault of a component.
          testTimeout: 30_000,
          environmentOptions: { jsdom: { url: 'http://weft.test/' } },
          setupFiles: ['src/testing/setup.ts'],
        },
      },
    ],
  },
});
