/**
 * The route that drafts a contract from a sample file. The file is read where data lies, at the node, and nothing of it stays.
 */
import { Readable } from 'node:stream';
import { FOREIGN_FORMS } from '@weft/core/contract/infer/foreign-form';
import { nameFault, suggestName } from '@weft/core/contract/names';
import { WeftError } from '@weft/core/lib/error';
import type { Clock } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type { SampleInference } from '../../services/inference-ports.ts';
import { actsFor, assertMayIngest, splitProduct } from '../../services/ingest-access.ts';
import type { WeftApp } from '../app.ts';
import { DiagnosticsSchema } from './contract-checks.ts';
import { nullable } from './control-schemas.ts';

export interface InferenceDeps {
  inference: SampleInference;
  clock: Clock;
  bytesMax: number;
}

const InferenceSchema = Type.Object({
  document: Type.String({ description: 'The draft, YAML; complete what it marks.' }),
  rows: Type.Integer({ description: 'Records that were looked at.' }),
  truncated: Type.Boolean({ description: 'The file goes on after them.' }),
  evidence: Type.Array(
    Type.Object({
      column: Type.String(),
      seen: Type.Integer(),
      nulls: Type.Integer(),
      distinct: Type.Integer(),
      min: nullable(Type.String()),
      max: nullable(Type.String()),
      examples: Type.Array(Type.String()),
      looksLike: nullable(
        Type.Enum([...FOREIGN_FORMS], {
          description: 'Numbers or dates in a form that no contract reads, so that they are text.',
        }),
      ),
    }),
  ),
  diagnostics: DiagnosticsSchema,
});

export function registerInferences(app: WeftApp, deps: InferenceDeps): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    registerInfer(scope as WeftApp, deps);
  });
}

function registerInfer(app: WeftApp, { inference, clock, bytesMax }: InferenceDeps): void {
  app.post(
    '/api/v1/contracts/inferences',
    {
      bodyLimit: bytesMax,
      config: { idempotency: 'reads' },
      schema: {
        tags: ['contracts'],
        summary: 'Draft a contract from a sample file, which is the body',
        querystring: Type.Object({
          product: Type.Optional(
            Type.String({
              maxLength: 140,
              description:
                'domain.product that it shall be of; without it the first domain that you produce for, and the file name.',
            }),
          ),
          name: Type.Optional(Type.String({ maxLength: 300, description: 'Name of the file.' })),
          format: Type.Optional(Type.Enum(['auto', 'csv', 'ndjson', 'json', 'parquet', 'avro'])),
        }),
        response: { 200: InferenceSchema },
      },
    },
    async (request) => {
      const { subject, query, body } = request;
      const name = (query.name ?? 'sample').replace(/^.*[/\\]/, '') || 'sample';
      const { domain, product } = targetOf(subject, { asked: query.product, file: name });
      if (!(body instanceof Readable)) {
        throw new WeftError('REQUEST_INVALID', 'the body has no file');
      }
      return inference.infer(body, {
        name,
        format: query.format ?? null,
        domain,
        product,
        owner: subject.id,
        now: clock.now(),
      });
    },
  );
}

/** What the draft is of. Throws FORBIDDEN for who does not produce for it, or for nothing at all. */
function targetOf(
  subject: Subject,
  { asked, file }: { asked: string | undefined; file: string },
): { domain: string; product: string } {
  if (asked === undefined) {
    const domain = subject.domains.find((name) => actsFor(subject, name));
    if (domain !== undefined) return { domain, product: suggestName(file.split('.')[0] ?? '') };
    throw new WeftError('FORBIDDEN', `${subject.id} produces for no domain`);
  }
  const { domain, name: product } = splitProduct(asked);
  assertMayIngest(subject, domain);
  const fault = nameFault(product);
  if (fault === null) return { domain, product };
  const why =
    fault === 'reserved'
      ? 'it is a word of SQL'
      : 'a name has small letters, digits and _, and begins with a letter';
  throw new WeftError('REQUEST_INVALID', `"${product}" cannot name a product: ${why}`, {
    remedy: `For example ${suggestName(product)}.`,
  });
}
