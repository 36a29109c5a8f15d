/**
 * The routes of the quarantine: what was refused and why, exports, previews of repairs, replays, discards.
 *
 * Not the rules (`services/quarantine-service.ts`, `services/quarantine-decide.ts`). Invariant: files go through as streams and
 * are never held in memory.
 */
import { Readable } from 'node:stream';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { QuarantineDecisions, RepairRequest } from '../../services/quarantine-decide.ts';
import type { Asking, QuarantineReads } from '../../services/quarantine-service.ts';
import type { WeftApp } from '../app.ts';
import { goneSignal } from '../gone-client.ts';
import {
  CausesSchema,
  DiscardBody,
  DiscardSchema,
  ExportQuery,
  FixesQuery,
  LineageSchema,
  PreviewBody,
  PreviewSchema,
  QuarantinedBatchesSchema,
  QuarantineQuery,
  ReplayBody,
  ReplaySchema,
  RowsSchema,
} from './quarantine-schemas.ts';

export interface QuarantineRoutes {
  reads: QuarantineReads;
  decisions: QuarantineDecisions;
}

const SAMPLES = 10;
const CONTENT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

export function registerQuarantine(app: WeftApp, deps: QuarantineRoutes): void {
  registerReads(app, deps);
  registerExport(app, deps);
  registerDecisions(app, deps);
  // Why a scope: here the body is a stream of bytes, whatever its content type says.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    registerFixes(scope as WeftApp, deps);
  });
}

function registerReads(app: WeftApp, { reads }: QuarantineRoutes): void {
  app.get(
    '/api/v1/quarantine/causes',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'Causes of refused records, with counts, and the balance of each product',
        querystring: QuarantineQuery,
        response: { 200: CausesSchema },
      },
    },
    async (request, reply) => await reads.causes(request.query, askingOf(request, reply)),
  );
  app.get(
    '/api/v1/quarantine/batches',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'Batches with refused records, with their counts over all generations',
        querystring: QuarantineQuery,
        response: { 200: QuarantinedBatchesSchema },
      },
    },
    async (request) => await reads.batches(request.query, request.subject),
  );
  app.get(
    '/api/v1/quarantine/rows',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'Refused and skipped records of a product or batch, with values and reasons',
        querystring: QuarantineQuery,
        response: { 200: RowsSchema },
      },
    },
    async (request, reply) => await reads.rows(request.query, askingOf(request, reply)),
  );
  app.get(
    '/api/v1/batches/:batch/lineage',
    {
      schema: {
        tags: ['batches'],
        summary: 'A batch over its generations: what became of each record',
        params: Type.Object({ batch: Type.String({ maxLength: 40 }) }),
        response: { 200: LineageSchema },
      },
    },
    async (request) => await reads.lineage(request.params.batch, request.subject),
  );
}

function registerExport(app: WeftApp, { reads }: QuarantineRoutes): void {
  app.get(
    '/api/v1/quarantine/export',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'All records of a query as NDJSON, CSV or Parquet, with their raw bytes',
        description:
          'An NDJSON export whose lines get a new `raw`, or `values`, is a file of fixes. The header `weft-records` has the number of records.',
        querystring: ExportQuery,
      },
    },
    async (request, reply) => {
      const { format = 'ndjson', ...query } = request.query;
      const { body, records, name } = await reads.export(
        { ...query, format },
        askingOf(request, reply),
      );
      return await reply
        .header('content-type', CONTENT_TYPES[format])
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('weft-records', String(records))
        .send(Readable.from(body, { objectMode: false }));
    },
  );
}

function registerDecisions(app: WeftApp, { decisions }: QuarantineRoutes): void {
  app.post(
    '/api/v1/quarantine/previews',
    {
      config: { idempotency: 'reads' },
      schema: {
        tags: ['quarantine'],
        summary: 'What a repair would do; nothing is changed',
        body: PreviewBody,
        response: { 200: PreviewSchema },
      },
    },
    async (request, reply) => {
      const { where, repair, samples = SAMPLES, after } = request.body;
      const asked = { where, rule: ruleOf(repair), fixes: null, because: null, after };
      return await decisions.preview(asked, askingOf(request, reply), samples);
    },
  );
  app.post(
    '/api/v1/quarantine/replays',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'Send open records again, repaired; each at most once',
        body: ReplayBody,
        response: { 200: ReplaySchema },
      },
    },
    async (request) => {
      const { where, repair, because = null, after } = request.body;
      return await decisions.replay(
        { where, rule: ruleOf(repair), fixes: null, because, after },
        request.subject,
      );
    },
  );
  app.post(
    '/api/v1/quarantine/discards',
    {
      schema: {
        tags: ['quarantine'],
        summary: 'Give open records up, by a mark with a reason; nothing is deleted',
        body: DiscardBody,
        response: { 200: DiscardSchema },
      },
    },
    async (request) => await decisions.discard(request.body, request.subject),
  );
}

function registerFixes(app: WeftApp, { decisions }: QuarantineRoutes): void {
  app.post(
    '/api/v1/quarantine/fixes',
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { idempotency: 'own' },
      schema: {
        tags: ['quarantine'],
        summary: 'Send records again by a file of your own fixes; each at most once',
        description:
          'NDJSON; each line has `ref` and either `raw` (the whole record) or `values` (by column). Lines that change nothing are left out.',
        querystring: FixesQuery,
        response: { 200: Type.Union([ReplaySchema, PreviewSchema]) },
      },
    },
    async (request, reply) => {
      const { preview = false, because = null, after, ...where } = request.query;
      const body = request.body instanceof Readable ? request.body : Readable.from([]);
      const asked: RepairRequest = { where, rule: ruleOf(undefined), fixes: body, because, after };
      return preview
        ? await decisions.preview(asked, askingOf(request, reply), SAMPLES)
        : await decisions.replay(asked, request.subject);
    },
  );
}

/** Who asks, and until when somebody waits for the answer. */
function askingOf({ subject }: FastifyRequest, reply: FastifyReply): Asking {
  return { subject, signal: goneSignal(reply) };
}

function ruleOf(repair: Partial<RepairRule> | undefined): RepairRule {
  return { columns: repair?.columns ?? {}, raw: repair?.raw ?? null };
}
