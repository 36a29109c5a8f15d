/**
 * `npm run test:oidc`: sign-in at a real Keycloak, at the realm that TEST_OIDC names.
 *
 * Not part of the default suite, and not what starts the server. The realm has the clients TEST_OIDC_CLIENT (weft-service, its
 * secret TEST_OIDC_SECRET) and weft-web (public, code and password), and ada in the group sales. Invariant: without a
 * server it fails and says why; it never passes by running nothing.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
if ((process.env['TEST_OIDC'] ?? '') === '') {
  process.stderr.write('Name a realm: TEST_OIDC=http://127.0.0.1:8080/realms/weft\n');
  process.exitCode = 1;
} else {
  const { status } = spawnSync(process.execPath, ['--test', 'test/oidc/keycloak.test.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { TEST_OIDC_CLIENT: 'weft-service', TEST_OIDC_SECRET: 'weft-secret', ...process.env },
  });
  process.exitCode = status ?? 1;
}
