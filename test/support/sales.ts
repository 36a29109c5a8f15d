/**
 * A running mesh with the domain `sales`, contracts of lines, a producer and a consumer who may query for `reporting`.
 */
import type { MeshApi } from './api.ts';
import { createApi } from './api.ts';
import { linesContract } from './lines.ts';
import { type MeshOptions, startMesh, type TestMesh } from './mesh.ts';

export const YAML = { 'content-type': 'application/yaml' };
/** Header line of a CSV of lines. */
export const HEAD = 'id,units,note,day';

export interface SalesMesh {
  mesh: TestMesh;
  /** Calls as the platform team. */
  api: MeshApi;
  /** Token of olga, who owns `sales`. */
  olga: string;
  /** Token of ana, a consumer. */
  ana: string;
}

/** Starts a mesh with these products of lines in `sales`. */
export async function startSales(
  products: readonly string[],
  options: MeshOptions = {},
): Promise<SalesMesh> {
  const mesh = await startMesh(options);
  const api = createApi(mesh.url, mesh.platformToken);
  const olga = await api.issueToken({ subject: 'olga', roles: ['producer'], domains: ['sales'] });
  const ana = await api.issueToken({ subject: 'ana', roles: ['consumer'] });
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
  for (const product of products) {
    await api.done('POST', '/api/v1/contracts', {
      body: linesContract({ product }),
      headers: YAML,
    });
    const by = { by: ana, approver: olga };
    await api.agree({ product: `sales.${product}`, purpose: 'reporting', ...by });
  }
  return { mesh, api, olga, ana };
}
