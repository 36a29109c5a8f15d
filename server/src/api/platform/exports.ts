/**
 * The route of exports: what a subject may see of a table, as an Iceberg table in an archive.
 *
 * Not the rules: `services/export-service.ts`. As with queries, the answer is streamed, cut when it fails on its way, and
 * cut at once when what permitted it was revoked. `Weft-Query` names it from the first byte; it is shown and cancelled by that.
 */
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { ExportService } from '../../services/export-service.ts';
import type { WeftApp } from '../app.ts';
import { goneSignal } from '../gone-client.ts';

const HAVE_MAX = 10_000;

const ExportBody = Type.Object(
  {
    table: Type.String({
      minLength: 3,
      maxLength: 200,
      description: 'domain.table, or domain."table@1" for one major version.',
    }),
    purpose: Type.String({ minLength: 1, maxLength: 200 }),
    location: Type.String({
      minLength: 2,
      maxLength: 1_000,
      description: 'Absolute path or URI of the folder where the table will stand.',
    }),
    have: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9a-f]{64}(-[1-9][0-9]{0,5})?\\.parquet$' }), {
        maxItems: HAVE_MAX,
        description: 'Names of data files that the caller holds already: they are left out.',
      }),
    ),
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 999_999_999,
        description: 'Number of the metadata file (default 1).',
      }),
    ),
  },
  { additionalProperties: false },
);

export function registerExports(app: WeftApp, deps: { exports: ExportService }): void {
  app.post(
    '/api/v1/exports',
    {
      // Why so long: names of files that are there already.
      bodyLimit: 2 * 1024 * 1024,
      config: { idempotency: 'reads' },
      schema: {
        tags: ['queries'],
        summary: 'Take what you may see of a table away as an Iceberg table, for a purpose',
        description:
          'A tar archive: weft-export.json (what it holds), data/*.parquet, then metadata/*. Decided like a query of ' +
          'SELECT *; exporting must be permitted. The header Weft-Query names it as a query.',
        body: ExportBody,
        response: {
          200: {
            content: {
              'application/x-tar': {
                schema: Type.Unsafe<string>({ type: 'string', format: 'binary' }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { have = [], version = 1, ...asked } = request.body;
      const { subject } = request;
      const signal = goneSignal(reply);
      const answer = await deps.exports.export({ ...asked, subject, have, version, signal });
      answer.revoked.addEventListener('abort', () => reply.raw.socket?.resetAndDestroy(), {
        once: true,
      });
      const stream = Readable.from(answer.body, { objectMode: false });
      return reply
        .header('content-type', 'application/x-tar')
        .header('weft-query', answer.query)
        .header('cache-control', 'private, no-store')
        .send(stream as never); // Why: the schema says what comes of it as text.
    },
  );
}
