/**
 * The routes of batches: send one, look, release, discard, read what was refused.
 *
 * Not the rules (`services/ingest-service.ts`). A batch that ends held or failed was still answered: 200 with its report.
 * Invariant: the body goes to disk as it comes and is never held in memory.
 */
import { Readable } from 'node:stream';
import { agreedDigest, refuseOldDigests, sha256OfDigestField } from '@weft/core/lib/digest-field';
import { WeftError } from '@weft/core/lib/error';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { StartedBatch } from '../../services/ingest-ports.ts';
import type { IngestService } from '../../services/ingest-service.ts';
import type {
  BegunOperation,
  OperationOutcome,
  OperationsService,
} from '../../services/operations-service.ts';
import type { StatedUpload, UploadsService } from '../../services/uploads-service.ts';
import type { WeftApp } from '../app.ts';
import {
  BatchListSchema,
  BatchReportSchema,
  IngestQuery,
  QuarantineListSchema,
  UPLOADS_TYPE,
  UploadListSchema,
} from './batch-schemas.ts';
import { prefersAsync } from './prefer.ts';

export interface BatchRoutes {
  ingest: IngestService;
  uploads: UploadsService;
  operations: OperationsService;
}

/** Largest declared size of an upload; the real limit is the landing's own. */
const BODY_BYTES_MAX = Number.MAX_SAFE_INTEGER;

const KEY_LENGTH_MAX = 200;
/** Of the list that makes a batch of uploads. */
const LIST_BYTES_MAX = 1 << 20;

const BatchParams = Type.Object({ batch: Type.String({ maxLength: 40 }) });
const Decision = Type.Union([
  Type.Null(),
  Type.Object(
    { because: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 2000 })])) },
    { additionalProperties: false },
  ),
]);

export function registerBatches(app: WeftApp, deps: BatchRoutes): void {
  // Why a scope: here every body is a stream of bytes, whatever its content type says.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    registerUpload(scope as WeftApp, deps);
  });
  registerReads(app, deps);
  registerDecisions(app, deps);
}

function registerUpload(app: WeftApp, deps: BatchRoutes): void {
  const { operations } = deps;
  app.post(
    '/api/v1/products/:product/batches',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { idempotency: 'own' },
      schema: {
        tags: ['batches'],
        summary: 'Send a batch of records',
        description: `The body is the file itself: CSV, NDJSON, JSON, Parquet or Avro, plain, gzip or zstd. A body of the type ${UPLOADS_TYPE} names uploads instead: \`{"uploads":[{"upload":"upl_…","name":"a.csv","sha256":"…","records":12}]}\`, one file each, in order. With \`Prefer: respond-async\` the answer comes when the bytes are safe, with the operation in \`Location\`.`,
        params: Type.Object({ product: Type.String({ maxLength: 140 }) }),
        querystring: IngestQuery,
        response: { 200: BatchReportSchema, 202: BatchReportSchema },
      },
    },
    async (request, reply) => {
      const begun = operations.begin();
      const started = await startBatch(deps, request, begun);
      if (!prefersAsync(request)) return await started.report;
      await started.durable;
      const { operation } = await operations.track(begun, {
        kind: 'ingest',
        subject: request.subject,
        domain: started.domain,
        batch: started.batch,
        done: started.report.then(
          (report): OperationOutcome => ({ failed: report.state === 'failed', result: report }),
        ),
      });
      reply.header('location', `/api/v1/operations/${operation}`);
      return await reply.code(202).send(started.landed);
    },
  );
}

type BatchRequest = FastifyRequest<{
  Params: { product: string };
  Querystring: Type.Static<typeof IngestQuery>;
}>;

async function startBatch(
  { ingest, uploads }: BatchRoutes,
  request: BatchRequest,
  begun: BegunOperation,
): Promise<StartedBatch> {
  const { key, format, name, object } = request.query;
  const asked = {
    product: request.params.product,
    object,
    key: key ?? keyHeader(request),
    format: format ?? null,
    name: name ?? null,
    subject: request.subject,
    signal: begun.signal,
    onProgress: ({ bytes, records }: Record<'bytes' | 'records', number>) =>
      begun.progress({ bytes, records }),
  };
  const sha256 = statedDigest(request);
  if (request.headers['content-type']?.split(';')[0] !== UPLOADS_TYPE) {
    return await ingest.start({ ...asked, body: bodyOf(request), sha256 });
  }
  if (sha256 !== null) {
    throw new WeftError('REQUEST_INVALID', 'a list of uploads states the SHA-256 of each of them');
  }
  return await uploads.start(await readList(request), asked);
}

