/**
 * Routes about the mesh itself and about who asks: `/mesh`, `/whoami`.
 *
 * `/mesh` is open: whoever joins must learn the root key's fingerprint before he has a token. It is not proof of it.
 */
import { Type } from 'typebox';
import type { ControlPlane } from '../../services/control-plane.ts';
import type { WeftApp } from '../app.ts';
import { nullable, SubjectSchema } from './control-schemas.ts';

export function registerMesh(app: WeftApp, deps: { control: ControlPlane }): void {
  app.get(
    '/api/v1/mesh',
    {
      config: { open: true },
      schema: {
        tags: ['mesh'],
        summary: 'What this mesh is: its name, root key and nodes',
        security: [],
        response: {
          200: Type.Object({
            name: Type.String(),
            rootKey: Type.String({ description: 'Raw Ed25519 public key, base64url.' }),
            version: Type.String(),
            issuer: Type.String({ description: 'The `iss` claim of tokens.' }),
            tokenKey: Type.String({ description: 'Raw Ed25519 public key of the token issuer.' }),
            nodes: Type.Array(Type.Object({ domain: Type.String(), url: nullable(Type.String()) })),
          }),
        },
      },
    },
    async () => {
      const { name, rootKey, version, issuer, tokenKey } = deps.control.mesh;
      const { items } = await deps.control.registry.domains({ limit: 200 });
      const nodes = items.map((domain) => ({ domain: domain.name, url: domain.node }));
      return { name, rootKey, version, issuer, tokenKey, nodes };
    },
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
