/**
 * The route of scheduled rules: what the last check of each said.
 *
 * Not the checks themselves (`services/rule-schedule.ts`).
 */
import { Type } from 'typebox';
import type { RuleSchedule } from '../../services/rule-schedule.ts';
import type { WeftApp } from '../app.ts';
import { RuleResultSchema } from './batch-schemas.ts';

const Query = Type.Object({ product: Type.String({ maxLength: 200 }) });
const Answer = Type.Object({
  items: Type.Array(
    Type.Object({
      product: Type.String(),
      table: Type.String(),
      major: Type.Integer(),
      checkedAt: Type.String(),
      result: RuleResultSchema,
    }),
  ),
  next: Type.Null(),
});

export function registerRuleChecks(app: WeftApp, deps: { schedule: RuleSchedule }): void {
  app.get(
    '/api/v1/rule-checks',
    {
      schema: {
        tags: ['batches'],
        summary: 'What scheduled rules said of the committed tables of a product',
        querystring: Query,
        response: { 200: Answer },
      },
    },
    async (request) => ({
      items: await deps.schedule.list(request.query.product, request.subject),
      next: null,
    }),
  );
}
