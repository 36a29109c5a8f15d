/**
 * The realm of the suite, as Keycloak imports it: what `keycloak.test.ts` expects of whichever realm it is given.
 *
 * A service, a web client (code with PKCE, and password for the test), ada in the group sales, bob in none. The tokens of both
 * clients are for the audience `weft-api` and carry groups.
 */

export const REALM = 'weft';
export const SERVICE = { client: 'weft-service', secret: 'weft-secret' } as const;

const AUDIENCE = 'weft-api';

function mapper(name: string, kind: string, config: Record<string, string>) {
  return { name, protocol: 'openid-connect', protocolMapper: kind, config };
}

const PROTOCOL_MAPPERS = [
  mapper('audience', 'oidc-audience-mapper', {
    'included.custom.audience': AUDIENCE,
    'access.token.claim': 'true',
  }),
  mapper('groups', 'oidc-group-membership-mapper', {
    'claim.name': 'groups',
    'full.path': 'false',
    'access.token.claim': 'true',
    'id.token.claim': 'true',
  }),
];

function person(username: string, groups: readonly string[]) {
  return {
    username,
    enabled: true,
    // Why all of them: a person who lacks one is asked for it at the sign-in.
    email: `${username}@example.org`,
    emailVerified: true,
    firstName: username,
    lastName: 'Test',
    groups,
    credentials: [{ type: 'password', value: username }],
  };
}

/** JSON for `--import-realm`. */
export function realmDocument(): string {
  return JSON.stringify({
    realm: REALM,
    enabled: true,
    sslRequired: 'none',
    groups: [{ name: 'sales' }],
    users: [person('ada', ['sales']), person('bob', [])],
    clients: [
      {
        clientId: SERVICE.client,
        secret: SERVICE.secret,
        standardFlowEnabled: false,
        serviceAccountsEnabled: true,
        protocolMappers: PROTOCOL_MAPPERS,
      },
      {
        clientId: 'weft-web',
        publicClient: true,
        standardFlowEnabled: true,
        directAccessGrantsEnabled: true,
        redirectUris: ['http://127.0.0.1/*', 'http://localhost/*'],
        attributes: { 'pkce.code.challenge.method': 'S256' },
        protocolMappers: PROTOCOL_MAPPERS,
      },
    ],
  });
}
