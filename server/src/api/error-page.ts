/**
 * `/docs/errors`: what the `type` of a problem document leads to, one place per code.
 *
 * Not `docs/errors.md`, which is generated from the same table. The page has no script and loads nothing.
 */
import { createHash } from 'node:crypto';
import { exitCodeOf } from '@weft/core/lib/error';
import { ERROR_CATALOG } from '@weft/core/lib/error-catalog';
import type { WeftApp } from './app.ts';
import { pageHeaders } from './page-headers.ts';

export function registerErrorPage(app: WeftApp): void {
  const page = renderErrorPage();
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.headers(HEADERS).type('text/html; charset=utf-8').send(page),
  );
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 .25rem}p{margin:.25rem 0}:target{background:#fd64}';

/** The one style that stands in the page, by its hash. */
const HEADERS = pageHeaders([
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
]);

function renderErrorPage(): string {
  const codes = Object.entries(ERROR_CATALOG).map(([code, { title, status, remedy }]) =>
    [
      `<h2 id="${code.toLowerCase()}">${code}</h2>`,
      `<p>${escapeHtml(title)}. HTTP ${status}, exit code ${exitCodeOf(status, code)}.</p>`,
      `<p>${escapeHtml(remedy)}</p>`,
    ].join('\n'),
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Errors of Weft</title><style>${STYLE}</style></head><body>`,
    '<h1>Errors</h1>',
    '<p>An error says in its <code>detail</code> what happened, and in its <code>remedy</code> what to do.</p>',
    ...codes,
    '</body></html>',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
