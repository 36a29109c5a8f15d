/**
 * Routes of contracts: publish the very bytes of a document, read versions, fetch the proof.
 */
import { Type } from 'typebox';
import type { RegistryService } from '../../services/registry-service.ts';
import type { WeftApp } from '../app.ts';
import {
  ContractDetailSchema,
  ContractSchema,
  PageQuery,
  PublishedSchema,
  page,
} from './control-schemas.ts';
import { documentBody, withDocumentBodies } from './document-body.ts';

const tags = ['contracts'];
const RefParams = Type.Object({
  ref: Type.String({ description: 'domain.product, …@1, …@1.2.0, …@sha256:HEX or a contract id' }),
});

export function registerContracts(app: WeftApp, deps: { registry: RegistryService }): void {
  withDocumentBodies(app, (scope) => registerPublish(scope, deps.registry));
  registerReads(app, deps.registry);
}

function registerPublish(app: WeftApp, registry: RegistryService): void {
  app.post(
    '/api/v1/contracts',
    {
      schema: {
        tags,
        summary: 'Publish a contract version (ODCS in YAML or JSON)',
        description: 'The same content again answers 200 and changes nothing.',
        consumes: ['application/yaml', 'text/yaml', 'application/json'],
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean()),
          file: Type.Optional(Type.String({ maxLength: 300 })),
        }),
        response: { 200: PublishedSchema, 201: PublishedSchema },
      },
    },
    async (request, reply) => {
      const { dryRun = false, file } = request.query;
      const { created, ...answer } = await registry.publishContract(request.subject, {
        ...documentBody(request),
        dryRun,
        ...(file === undefined ? {} : { file }),
      });
      return reply.code(created ? 201 : 200).send(answer);
    },
  );
}

function registerReads(app: WeftApp, registry: RegistryService): void {
  app.get(
    '/api/v1/contracts',
    {
      schema: {
        tags,
        summary: 'Contract versions by product and version',
        querystring: Type.Object({
          ...PageQuery,
          domain: Type.Optional(Type.String()),
          product: Type.Optional(Type.String()),
        }),
        response: { 200: page(ContractSchema) },
      },
    },
    async (request) => registry.contracts(request.query),
  );
  app.get(
    '/api/v1/contracts/:ref',
    {
      schema: {
        tags,
        summary: 'One contract version; with Accept: application/yaml the published bytes',
        params: RefParams,
        response: { 200: { content: { 'application/json': { schema: ContractDetailSchema } } } },
      },
    },
    async (request, reply) => {
      const contract = await registry.contract(request.params.ref);
      reply.header('etag', `"${contract.hash}"`);
      const accept = request.headers.accept ?? '';
      if (!/yaml/.test(accept)) return reply.send(contract);
      return reply
        .type(`${contract.media}; charset=utf-8`)
        .serializer((text: unknown) => String(text))
        .send(contract.source as never);
    },
  );
  app.get(
    '/api/v1/contracts/:ref/bundle',
    {
      schema: {
        tags,
        summary: 'What proves the contract line offline: documents, signatures, certificates',
        params: RefParams,
      },
    },
    async (request, reply) => {
      // Why before the bundle: a mark that is older than its bundle is asked again in vain, a newer one never again.
      const mark = await registry.bundleMark(request.params.ref);
      if (mark !== null) {
        reply.header('etag', `"${mark}"`);
        if (request.headers['if-none-match'] === `"${mark}"`) return reply.code(304).send();
      }
      return reply.send(await registry.bundle(request.params.ref));
    },
  );
}
