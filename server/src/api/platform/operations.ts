/**
 * The routes of long work: look at an operation, cancel it.
 *
 * Not what the operations do (`services/operations-service.ts`).
 */
import { Type } from 'typebox';
import type { OperationsService } from '../../services/operations-service.ts';
import type { WeftApp } from '../app.ts';
import { OperationSchema } from './batch-schemas.ts';

const Params = Type.Object({ op: Type.String({ maxLength: 40 }) });

export function registerOperations(app: WeftApp, deps: { operations: OperationsService }): void {
  const { operations } = deps;
  app.get(
    '/api/v1/operations/:op',
    {
      schema: {
        tags: ['operations'],
        summary: 'How far long work is, and its result',
        params: Params,
        response: { 200: OperationSchema },
      },
    },
    async (request) => await operations.show(request.params.op, request.subject),
  );
  app.delete(
    '/api/v1/operations/:op',
    {
      schema: {
        tags: ['operations'],
        summary: 'Cancel long work',
        params: Params,
        response: { 200: OperationSchema },
      },
    },
    async (request) => await operations.cancel(request.params.op, request.subject),
  );
}
