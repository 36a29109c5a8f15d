/**
 * The routes by which nodes report: where they answer, events, batch reports without samples, measurements, versions of key lists.
 */
import { Type } from 'typebox';
import type { RegistryService } from '../../services/registry-service.ts';
import type { NodeReport, ReportsService } from '../../services/reports-service.ts';
import type { WeftApp } from '../app.ts';
import { NodeUrl, nullable } from './control-schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Ratios = Type.Record(Type.String(), Type.Number({ minimum: 0 }));

const ReportSchema = Type.Object(
  {
    batch: Type.String({ minLength: 1 }),
    product: Type.String(),
    table: Type.String(),
    contract: Type.Object({ id: Type.String(), version: Type.String(), hash: Type.String() }),
    state: Type.Enum(['landed', 'checking', 'committed', 'held', 'discarded', 'failed']),
    records: Type.Object({ in: Count, good: Count, quarantined: Count, duplicates: Count }),
    rules: Type.Array(Type.Object({}, { additionalProperties: true })),
    quarantine: Type.Object({
      total: Count,
      byRule: Type.Record(Type.String(), Count),
      sample: Type.Array(Type.Unknown(), { description: 'Must be empty.' }),
    }),
    started: Type.String(),
  },
  { additionalProperties: true },
);

const MeasurementSchema = Type.Object(
  {
    product: Type.String(),
    table: Type.String(),
    major: Count,
    measuredAt: Type.String(),
    rows: Count,
    bytes: nullable(Count),
    lastBatch: nullable(Type.String()),
    batches: Count,
    passRate: nullable(Type.Number({ minimum: 0, maximum: 1 })),
    nulls: Ratios,
    distinct: Ratios,
  },
  { additionalProperties: false },
);

const KeyListSchema = Type.Object(
  {
    product: Type.String(),
    set: Type.String(),
    declaration: Type.String(),
    version: nullable(Type.String()),
    keys: nullable(Count),
    subjects: nullable(Count),
    problem: nullable(Type.String()),
    readAt: Type.String(),
  },
  { additionalProperties: false },
);

const ReportBody = Type.Object(
  {
    events: Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 1000 }),
    reports: Type.Array(ReportSchema, { maxItems: 1000 }),
    measurements: Type.Array(MeasurementSchema, { maxItems: 1000 }),
    lists: Type.Optional(Type.Array(KeyListSchema, { maxItems: 1000 })),
  },
  { additionalProperties: false },
);

export function registerNodeReports(
  app: WeftApp,
  deps: { reports: ReportsService; registry: RegistryService },
): void {
  app.post(
    '/api/v1/node/address',
    {
      schema: {
        tags: ['nodes'],
        summary: 'Say where this node answers (nodes)',
        body: Type.Object({ url: NodeUrl }, { additionalProperties: false }),
        response: { 200: Type.Object({ domains: Type.Array(Type.String()) }) },
      },
    },
    async (request) => {
      const url = request.body.url.replace(/\/$/, '');
      return { domains: await deps.registry.placeNode(request.subject, url) };
    },
  );
  app.post(
    '/api/v1/node/reports',
    {
      config: { idempotency: 'own' },
      schema: {
        tags: ['nodes'],
        summary: 'Take what a node reports (nodes); repeats are harmless',
        body: ReportBody,
        response: {
          200: Type.Object({
            accepted: Type.Integer(),
            refused: Type.Array(Type.Object({ item: Type.String(), because: Type.String() })),
          }),
        },
      },
    },
    async (request) => deps.reports.take(request.subject, request.body as unknown as NodeReport),
  );
}
