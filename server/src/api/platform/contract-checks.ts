/**
 * Routes of contracts before they are published: check, compare, and compile to another form.
 */

import { EXPORT_TARGETS } from '@weft/core/lib/export-targets';
import { Type } from 'typebox';
import type { ContractChecks } from '../../services/contract-checks.ts';
import type { WeftApp } from '../app.ts';
import { nullable } from './control-schemas.ts';
import { documentBody, withDocumentBodies } from './document-body.ts';

const DOCUMENT_BYTES_MAX = 2 * 1024 * 1024;

const PlacedDiagnosticSchema = Type.Object({
  code: Type.String(),
  severity: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
  remedy: Type.Optional(nullable(Type.String())),
});

export const DiagnosticsSchema = Type.Array(PlacedDiagnosticSchema);

const Side = Type.Enum(['break', 'warn', 'safe']);
const DiffSchema = Type.Object({
  before: Type.String(),
  after: Type.String(),
  bump: Type.String({ description: 'The least that the version has to go up.' }),
  changes: Type.Array(
    Type.Object({
      path: Type.String(),
      was: Type.Optional(
        Type.String({ description: 'The path in the version before, of a renamed column.' }),
      ),
      kind: Type.String(),
      consumer: Side,
      producer: Side,
      message: Type.String(),
      examples: Type.Optional(
        Type.Array(
          Type.Object({
            value: Type.String({ description: 'As JSON writes it.' }),
            allowedBy: Type.Enum(['before', 'after']),
          }),
          { description: 'Values that one version takes and the other refuses.' },
        ),
      ),
    }),
  ),
});

const Given = Type.String({
  minLength: 1,
  maxLength: DOCUMENT_BYTES_MAX,
  description: 'A reference such as `sales.orders@1`, or the text of a document.',
});

const tags = ['contracts'];

export function registerContractChecks(app: WeftApp, checks: ContractChecks): void {
  withDocumentBodies(app, (scope) => registerLint(scope, checks));
  app.post(
    '/api/v1/contracts/diff',
    {
      bodyLimit: 3 * DOCUMENT_BYTES_MAX,
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary: 'What changes from one contract to another, for each side',
        body: Type.Object({ a: Given, b: Given }, { additionalProperties: false }),
        response: { 200: DiffSchema },
      },
    },
    async (request) => checks.diff(request.body.a, request.body.b),
  );
  app.get(
    '/api/v1/contracts/:ref/exports/:target',
    {
      schema: {
        tags,
        summary: 'A published contract in another form, as text',
        description: '`Weft-Losses` says how many rules the form cannot express.',
        params: Type.Object({ ref: Type.String(), target: Type.Enum([...EXPORT_TARGETS]) }),
        querystring: Type.Object({
          object: Type.Optional(
            Type.String({ maxLength: 200, description: 'Of this object or table only.' }),
          ),
        }),
        response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => {
      const { ref, target } = request.params;
      const { text, losses } = await checks.export(ref, target, request.query.object);
      // Why never as HTML: words of a contract must not become a page of this mesh.
      return reply
        .headers({ 'weft-losses': String(losses.length), 'x-content-type-options': 'nosniff' })
        .type('text/plain; charset=utf-8')
        .serializer((value: unknown) => String(value))
        .send(text);
    },
  );
}

function registerLint(app: WeftApp, checks: ContractChecks): void {
  app.post(
    '/api/v1/contracts/lint',
    {
      bodyLimit: DOCUMENT_BYTES_MAX,
      config: { idempotency: 'reads' },
      schema: {
        tags,
        summary: 'Check a document as publishing would; nothing is published',
        consumes: ['application/yaml', 'text/yaml', 'application/json'],
        response: { 200: Type.Object({ diagnostics: DiagnosticsSchema }) },
      },
    },
    async (request) => ({ diagnostics: await checks.lint(documentBody(request).text) }),
  );
}
