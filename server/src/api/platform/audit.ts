/**
 * Routes of the audit log: read, verify, export. For the platform team and the privacy officer.
 *
 * Invariant: without `chain`, each answers for every chain of this process.
 */
import { Readable } from 'node:stream';
import { WeftError } from '@weft/core/lib/error';
import { seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import { decodeCursor, encodeCursor, notOfThisList, pageLimit } from '../../services/cursor.ts';
import type { AuditFilter, AuditLog, AuditReport } from '../../store/audit-log.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery, page } from './control-schemas.ts';

const tags = ['audit'];

const ChainQuery = {
  chain: Type.Optional(
    Type.Union([Type.Literal('control'), Type.Literal('node')], {
      description: 'Only this chain: of the control plane, or of the node.',
    }),
  ),
};

const Entry = Type.Object({
  chain: Type.String(),
  index: Type.Integer(),
  at: Type.String(),
  actor: Type.String(),
  action: Type.String(),
  subject: Type.String(),
  details: Type.Unknown(),
  previous: nullable(Type.String()),
  hash: Type.String(),
});

/** `chains` are those of this process. */
export function registerAudit(app: WeftApp, chains: readonly AuditLog[]): void {
  app.get(
    '/api/v1/audit',
    {
      schema: {
        tags,
        summary: 'Entries of the audit log, oldest first or newest first',
        querystring: Type.Object({
          ...PageQuery,
          ...ChainQuery,
          order: Type.Optional(
            Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
              description: 'Which entries come first; the oldest unless said otherwise.',
            }),
          ),
          actor: Type.Optional(Type.String()),
          action: Type.Optional(
            Type.String({
              maxLength: 4_000,
              description:
                'What was done, as `audit/actions` names it; several with commas between.',
            }),
          ),
          subject: Type.Optional(Type.String()),
          since: Type.Optional(Type.String({ format: 'date-time' })),
          until: Type.Optional(Type.String({ format: 'date-time' })),
          column: Type.Optional(
            Type.String({
              description:
                'DOMAIN.PRODUCT.COLUMN: who was let at this column. Its owners may ask, too.',
            }),
          ),
        }),
        response: { 200: page(Entry) },
      },
    },
    async (request) => {
      const { chain, after, limit, column, since, until, order, action, ...rest } = request.query;
      const read = column === undefined ? undefined : readColumn(column);
      if (read === undefined || !ownsProduct(request.subject, read.product)) {
        requireReader(request.subject);
      }
      const filter: AuditFilter = {
        ...rest,
        ...(action === undefined ? {} : { actions: action.split(',') }),
        ...(read === undefined ? {} : { read }),
        ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
        ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      };
      const isBackwards = order === 'newest';
      // Why the name: a cursor over all chains is no cursor of one, nor one of the other order.
      const kind = [
        'audit',
        ...(chain === undefined ? [] : [chain]),
        ...(isBackwards ? ['newest'] : []),
      ];
      const logs = chooseChains(chains, chain);
      const asked = { kind: kind.join(':'), after, limit: pageLimit(limit), filter, isBackwards };
      return listMerged(logs, asked);
    },
  );
  registerActions(app, chains);
  registerVerify(app, chains);
  registerExport(app, chains);
}

function registerActions(app: WeftApp, chains: readonly AuditLog[]): void {
  app.get(
    '/api/v1/audit/actions',
    {
      schema: {
        tags,
        summary: 'The actions that the audit log has, by name',
        querystring: Type.Object(ChainQuery),
        response: { 200: Type.Object({ items: Type.Array(Type.String()) }) },
      },
    },
    async (request) => {
      requireReader(request.subject);
      const logs = chooseChains(chains, request.query.chain);
      const found = await Promise.all(logs.map((log) => log.actions()));
      return { items: [...new Set(found.flat())].sort() };
    },
  );
}

/** Throws REQUEST_INVALID unless the text names a column of a product. */
function readColumn(text: string): { product: string; column: string } {
  const [domain, product, column, ...more] = text.split('.');
  if (domain && product && column && more.length === 0)
    return { product: `${domain}.${product}`, column };
  throw new WeftError('REQUEST_INVALID', `"${text}" names no column`, {
    remedy: 'Write DOMAIN.PRODUCT.COLUMN.',
  });
}

/** Owners and producers of a domain may know who read their products; the token says whose they are. */
function ownsProduct({ roles, domains }: Subject, product: string): boolean {
  const [domain = ''] = product.split('.');
  return (
    roles.some((role) => role === 'producer' || role === 'steward') && domains.includes(domain)
  );
}

interface MergedPage {
  kind: string;
  after: string | undefined;
  limit: number;
  filter: AuditFilter;
  isBackwards: boolean;
}

