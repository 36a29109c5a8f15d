/**
 * Serves the built web app to browsers: its files, and its one page for every address that the app knows.
 *
 * Not a file server: the files are listed once, when the routes are registered, so no path of a request ever reaches the
 * disk. Invariants: every answer carries the strict content policy; a file with a hash in its name never changes, the page
 * is always asked for anew.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { WeftError } from '@weft/core/lib/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WeftApp } from './app.ts';
import { pageHeaders } from './page-headers.ts';

const BUILT = new URL('../../../web/dist/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** First pieces of the addresses that the app's router knows. */
const PAGES = [
  'agreements',
  'audit',
  'd',
  'domains',
  'i',
  'make',
  'map',
  'market',
  'p',
  'people',
  'policies',
  'review',
  'saved',
  'workbench',
];

const HEADERS = pageHeaders([
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  // Why data: charts and cloths that are copied as pictures are made in the page.
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
]);

/** Why open to any text: the page is the same for all, and tells by itself what is wrong with its address. */
const PAGE = { schema: { hide: true }, config: { isPage: true } };

const YEAR_SECONDS = 31_536_000;

/** Registers the app's files and pages. Without a build the pages say how to make one. */
export function registerWeb(app: WeftApp, folder: URL = BUILT): void {
  const sender = createSender(folder);
  const files = listFiles(folder);
  for (const file of files) {
    if (file === 'index.html' || !(extname(file) in TYPES)) continue;
    const isNamedByHash = file.startsWith('assets/');
    const cache = isNamedByHash ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
    app.get(`/${file}`, { schema: { hide: true } }, (request, reply) =>
      sender({ request, reply, file, cache }),
    );
  }
  const page = (request: FastifyRequest, reply: FastifyReply) =>
    sender({ request, reply, file: 'index.html', cache: 'no-cache' });
  app.get('/', PAGE, page);
  for (const first of PAGES) {
    app.get(`/${first}`, PAGE, page);
    app.get(`/${first}/*`, PAGE, page);
  }
  // Why the same page: the app says that there is none, beside the ways to all that there are.
  if (files.includes('index.html')) {
    app.lost.show = (request, reply) =>
      page(request, reply.code(404).header('vary', 'accept, accept-encoding'));
  }
}

function listFiles(folder: URL): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.pathname.length))
      .map((path) => path.replace(/^\/+/, ''))
      .filter((path) => !path.startsWith('.'));
  } catch {
    return [];
  }
}

interface Sending {
  request: FastifyRequest;
  reply: FastifyReply;
  file: string;
  cache: string;
}

type Encoding = 'br' | 'gzip' | 'identity';

const ENCODERS = { br: promisify(brotliCompress), gzip: promisify(gzip) };
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg']);

/** Sends a built file, compressed once for each way a browser takes it. */
function createSender(folder: URL) {
  const kept = new Map<string, Promise<Buffer>>();
  const bytesOf = (file: string, encoding: Encoding): Promise<Buffer> => {
    const key = `${encoding} ${file}`;
    const found = kept.get(key) ?? readEncoded(new URL(file, folder), encoding);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    return found;
  };
  return async ({ request, reply, file, cache }: Sending): Promise<FastifyReply> => {
    const type = extname(file);
    const encoding = COMPRESSED.has(type) ? chooseEncoding(request) : 'identity';
    const bytes = await bytesOf(file, encoding).catch(() => null);
    if (bytes === null) {
      throw new WeftError('UNAVAILABLE', 'the web app is not built', {
        remedy: 'Run `npm run build` in the clone and start the mesh again.',
      });
    }
    if (encoding !== 'identity') void reply.header('content-encoding', encoding);
    return reply
      .headers({
        ...HEADERS,
        vary: reply.getHeader('vary') ?? 'accept-encoding',
        'cache-control': cache,
      })
      .type(TYPES[type] ?? 'application/octet-stream')
      .send(bytes);
  };
}

async function readEncoded(file: URL, encoding: Encoding): Promise<Buffer> {
  const bytes = await readFile(file);
  return encoding === 'identity' ? bytes : ENCODERS[encoding](bytes);
}

function chooseEncoding(request: FastifyRequest): Encoding {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : 'identity';
}
