/**
 * The OpenAPI document of a whole mesh, without a mesh: all routes are registered on an application that answers nothing.
 *
 * Not what `/openapi.json` serves, but made by the same code from the same schemas, so the two cannot differ.
 */
import { createApp } from '../server/src/api/app.ts';
import { registerAuth } from '../server/src/api/auth.ts';
import { registerAudit } from '../server/src/api/platform/audit.ts';
import { registerBatches } from '../server/src/api/platform/batches.ts';
import { registerControl } from '../server/src/api/platform/control.ts';
import { registerHealth } from '../server/src/api/platform/health.ts';
import { registerInferences } from '../server/src/api/platform/inferences.ts';
import { registerOperations } from '../server/src/api/platform/operations.ts';
import { registerQuarantine } from '../server/src/api/platform/quarantine.ts';
import { registerQueries } from '../server/src/api/platform/queries.ts';
import { registerRuleChecks } from '../server/src/api/platform/rule-checks.ts';
import { registerUpkeep } from '../server/src/api/platform/upkeep.ts';
import { registerUploads } from '../server/src/api/platform/uploads.ts';

/** Stands for every service: registering a route asks a service for nothing that matters, and no request ever comes. */
const nobody: never = new Proxy(() => nobody, {
  get: (_target, key) =>
    key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : nobody,
  apply: () => nobody,
}) as never;

export async function openApiDocument(version: string): Promise<object> {
  const app = await createApp({
    version,
    logger: nobody,
    requestsPerMinute: 1,
    authenticate: async () => nobody,
  });
  registerHealth(app, { store: nobody, version, parts: { control: true, node: true } });
  registerControl(app, nobody);
  registerBatches(app, nobody);
  registerUploads(app, nobody, 1);
  registerQuarantine(app, nobody);
  registerOperations(app, nobody);
  registerQueries(app, nobody);
  registerInferences(app, { inference: nobody, clock: nobody, bytesMax: 1 });
  registerRuleChecks(app, nobody);
  registerUpkeep(app, nobody);
  registerAudit(app, []);
  registerAuth(app, nobody);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
