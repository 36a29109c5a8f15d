/**
 * Routes of domains. POST makes a domain or changes it; the registry decides who may, and what of it was seen (ETag, If-Match).
 */
import { Type } from 'typebox';
import type { RegistryService } from '../../services/registry-service.ts';
import type { WeftApp } from '../app.ts';
import {
  DomainItemSchema,
  DomainSchema,
  Name,
  NodeUrl,
  nullable,
  PageQuery,
  page,
} from './control-schemas.ts';

const DomainBody = Type.Object(
  {
    name: Name,
    title: Type.Optional(Type.String({ maxLength: 200 })),
    description: Type.Optional(nullable(Type.String())),
    owners: Type.Optional(Type.Array(Type.String())),
    stewards: Type.Optional(Type.Array(Type.String())),
    node: Type.Optional(nullable(NodeUrl)),
  },
  { additionalProperties: false },
);

export function registerDomains(app: WeftApp, deps: { registry: RegistryService }): void {
  const { registry } = deps;
  const tags = ['domains'];
  app.post(
    '/api/v1/domains',
    {
      schema: {
        tags,
        summary: 'Create or change a domain',
        headers: Type.Object({
          'if-match': Type.Optional(Type.String()),
          'if-none-match': Type.Optional(
            Type.Literal('*', { description: 'Only where there is no such domain yet.' }),
          ),
        }),
        body: DomainBody,
        response: { 200: DomainSchema, 201: DomainSchema },
      },
    },
    async (request, reply) => {
      const { name, title, description, owners, stewards, node } = request.body;
      const change = {
        name,
        title: title ?? name,
        description: description ?? null,
        owners: owners ?? [],
        stewards: stewards ?? [],
        ...(node === undefined ? {} : { node }),
      };
      const { domain, created } = await registry.putDomain(request.subject, change, {
        ifMatch: request.headers['if-match'],
        ifNoneMatch: request.headers['if-none-match'],
      });
      return reply
        .code(created ? 201 : 200)
        .header('etag', registry.domainTag(domain))
        .send(domain);
    },
  );
  app.get(
    '/api/v1/domains',
    {
      schema: {
        tags,
        summary: 'Domains by name',
        querystring: Type.Object(PageQuery),
        response: { 200: page(DomainItemSchema) },
      },
    },
    async (request) => registry.domains(request.query),
  );
  app.get(
    '/api/v1/domains/:domain',
    {
      schema: {
        tags,
        summary: 'One domain',
        params: Type.Object({ domain: Type.String() }),
        response: { 200: DomainSchema },
      },
    },
    async (request, reply) => {
      const domain = await registry.domain(request.params.domain);
      return reply.header('etag', registry.domainTag(domain)).send(domain);
    },
  );
}
