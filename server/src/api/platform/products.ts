/**
 * Routes of data products (ODPS). A product also comes to be by publishing its first contract.
 */
import { Type } from 'typebox';
import type { DiscoveryService } from '../../services/discovery-service.ts';
import type { RegistryService } from '../../services/registry-service.ts';
import type { WeftApp } from '../app.ts';
import {
  nullable,
  PageQuery,
  ProductDetailSchema,
  ProductSchema,
  page,
} from './control-schemas.ts';
import { documentBody, emptyBody, withDocumentBodies } from './document-body.ts';

const tags = ['products'];
const ProductParams = Type.Object({ product: Type.String() });

export interface ProductDeps {
  registry: RegistryService;
  discovery: DiscoveryService;
}

export function registerProducts(app: WeftApp, deps: ProductDeps): void {
  withDocumentBodies(app, (scope) => registerPublish(scope, deps.registry));
  registerReads(app, deps);
  app.post(
    '/api/v1/products/:product/retire',
    {
      preValidation: emptyBody,
      schema: {
        tags,
        summary: 'Retire a product: no new versions and no new agreements',
        params: ProductParams,
        body: Type.Object(
          { because: Type.Optional(nullable(Type.String({ maxLength: 4000 }))) },
          { additionalProperties: false },
        ),
        response: { 200: ProductSchema },
      },
    },
    async (request) => {
      const because = request.body.because ?? null;
      return deps.registry.retire(request.subject, request.params.product, because);
    },
  );
}

function registerPublish(app: WeftApp, registry: RegistryService): void {
  app.post(
    '/api/v1/products',
    {
      schema: {
        tags,
        summary: 'Publish a product document (ODPS in YAML or JSON)',
        consumes: ['application/yaml', 'text/yaml', 'application/json'],
        response: { 200: ProductSchema, 201: ProductSchema },
      },
    },
    async (request, reply) => {
      const { text } = documentBody(request);
      const { product, created } = await registry.publishProduct(request.subject, { text });
      return reply.code(created ? 201 : 200).send(product);
    },
  );
}

function registerReads(app: WeftApp, deps: ProductDeps): void {
  app.get(
    '/api/v1/products',
    {
      schema: {
        tags,
        summary: 'Products by name',
        querystring: Type.Object({ ...PageQuery, domain: Type.Optional(Type.String()) }),
        response: { 200: page(ProductSchema) },
      },
    },
    async (request) => deps.registry.products(request.query),
  );
  app.get(
    '/api/v1/products/:product',
    {
      schema: {
        tags,
        summary: 'One product with its versions, promises, measurements and what you may do',
        params: ProductParams,
        response: { 200: ProductDetailSchema },
      },
    },
    async (request) => {
      const detail = await deps.registry.product(request.params.product);
      const { product, status } = detail;
      const access = await deps.discovery.accessOf(request.subject, product, status);
      return { ...detail, access };
    },
  );
}
