/**
 * Routes of the queue: what waits for who asks, putting an item off, and what has a date ahead.
 */
import { Type } from 'typebox';
import { COMING_KINDS, type ComingService } from '../../services/coming-service.ts';
import { QUEUE_KINDS, type QueueService } from '../../services/queue-service.ts';
import type { WeftApp } from '../app.ts';
import { nullable, PageQuery } from './control-schemas.ts';

const Kind = Type.Enum([...QUEUE_KINDS]);

const ItemSchema = Type.Object({
  id: Type.String({ description: 'The same as long as it waits.' }),
  kind: Kind,
  product: Type.String(),
  domain: Type.String(),
  since: Type.String(),
  due: nullable(Type.String()),
  facts: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Counts, purpose, subject and the like, by kind; never a value of a row.',
  }),
  batch: nullable(Type.String()),
  agreement: nullable(Type.String()),
});

const ComingSchema = Type.Object({
  kind: Type.Enum([...COMING_KINDS]),
  product: Type.String(),
  at: Type.String(),
  agreement: nullable(Type.String()),
  subject: nullable(Type.String({ description: 'Whose agreement ends.' })),
  purpose: nullable(Type.String()),
  major: nullable(Type.Integer({ description: 'Whose data ends, as its contract says.' })),
  consumers: nullable(
    Type.Integer({ description: 'Agreements on the major; null unless you look after it.' }),
  ),
});

const tags = ['work'];

export function registerQueue(
  app: WeftApp,
  deps: { queue: QueueService; coming: ComingService },
): void {
  registerComing(app, deps);
  app.get(
    '/api/v1/queue',
    {
      schema: {
        tags,
        summary: 'What waits for you, the most urgent first',
        querystring: Type.Object({ ...PageQuery, kind: Type.Optional(Kind) }),
        response: {
          200: Type.Object({
            items: Type.Array(ItemSchema),
            next: nullable(Type.String()),
            total: Type.Integer(),
            capped: Type.Boolean({ description: 'More than total may wait.' }),
          }),
        },
      },
    },
    async (request) => deps.queue.list(request.subject, request.query),
  );
  app.post(
    '/api/v1/queue/:item/snooze',
    {
      schema: {
        tags,
        summary: 'Put an item off, for yourself alone',
        params: Type.Object({ item: Type.String({ maxLength: 300 }) }),
        body: Type.Object(
          { until: Type.String({ description: 'RFC 3339 time or a duration from now.' }) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ id: Type.String(), until: Type.String() }) },
      },
    },
    async (request) => deps.queue.snooze(request.subject, request.params.item, request.body.until),
  );
  app.delete(
    '/api/v1/queue/:item/snooze',
    {
      schema: {
        tags,
        summary: 'Let an item wait again that you put off',
        params: Type.Object({ item: Type.String({ maxLength: 300 }) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deps.queue.wake(request.subject, request.params.item);
      return reply.code(204).send(null);
    },
  );
}

function registerComing(app: WeftApp, deps: { coming: ComingService }): void {
  app.get(
    '/api/v1/coming',
    {
      schema: {
        tags,
        summary:
          'What has a date ahead: agreements that end, majors whose data ends; the soonest first',
        querystring: Type.Object({
          ...PageQuery,
          days: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 3660,
              description: 'How far ahead; 60 when left out.',
            }),
          ),
        }),
        response: {
          200: Type.Object({ items: Type.Array(ComingSchema), next: nullable(Type.String()) }),
        },
      },
    },
    async (request) => deps.coming.list(request.subject, request.query),
  );
}