/** One page over several chains by time; each chain keeps its own order. The cursor holds a position in each. */
async function listMerged(logs: readonly AuditLog[], asked: MergedPage) {
  const { kind, after, limit, filter, isBackwards } = asked;
  const start = isBackwards ? Number.MAX_SAFE_INTEGER : -1;
  const positions =
    after === undefined ? logs.map(() => start) : decodePositions(kind, after, logs.length);
  const heads = await Promise.all(
    logs.map(async (log, which) => {
      const position = positions[which] ?? start;
      const from = isBackwards ? { before: position } : { after: position };
      const entries = await log.list({ ...from, limit: limit + 1, filter });
      return entries.map((entry) => ({ which, chain: log.chain, entry }));
    }),
  );
  const isFirst = (one: string, other: string): boolean =>
    isBackwards ? one > other : one < other;
  const found = [];
  while (found.length <= limit) {
    const next = heads
      .filter((head) => head.length > 0)
      .reduce<(typeof heads)[number] | null>(
        (best, head) =>
          best === null || isFirst(head[0]?.entry.at ?? '', best[0]?.entry.at ?? '') ? head : best,
        null,
      )
      ?.shift();
    if (next === undefined) break;
    found.push(next);
  }
  const shown = found.slice(0, limit);
  for (const { which, entry } of shown) positions[which] = entry.index;
  const items = shown.map(({ chain, entry }) => {
    return { chain, ...entry, details: JSON.parse(entry.details) as unknown };
  });
  return { items, next: found.length > limit ? encodeCursor(kind, positions) : null };
}

function decodePositions(kind: string, text: string, count: number): number[] {
  return decodeCursor(kind, text, count).map((position) => {
    if (typeof position === 'number' && Number.isSafeInteger(position) && position >= -1)
      return position;
    throw notOfThisList();
  });
}

/** A report is given when nothing was found; findings are an error. */
const ReportSchema = Type.Object({
  chain: Type.String(),
  key: Type.String({ description: 'Public key of the chain, raw, base64url.' }),
  entries: Type.Integer(),
  head: Type.Object({ index: Type.Integer(), hash: Type.String() }),
  checkpoints: Type.Integer(),
  findings: Type.Array(Type.Unknown()),
});

function registerVerify(app: WeftApp, chains: readonly AuditLog[]): void {
  app.get(
    '/api/v1/audit/verify',
    {
      schema: {
        tags,
        summary: 'Verify whole chains, also against the checkpoints kept outside the store',
        description: 'With `chain` the report of that one, without it `{"chains": […]}`.',
        querystring: Type.Object(ChainQuery),
        response: {
          200: Type.Union([Type.Object({ chains: Type.Array(ReportSchema) }), ReportSchema]),
        },
      },
    },
    async (request) => {
      requireReader(request.subject);
      const { chain } = request.query;
      const reports: AuditReport[] = [];
      for (const log of chooseChains(chains, chain)) reports.push(await log.verify());
      const findings = reports.flatMap((report) =>
        report.findings.map((finding) => ({ chain: report.chain, ...finding })),
      );
      const [first] = reports;
      if (findings.length === 0) {
        return chain === undefined || first === undefined ? { chains: reports } : first;
      }
      throw new WeftError('AUDIT_BROKEN', `${findings.length} findings`, {
        errors: findings.map((finding) => ({
          code: 'AUDIT_BROKEN',
          message: JSON.stringify(finding),
        })),
      });
    },
  );
}

function registerExport(app: WeftApp, chains: readonly AuditLog[]): void {
  app.get(
    '/api/v1/audit/export',
    {
      schema: {
        tags,
        summary: 'The log with signed checkpoints as NDJSON, for offline proof',
        description: 'One chain after the other, each with a header of its own.',
        querystring: Type.Object(ChainQuery),
      },
    },
    async (request, reply) => {
      requireReader(request.subject);
      const logs = chooseChains(chains, request.query.chain);
      return reply
        .type('application/x-ndjson')
        .header('cache-control', 'private, no-store')
        .send(Readable.from(exportAll(logs)));
    },
  );
}

async function* exportAll(logs: readonly AuditLog[]): AsyncGenerator<string> {
  for (const log of logs) yield* withNewlines(log.export());
}

function chooseChains(chains: readonly AuditLog[], name: string | undefined): readonly AuditLog[] {
  if (name === undefined) return chains;
  const chosen = chains.filter(({ chain }) => chain === name);
  if (chosen.length > 0) return chosen;
  throw new WeftError('NOT_FOUND', `this process has no chain ${name}`, {
    remedy: 'Ask the process that writes it: the control plane, or the node at its own address.',
  });
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield line.endsWith('\n') ? line : `${line}\n`;
}

function requireReader(subject: Subject): void {
  if (seesAll(subject)) return;
  throw new WeftError('FORBIDDEN', 'the audit log is for the platform team and privacy officers');
}
