/**
 * Every command is whole: words, help, an example that its own grammar takes, and a handler that loads.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readContract } from '@weft/core/contract/read';
import { SOURCE_FORMATS } from '@weft/core/ingest/ports';
import { must } from '@weft/core/lib/assert';
import { EXPORT_TARGETS } from '@weft/core/lib/export-targets';
import { memoryIo, runCli } from '../../../test/support/cli.ts';
import { type CompiledTarget, exportTo, JSON_TARGETS } from '../services/contract-exports.ts';
import { COMMANDS, GROUPS, SECTIONS } from './commands.ts';
import { BATCH_FORMATS } from './grammar/batches.ts';
import { buildProgram } from './program.ts';
import type { Invocation } from './run.ts';

/** Splits a line as a shell does for the quotes that examples use; what is redirected is left out. */
function shellWords(line: string): string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');
  const redirect = words.indexOf('>');
  return redirect === -1 ? words : words.slice(0, redirect);
}

/** What the grammar makes of the words, without carrying the command out. */
async function parse(words: readonly string[]): Promise<Invocation> {
  const seen: Invocation[] = [];
  const run = async (invocation: Invocation): Promise<number> => {
    seen.push(invocation);
    return 0;
  };
  const interrupt = new AbortController().signal;
  const program = buildProgram({ io: memoryIo(), version: '0', interrupt, run }, () => undefined);
  await program.parseAsync([...words], { from: 'user' });
  assert.equal(seen.length, 1, `${words.join(' ')} runs one command`);
  return must(seen[0], 'one command was seen');
}

describe('each command', () => {
  for (const spec of COMMANDS) {
    test(spec.path, async () => {
      assert.match(spec.summary, /^[^.]+[^.]$/, 'a summary is a phrase without a full stop');
      assert.equal(
        spec.example
          .split(' ')
          .slice(0, 1 + spec.path.split(' ').length)
          .join(' '),
        `weft ${spec.path}`,
      );
      const [, ...words] = shellWords(spec.example);
      const invocation = await parse(words);
      assert.equal(invocation.spec, spec);
      assert.equal(typeof (await spec.load()), 'function');
      for (const option of spec.options ?? []) {
        assert.match(option.flags, /^(-[a-z], )?--[a-z-]+( <[a-z:=-]+>)?$/);
        assert.notEqual(option.text, '');
      }
    });
  }
});

describe('the options of every command', () => {
  const common = ['--json', '--quiet', '--no-color', '--timeout', '5s', '--as', 'steward'];
  for (const spec of COMMANDS) {
    test(`${spec.path} takes them before and behind`, async () => {
      const [, ...words] = shellWords(spec.example.replace(/ --as \w+/, ''));
      const expected = { json: true, quiet: true, color: false, timeout: '5s', as: 'steward' };
      for (const given of [
        [...common, ...words],
        [...words, ...common],
      ]) {
        const { options } = await parse(given);
        const found = Object.fromEntries(
          Object.keys(expected).map((name) => [name, options[name]]),
        );
        assert.deepEqual(found, expected);
      }
    });
    test(`${spec.path} --help shows its example`, async () => {
      const { code, stdout, stderr } = await runCli([...spec.path.split(' '), '--help']);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.ok(stdout.includes(`\nExample:\n  ${spec.example}\n`));
      assert.ok(stdout.includes('--timeout <duration>'));
    });
  }
});

test('the last of two values wins, wherever they stand', async () => {
  const { options } = await parse(['--as', 'far', 'whoami', '--as', 'near']);
  assert.equal(options['as'], 'near');
});

test('paths are unique, groups have a description, and every command stands in a section', () => {
  const paths = COMMANDS.map((spec) => spec.path);
  assert.deepEqual(paths, [...new Set(paths)]);
  const groups = new Set(
    paths.filter((path) => path.includes(' ')).map((path) => path.split(' ')[0]),
  );
  assert.deepEqual(Object.keys(GROUPS).sort(), [...groups].sort());
  assert.equal(SECTIONS.flatMap((section) => section.commands).length, paths.length);
});

test('each target of contract export gives text of its kind', async () => {
  const file = new URL(
    '../../../examples/cpg/contracts/loyalty.households.odcs.yaml',
    import.meta.url,
  );
  const { value } = readContract(readFileSync(fileURLToPath(file), 'utf8'), { file: 'x' });
  const { model } = must(value, 'the example reads');
  for (const target of EXPORT_TARGETS.filter((name): name is CompiledTarget => name !== 'odcs')) {
    const { text } = await exportTo(target, model, undefined);
    assert.ok(text.includes('household_id'), `${target} names the columns`);
    if (JSON_TARGETS.includes(target)) assert.equal(typeof JSON.parse(text), 'object');
  }
});

test('weft alone, --help and help give the same; help of a command is its --help', async () => {
  const alone = await runCli([]);
  assert.equal(alone.code, 0);
  assert.equal(alone.stderr, '');
  for (const { heading } of SECTIONS) assert.ok(alone.stdout.includes(`\n${heading}:\n`));
  const help = await runCli(['--help']);
  assert.equal(help.code, 0);
  assert.ok(help.stdout.startsWith(alone.stdout.trimEnd()));
  assert.deepEqual(await runCli(['help']), help);
  assert.deepEqual(
    await runCli(['help', 'contract', 'lint']),
    await runCli(['contract', 'lint', '--help']),
  );
});

test('--version gives the version', async () => {
  assert.deepEqual(await runCli(['--version']), { code: 0, stdout: '9.9.9\n', stderr: '' });
  assert.deepEqual(await runCli(['-V']), { code: 0, stdout: '9.9.9\n', stderr: '' });
});

test('ingest offers every format that a node takes', () => {
  assert.deepEqual([...BATCH_FORMATS], [...SOURCE_FORMATS]);
});
