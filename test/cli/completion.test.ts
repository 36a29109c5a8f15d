/**
 * Completion as a shell does it: bash runs the script and is asked what comes next. Other shells are asked for their
 * syntax where they are installed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../server/src/cli/commands.ts';
import { completionScript, SHELLS } from '../../server/src/cli/completion.ts';
import { runCli, tempFolder } from '../support/cli.ts';

/** What bash offers for the last of the words. */
function complete(folder: string, ...words: string[]): string[] {
  const script = `${completionScript('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_weft
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const result = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder });
  assert.equal(result.stderr, '');
  return result.stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('takes the script', () => {
    const result = spawnSync('bash', ['-n'], { input: completionScript('bash'), encoding: 'utf8' });
    assert.deepEqual([result.status, result.stderr], [0, '']);
  });
  test('offers first words, then the words of a group, then options', (t) => {
    const folder = tempFolder(t);
    assert.ok(complete(folder, 'weft', '').includes('ingest'));
    assert.deepEqual(complete(folder, 'weft', 'qua'), ['quarantine']);
    assert.deepEqual(complete(folder, 'weft', 'quarantine', '').sort(), [
      'discard',
      'export',
      'list',
      'repair',
      'replay',
      'show',
    ]);
    assert.deepEqual(complete(folder, 'weft', 'quarantine', 'e'), ['export']);
    assert.deepEqual(complete(folder, 'weft', 'quarantine', 'export', '--o'), ['--out']);
    assert.ok(complete(folder, 'weft', 'query', '--').includes('--purpose'));
    assert.deepEqual(complete(folder, 'weft', 'query', 'select 1', '--pur'), ['--purpose']);
  });
  test('offers the values that an option takes', (t) => {
    const folder = tempFolder(t);
    assert.deepEqual(complete(folder, 'weft', 'query', '--format', 'p'), ['parquet']);
    assert.deepEqual(complete(folder, 'weft', 'batches', 'list', '--state', 'he'), ['held']);
    assert.deepEqual(complete(folder, 'weft', 'contract', 'infer', 'x', '--format', 'nd'), [
      'ndjson',
    ]);
  });
  test('offers files where a file stands, also with spaces in their names', (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'day one.csv'), '');
    mkdirSync(join(folder, 'data'));
    assert.deepEqual(complete(folder, 'weft', 'contract', 'lint', 'da').sort(), [
      'data',
      'day one.csv',
    ]);
  });
  test('knows every command', (t) => {
    const folder = tempFolder(t);
    for (const spec of COMMANDS) {
      const offered = complete(folder, 'weft', ...spec.path.split(' '), '--');
      for (const option of [
        ...(spec.options ?? []).map((o) => /--[a-z-]+/.exec(o.flags)?.[0] ?? ''),
        '--json',
      ])
        assert.ok(offered.includes(option), `${spec.path} ${option}`);
    }
  });
});

test('zsh and fish take their scripts where they are installed', (t) => {
  for (const shell of ['zsh', 'fish']) {
    if (spawnSync(shell, ['--version']).status !== 0) {
      t.diagnostic(`${shell} is not on this machine: its script is only read`);
      assert.ok(completionScript(shell).includes('quarantine'));
      continue;
    }
    const result = spawnSync(shell, ['-n'], { input: completionScript(shell), encoding: 'utf8' });
    assert.deepEqual([result.status, result.stderr], [0, '']);
  }
});

test('weft completion prints the script, as a document with --json', async () => {
  for (const shell of SHELLS) {
    const { code, stdout } = await runCli(['completion', shell]);
    assert.deepEqual([code, stdout], [0, completionScript(shell)]);
    const json = await runCli(['completion', shell, '--json']);
    assert.deepEqual(JSON.parse(json.stdout), { shell, script: completionScript(shell) });
  }
});