/** What the sender says that the SHA-256 of his body is; the representation of a body that is sent whole is the body. */
function statedDigest(request: BatchRequest): string | null {
  refuseOldDigests(request.headers);
  const fields = ['content-digest', 'repr-digest'].map((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? sha256OfDigestField(name, value) : null;
  });
  return agreedDigest([request.query.sha256?.toLowerCase() ?? null, ...fields]);
}

async function readList(request: FastifyRequest): Promise<StatedUpload[]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.length;
    if (bytes > LIST_BYTES_MAX) throw badList('is too long');
    chunks.push(chunk);
  }
  const list = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (!Value.Check(UploadListSchema, list)) throw badList('is not as /openapi.json says');
  return list.uploads.map((file) => ({ ...file, sha256: file.sha256?.toLowerCase() }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badList('is no JSON');
  }
}

function badList(what: string): WeftError {
  return new WeftError('REQUEST_INVALID', `the list of uploads ${what}`, {
    remedy: 'Send {"uploads":[{"upload":"upl_…"}]}, with name, sha256 and records where known.',
  });
}

/** Why: the batch key is what makes an upload idempotent, under either name. */
function keyHeader(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return null;
  if (key !== '' && key.length <= KEY_LENGTH_MAX) return key;
  throw new WeftError('REQUEST_INVALID', `a batch key has 1 to ${KEY_LENGTH_MAX} characters`);
}

/** The bytes as they came: what is compressed stays so. Other encodings cannot be landed. */
function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!['identity', 'gzip', 'zstd'].includes(encoding)) {
    throw new WeftError('REQUEST_INVALID', `the content encoding ${encoding} is not known`, {
      remedy: 'Send the file plain, or with gzip or zstd.',
    });
  }
  return request.body instanceof Readable ? request.body : Readable.from([]);
}

/** What lists and shows batches: a node, or a control plane that keeps what nodes reported. */
export type BatchReader = Pick<IngestService, 'list' | 'show'>;

/** The routes of batches of a control plane without a node. */
export function registerReportedBatches(app: WeftApp, deps: { batches: BatchReader }): void {
  registerLists(app, deps.batches);
}

function registerLists(app: WeftApp, batches: BatchReader): void {
  app.get(
    '/api/v1/batches',
    {
      schema: {
        tags: ['batches'],
        summary: 'List batches, newest first',
        querystring: Type.Object({
          product: Type.Optional(Type.String({ maxLength: 140 })),
          state: Type.Optional(Type.String({ maxLength: 20 })),
          quarantined: Type.Optional(
            Type.Boolean({ description: 'True: only batches with records in quarantine.' }),
          ),
          day: Type.Optional(
            Type.String({
              pattern: '^\\d{4}-\\d{2}-\\d{2}$',
              description: 'Only batches that began on this day of UTC, as promises count days.',
            }),
          ),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
          after: Type.Optional(Type.String({ maxLength: 1000 })),
        }),
        response: { 200: BatchListSchema },
      },
    },
    async (request) => await batches.list(request.query, request.subject),
  );
  app.get(
    '/api/v1/batches/:batch',
    {
      schema: {
        tags: ['batches'],
        summary: 'The report of a batch',
        params: BatchParams,
        response: { 200: BatchReportSchema },
      },
    },
    async (request) => await batches.show(request.params.batch, request.subject),
  );
}

function registerReads(app: WeftApp, { ingest }: BatchRoutes): void {
  registerLists(app, ingest);
  app.get(
    '/api/v1/batches/:batch/quarantine',
    {
      schema: {
        tags: ['batches'],
        summary: 'Refused and skipped records with their reasons',
        params: BatchParams,
        querystring: Type.Object({
          rule: Type.Optional(Type.String({ maxLength: 300 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
          after: Type.Optional(Type.String({ maxLength: 1000 })),
        }),
        response: { 200: QuarantineListSchema },
      },
    },
    async (request) =>
      await ingest.quarantine(request.params.batch, request.query, request.subject),
  );
}

function registerDecisions(app: WeftApp, { ingest }: BatchRoutes): void {
  for (const step of ['release', 'discard'] as const) {
    app.post(
      `/api/v1/batches/:batch/${step}`,
      {
        schema: {
          tags: ['batches'],
          summary: step === 'release' ? 'Commit a held batch' : 'Discard a held batch',
          params: BatchParams,
          body: Decision,
          response: { 200: BatchReportSchema },
        },
      },
      async (request) =>
        await ingest[step](request.params.batch, request.body?.because ?? null, request.subject),
    );
  }
}
