/**
 * /openapi.json, and /docs to read it on: the description that @fastify/swagger gathers from the routes themselves.
 *
 * Not the documentation of Weft: that is the folder `docs/`.
 */
import swaggerUi from '@fastify/swagger-ui';
import type { WeftApp } from './app.ts';

export async function registerDocs(app: WeftApp): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'none', deepLinking: true },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
