/**
 * /healthz, /readyz and /metrics: for those who run Weft. Open, since they tell nothing of the mesh's content.
 *
 * Not diagnosis (`weft doctor`). Invariant: /healthz asks nothing; /readyz is 503 until the store answers.
 */
import { sql } from 'kysely';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Store } from '../../store/store.ts';
import type { WeftApp } from '../app.ts';

export interface HealthDeps {
  store: Store;
  version: string;
  parts: { control: boolean; node: boolean };
}

export function registerHealth(app: WeftApp, deps: HealthDeps): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countRequests(app, registry);
  app.get('/healthz', { schema: { hide: true } }, async () => ({
    ok: true,
    version: deps.version,
  }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const store = await storeState(deps.store);
    const checks = {
      store,
      control: deps.parts.control ? 'ready' : 'elsewhere',
      node: deps.parts.node ? 'ready' : 'elsewhere',
    };
    const ready = store === 'ready';
    return reply.code(ready ? 200 : 503).send({ ready, checks });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

async function storeState(store: Store): Promise<string> {
  try {
    await sql`select 1`.execute(store.schema('control'));
    return 'ready';
  } catch {
    return 'away';
  }
}

function countRequests(app: WeftApp, registry: Registry): void {
  const labelNames = ['method', 'route', 'status'];
  const requests = new Counter({
    name: 'weft_http_requests_total',
    help: 'HTTP requests',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'weft_http_request_seconds',
    help: 'Time to the last byte of an answer',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
  });
}
