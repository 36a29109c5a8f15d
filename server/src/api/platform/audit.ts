/**
 * Routes of the audit log: read, verify, export. For the platform team and the privacy officer.
 */
import { Readable } from 'node:stream';
import { WeftError } from '@weft/core/lib/error';
import { seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import { decodePosition, encodeCursor, pageLimit } from '../../services/cursor.ts';
import type { AuditLog } from '../../store/audit-log.ts';
import type { WeftApp } from '../app.ts';
import { PageQuery } from './control-schemas.ts';

const tags = ['audit'];

export function registerAudit(app: WeftApp, deps: { audit: AuditLog }): void {
  const { audit } = deps;
  app.get(
    '/api/v1/audit',
    {
      schema: {
        tags,
        summary: 'Entries of the audit log, oldest first',
        querystring: Type.Object({
          ...PageQuery,
          actor: Type.Optional(Type.String()),
          action: Type.Optional(Type.String()),
          subject: Type.Optional(Type.String()),
        }),
      },
    },
    async (request) => {
      requireReader(request.subject);
      const { after, actor, action, subject } = request.query;
      const limit = pageLimit(request.query.limit);
      const entries = await audit.list({
        after: after === undefined ? -1 : decodePosition('audit', after),
        limit: limit + 1,
        filter: {
          ...(actor === undefined ? {} : { actor }),
          ...(action === undefined ? {} : { action }),
          ...(subject === undefined ? {} : { subject }),
        },
      });
      const items = entries.slice(0, limit).map((entry) => ({
        ...entry,
        details: JSON.parse(entry.details) as unknown,
      }));
      const last = items.at(-1);
      const more = entries.length > limit && last !== undefined;
      return { items, next: more ? encodeCursor('audit', [last.index]) : null };
    },
  );
  app.get(
    '/api/v1/audit/verify',
    { schema: { tags, summary: 'Verify the whole chain' } },
    async (request) => {
      requireReader(request.subject);
      const report = await audit.verify();
      if (report.findings.length === 0) return report;
      throw new WeftError('AUDIT_BROKEN', `${report.findings.length} findings`, {
        errors: report.findings.map((finding) => ({
          code: 'AUDIT_BROKEN',
          message: JSON.stringify(finding),
        })),
      });
    },
  );
  registerExport(app, audit);
}

function registerExport(app: WeftApp, audit: AuditLog): void {
  app.get(
    '/api/v1/audit/export',
    { schema: { tags, summary: 'The log with a signed checkpoint as NDJSON, for offline proof' } },
    async (request, reply) => {
      requireReader(request.subject);
      await audit.checkpoint();
      return reply
        .type('application/x-ndjson')
        .header('cache-control', 'private, no-store')
        .send(Readable.from(withNewlines(audit.export())));
    },
  );
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield line.endsWith('\n') ? line : `${line}\n`;
}

function requireReader(subject: Subject): void {
  if (seesAll(subject)) return;
  throw new WeftError('FORBIDDEN', 'the audit log is for the platform team and privacy officers');
}
