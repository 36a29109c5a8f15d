/**
 * Serves the web app's files to browsers: one page and its assets, with a strict content security policy.
 *
 * Not a file server: the list of files is fixed here, so no path of a request ever reaches the disk.
 */
import { readFile } from 'node:fs/promises';
import type { WeftApp } from './app.ts';

const FOLDER = new URL('../../../web/src/', import.meta.url);

const FILES: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/assets/mesh.js': { file: 'mesh.js', type: 'text/javascript; charset=utf-8' },
  '/assets/mesh.css': { file: 'mesh.css', type: 'text/css; charset=utf-8' },
  '/assets/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' },
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function registerWeb(app: WeftApp): void {
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .headers({
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-cache',
        })
        .type(type)
        .send(await readFile(new URL(file, FOLDER))),
    );
  }
}
