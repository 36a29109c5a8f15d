/**
 * /openapi.json, and /docs to read it on: the description that @fastify/swagger gathers from the routes themselves.
 *
 * Not the documentation of Weft: that is the folder `docs/`.
 */
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyReply } from 'fastify';
import type { WeftApp } from './app.ts';
import { pageHeaders } from './page-headers.ts';

/** The one style that the reader's script writes into the page, by its hash; another version of it may have another. */
const OWN_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

const READER = pageHeaders([
  "script-src 'self'",
  `style-src 'self' ${OWN_STYLE}`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
]);
/** Of a document, which loads nothing. */
const DOCUMENT = pageHeaders([]);

export async function registerDocs(app: WeftApp): Promise<void> {
  // Why a room of its own: the headers are those of its pages and files alone.
  await app.register(async (room) => {
    room.addHook('onSend', async (_request, reply: FastifyReply) => void reply.headers(READER));
    await room.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'none', deepLinking: true },
    });
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    void reply.headers(DOCUMENT);
    return app.swagger();
  });
}
