/**
 * Controls of the suites beside the search: builds in which one wall is taken down, and the suite that guards it must then be red
 * in the test that is named.
 *
 * WEFT_ATTACKS=full or WEFT_CONTROLS=all run them; a default run looks only whether they follow the code.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertFollows, type Weakness, weaken } from '../support/weakened.ts';
import { IS_FULL } from './plan.ts';

interface SuiteControl extends Weakness {
  suite: string;
  /** Part of the name of a test that fails. */
  fails: RegExp;
}

const FIT = 'server/src/adapters/control-client-decisions.ts';

const CONTROLS: readonly SuiteControl[] = [
  {
    name: 'a name of WITH holds beyond its statement',
    file: 'core/src/query/gate-relation.ts',
    find: '  walk.scope = scope;\n  walk.frame = frame;\n',
    replace: '  walk.scope ??= scope;\n  walk.frame = frame;\n',
    suite: 'test/hostile/gate.test.ts',
    fails: /every statement of the hostile corpus is refused/,
  },
  {
    name: 'the engine of a query may open other files',
    file: 'server/src/workers/query-child.ts',
    find: "  await connection.run('SET enable_external_access = false');\n",
    replace: '',
    suite: 'test/hostile/wall.test.ts',
    fails: /hostile statements that pass no gate/,
  },
  {
    name: 'the process of a query keeps the rights of the node',
    file: 'server/src/workers/query-child.ts',
    find: '    process.setuid(settings.uid);\n',
    replace: '',
    suite: 'test/hostile/wall.test.ts',
    fails: /operating system holds the limits/,
  },
  {
    name: 'the process of a query has the network of the node',
    file: 'server/src/workers/query-child-handle.ts',
    find: 'const [file, ...wall] = networkWall(settings.searchPath, findProgram);',
    replace: 'const [file, ...wall] = networkWall("", findProgram);',
    suite: 'test/hostile/wall.test.ts',
    fails: /operating system holds the limits/,
  },
  {
    name: 'an open answer is not asked for again when something changed',
    file: 'server/src/services/query-watch.ts',
    find: '      this.#changes++;\n      // Why at once',
    replace: '      // Why at once',
    suite: 'test/identity/revocation.test.ts',
    fails: /no block comes after it was heard/,
  },
  {
    name: 'a credential that was revoked counts',
    file: 'core/src/registry/standing.ts',
    find: 'if (standing.credentials.includes(credential.id)) return',
    replace: 'if (standing.credentials.includes(`no ${credential.id}`)) return',
    suite: 'test/identity/revocation.test.ts',
    fails: /no block comes after it was heard/,
  },
  {
    name: 'the answer about another subject is taken',
    file: FIT,
    find: 'if (subject !== asked || purpose !== request.purpose) throw',
    replace: 'if (subject === asked && purpose === `${asked}?`) throw',
    suite: 'test/attacks/decisions.test.ts',
    fails: /about another subject, purpose, product/,
  },
  {
    name: 'a decision by an older policy is taken',
    file: FIT,
    find: 'if ((version ?? 0) < (this.#newest.get(name) ?? 0)) return false;',
    replace: 'if ((version ?? 0) < 0) return false;',
    suite: 'test/attacks/decisions.test.ts',
    fails: /an older policy/,
  },
];

const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-suites-')));
after(() => fs.rmSync(base, { recursive: true, force: true }));

const isWhole = IS_FULL || process.env['WEFT_CONTROLS'] === 'all';

test('every control of a suite is of the code as it is', () => {
  for (const control of CONTROLS) assertFollows(control);
});

for (const [i, control] of (isWhole ? CONTROLS : []).entries()) {
  // Why as root only: another user has no rights to give up, and the suite says so itself.
  const skip = control.find.includes('setuid') && process.getuid?.() !== 0;
  test(`control of a suite: ${control.name}`, { skip }, () => {
    const root = fileURLToPath(weaken(join(base, `tree-${i}`), control));
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--test', '--test-reporter=spec', control.suite],
      { cwd: root, encoding: 'utf8', env: withoutTestContext(), maxBuffer: 64 << 20 },
    );
    const failed = stdout.split('\n').filter((line) => line.trimStart().startsWith('✖'));
    assert.equal(status, 1, `the suite notices nothing: ${stdout.slice(-2_000)}`);
    assert.ok(
      failed.some((line) => control.fails.test(line)),
      failed.join('\n'),
    );
  });
}

/** Without the word of an outer run, which would make the inner one report to it. */
function withoutTestContext(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return { ...env, NO_COLOR: '1', WEFT_ATTACKS: '' };
}
