/**
 * Names for the documents of the API, taken from its generated types.
 */
import type { Answer, Item } from './answers.ts';

export type Me = Answer<'/api/v1/whoami', 'get'>;
export type Mesh = Answer<'/api/v1/mesh', 'get'>;
export type SearchAnswer = Answer<'/api/v1/search', 'get'>;
export type ProductHit = Item<SearchAnswer>;
export type Product = Answer<'/api/v1/products/{product}', 'get'>;
export type Contract = Answer<'/api/v1/contracts/{ref}', 'get'>;
export type Agreement = Answer<'/api/v1/agreements/{agreement}', 'get'>;
export type BatchReport = Answer<'/api/v1/batches/{batch}', 'get'>;
export type Domain = Answer<'/api/v1/domains/{domain}', 'get'>;
export type MeshEvent = Item<Answer<'/api/v1/events', 'get'>>;
