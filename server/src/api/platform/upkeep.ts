/**
 * The route of upkeep: how the tables of a product are kept up.
 *
 * Not the upkeep itself (`services/table-upkeep.ts`).
 */
import type { Subject } from '@weft/core/registry/types';
import { Type } from 'typebox';
import type { UpkeepStatus } from '../../services/upkeep-status.ts';
import type { WeftApp } from '../app.ts';

const Count = Type.Integer();
const Time = Type.String({ description: 'RFC 3339, UTC' });
const Deed = Type.Union([
  Type.Null(),
  Type.Object({ at: Time }, { additionalProperties: Type.Union([Type.String(), Type.Number()]) }),
]);

const Answer = Type.Object({
  items: Type.Array(
    Type.Object({
      product: Type.String(),
      table: Type.String(),
      major: Count,
      files: Type.Object({ count: Count, bytes: Count, small: Count, mergeable: Count }),
      snapshots: Type.Object({
        count: Count,
        oldest: Type.Union([Type.Null(), Time]),
        due: Count,
      }),
      unreachable: Type.Object({ count: Count, due: Count }),
      orphans: Type.Object({ due: Count }),
      last: Type.Object({
        visited: Type.Union([
          Type.Null(),
          Type.Object({ at: Time, failed: Type.Union([Type.Null(), Type.String()]) }),
        ]),
        merged: Deed,
        expired: Deed,
        swept: Deed,
      }),
      next: Type.Object({ commitsLeft: Count, round: Type.Union([Type.Null(), Time]) }),
    }),
  ),
  next: Type.Null(),
});

export interface UpkeepRoutes {
  status(product: string, subject: Subject): Promise<UpkeepStatus[]>;
}

export function registerUpkeep(app: WeftApp, { status }: UpkeepRoutes): void {
  app.get(
    '/api/v1/upkeep',
    {
      schema: {
        tags: ['batches'],
        summary:
          'How the tables of a product are kept up: what was done last, what is due, what is next',
        querystring: Type.Object({ product: Type.String({ maxLength: 200 }) }),
        response: { 200: Answer },
      },
    },
    async (request) => ({
      items: await status(request.query.product, request.subject),
      next: null,
    }),
  );
}
