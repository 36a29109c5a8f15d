/**
 * Names for the documents of the API, taken from its generated types.
 */
import type { paths } from './generated/openapi.js';

type Json<Operation> = Operation extends { responses: infer R }
  ? R extends { 200: { content: { 'application/json': infer Body } } }
    ? Body
    : never
  : never;

type Item<List> = List extends { items: (infer One)[] } ? One : never;

export type Me = Json<paths['/api/v1/whoami']['get']>;
export type Mesh = Json<paths['/api/v1/mesh']['get']>;
export type SearchAnswer = Json<paths['/api/v1/search']['get']>;
export type ProductHit = Item<SearchAnswer>;
export type Product = Json<paths['/api/v1/products/{product}']['get']>;
export type Contract = Json<paths['/api/v1/contracts/{ref}']['get']>;
export type Agreement = Json<paths['/api/v1/agreements/{agreement}']['get']>;
export type BatchReport = Json<paths['/api/v1/batches/{batch}']['get']>;
export type Domain = Json<paths['/api/v1/domains/{domain}']['get']>;
export type MeshEvent = Item<Json<paths['/api/v1/events']['get']>>;
export type Explanation = Json<paths['/api/v1/access/explain']['get']>;
