/**
 * Routes about the mesh itself and about who asks: `/mesh`, `/whoami`. Control plane and nodes apart answer both.
 *
 * `/mesh` is open: whoever joins must learn the root key's fingerprint before he has a token. It is not proof of it.
 */
import { ROLES } from '@weft/core/registry/types';
import { type Static, Type } from 'typebox';
import type { ControlPlane } from '../../services/control-plane.ts';
import type { WeftApp } from '../app.ts';
import { isLocalRequest } from '../local-request.ts';
import { nullable, SubjectSchema } from './control-schemas.ts';

const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.Enum([...ROLES])),
});

const MeshSchema = Type.Object({
  name: Type.String(),
  rootKey: Type.String({ description: 'Raw Ed25519 public key, base64url.' }),
  version: Type.String(),
  issuer: Type.String({ description: 'The `iss` claim of tokens.' }),
  tokenKey: Type.String({ description: 'Raw Ed25519 public key of the token issuer.' }),
  oidc: nullable(
    Type.Object(
      {
        issuer: Type.String(),
        clientId: nullable(Type.String({ description: 'Public client of the command line.' })),
        scopes: Type.Array(Type.String()),
        resource: nullable(Type.String()),
        web: Type.Boolean({ description: 'Browsers sign in at /auth/login.' }),
      },
      { description: 'The identity provider; null when there is none, or at a node.' },
    ),
  ),
  demo: nullable(
    Type.Object(
      { people: Type.Array(Person) },
      {
        description:
          'People of the example that this mesh was started with, as whom a browser of the same machine may sign in ' +
          '(`POST /auth/session {demo}`); null everywhere else.',
      },
    ),
  ),
  nodes: Type.Array(
    Type.Object({
      domain: Type.String(),
      url: nullable(Type.String({ description: 'Null: served where it was asked.' })),
    }),
  ),
});

export type MeshDocument = Static<typeof MeshSchema>;

export function registerMesh(
  app: WeftApp,
  deps: { describe(isLocal: boolean): Promise<MeshDocument> },
): void {
  app.get(
    '/api/v1/mesh',
    {
      config: { open: true },
      schema: {
        tags: ['mesh'],
        summary: 'What this mesh is: its name, root key and nodes',
        security: [],
        response: { 200: MeshSchema },
      },
    },
    async (request) => deps.describe(isLocalRequest(request)),
  );
  app.get(
    '/api/v1/whoami',
    {
      schema: {
        tags: ['mesh'],
        summary: 'The subject of the token',
        response: { 200: SubjectSchema },
      },
    },
    async (request) => request.subject,
  );
}

/** What the control plane says of the mesh; to a browser of the same machine also the example's people. */
export async function describeMesh(
  { mesh, registry, oidc, demo }: ControlPlane,
  isLocal: boolean,
): Promise<MeshDocument> {
  const { name, rootKey, version, issuer, tokenKey } = mesh;
  const nodes: MeshDocument['nodes'] = [];
  let after: string | undefined;
  do {
    const { items, next } = await registry.domains({ limit: 200, after });
    nodes.push(...items.map((domain) => ({ domain: domain.name, url: domain.node })));
    after = next ?? undefined;
  } while (after !== undefined);
  const people = isLocal ? await demo.list() : null;
  return {
    name,
    rootKey,
    version,
    issuer,
    tokenKey,
    oidc: describeProvider(oidc),
    demo: people === null ? null : { people },
    nodes,
  };
}

/** What clients need to sign in there; secrets and the mapping of claims are nobody's business. */
function describeProvider(oidc: ControlPlane['oidc']): MeshDocument['oidc'] {
  if (oidc === null) return null;
  const { issuer, cli, scopes, resource, web } = oidc.settings;
  return { issuer, clientId: cli?.clientId ?? null, scopes, resource, web: web !== null };
}
