/**
 * `npm run test:oidc`: sign-in at a real Keycloak: at the realm that TEST_OIDC names, else at one that is started here.
 *
 * Not part of the default suite. A realm that is named has the clients TEST_OIDC_CLIENT (weft-service, its secret
 * TEST_OIDC_SECRET) and weft-web (public, code and password), and ada in the group sales; `realm.ts` has it as a document.
 * Invariant: without a server it fails and says why; it never passes by running nothing.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SERVICE } from './realm.ts';
import { NEEDS, startKeycloak } from './server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Why not in one breath: the server's output has to be read while the tests run. */
async function runTests(realm: string): Promise<number> {
  const child = spawn(process.execPath, ['--test', 'test/oidc/keycloak.test.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: {
      TEST_OIDC_CLIENT: SERVICE.client,
      TEST_OIDC_SECRET: SERVICE.secret,
      ...process.env,
      TEST_OIDC: realm,
    },
  });
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const named = process.env['TEST_OIDC'] ?? '';
if (named !== '') {
  process.exitCode = await runTests(named);
} else {
  const keycloak = await startKeycloak();
  if ('absent' in keycloak) {
    process.stderr.write(`No Keycloak: ${keycloak.absent}.\n${NEEDS}\n`);
    process.exitCode = 1;
  } else {
    try {
      process.exitCode = await runTests(keycloak.realm);
    } finally {
      await keycloak.stop();
    }
  }
}
