/**
 * What goes wrong, as a person and as a script see it: exit codes, problem documents, files, time, interrupts.
 */
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import { problem, recordMesh, runCli, tempFolder } from '../../../test/support/cli.ts';

/** Exit codes of CLI.md by the status and code that a mesh answers. */
const EXITS = [
  [400, 'REQUEST_INVALID', 2],
  [401, 'UNAUTHENTICATED', 4],
  [403, 'ACCESS_DENIED', 4],
  [404, 'NOT_FOUND', 5],
  [409, 'BATCH_KEY_REUSED', 6],
  [412, 'PRECONDITION_FAILED', 6],
  [422, 'CONTRACT_INVALID', 3],
  [422, 'QUERY_REFUSED', 4],
  [422, 'QUERY_FAILED', 1],
  [429, 'RATE_LIMITED', 7],
  [500, 'INTERNAL', 1],
  [503, 'UNAVAILABLE', 7],
  [418, 'A_CODE_OF_A_NEWER_MESH', 1],
] as const;

describe('an answer that is no success', () => {
  for (const [status, code, exit] of EXITS) {
    test(`${status} ${code} exits with ${exit}`, async (t) => {
      const document = problem(status, code);
      const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { status, json: document } });
      const text = await runCli(['whoami'], { env: mesh.env });
      assert.equal(text.code, exit);
      assert.equal(text.stdout, '');
      assert.ok(
        text.stderr.startsWith(
          `✗ Title of ${code}: detail of ${code} [${code}]\n  remedy of ${code}\n`,
        ),
      );
      const json = await runCli(['whoami', '--json'], { env: mesh.env });
      assert.equal(json.code, exit);
      assert.equal(json.stdout, '');
      assert.deepEqual(JSON.parse(json.stderr), document);
    });
  }
});

test('places stand below the error with line, path and remedy; what the detail says is not said again', async (t) => {
  const errors = [
    { code: 'A', message: 'no owner', path: '$.team', line: 3, column: 1, remedy: 'Write one.' },
    { code: 'B', message: 'detail of CONTRACT_INVALID', line: 9, column: 2 },
    { code: 'C', message: 'detail of CONTRACT_INVALID' },
    {
      code: 'D',
      message: 'detail of CONTRACT_INVALID',
      path: '$.owners[0]',
      remedy: 'remedy of CONTRACT_INVALID',
    },
    { code: 'E', message: 'detail of CONTRACT_INVALID', path: '$.name', remedy: 'Another.' },
  ];
  const json = problem(422, 'CONTRACT_INVALID', { errors });
  const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { status: 422, json } });
  const { stderr } = await runCli(['whoami'], { env: mesh.env });
  assert.equal(
    stderr,
    [
      '✗ Title of CONTRACT_INVALID: detail of CONTRACT_INVALID [CONTRACT_INVALID]',
      '  3:1  no owner ($.team)',
      '      Write one.',
      '  at 9:2',
      '  at ($.name)',
      '      Another.',
      '  remedy of CONTRACT_INVALID',
      '',
    ].join('\n'),
  );
});

test('a day that no calendar has is no time', async (t) => {
  const mesh = await recordMesh(t, {});
  for (const since of ['2026-02-30', '2026-11-31T00:00:00Z', '2026-1-1', '2026-01-011']) {
    const { code, stderr } = await runCli(['audit', 'list', '--since', since], { env: mesh.env });
    assert.deepEqual([code, stderr.includes('is no time')], [2, true], since);
  }
});

test('control characters of a problem reach no terminal', async (t) => {
  const json = problem(422, 'QUERY_FAILED', { detail: 'bad \u001b[2Jvalue\nsecond line' });
  const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { status: 422, json } });
  const { stderr } = await runCli(['whoami'], { env: mesh.env, terminal: 80 });
  assert.ok(stderr.includes('bad ␛[2Jvalue [QUERY_FAILED]\n  second line\n'));
});

describe('an answer of something that is no mesh', () => {
  test('an error page', async (t) => {
    const text = '<html>Bad gateway</html>';
    const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { status: 502, text } });
    const { code, stderr } = await runCli(['whoami', '--json'], { env: mesh.env });
    assert.equal(code, 7);
    const document = JSON.parse(stderr) as Record<string, unknown>;
    assert.equal(document['code'], 'HTTP_502');
    assert.equal(document['status'], 502);
  });
  test('a page with status 200', async (t) => {
    const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { text: '<html>' } });
    const { code, stderr } = await runCli(['whoami'], { env: mesh.env });
    assert.equal(code, 7);
    assert.match(stderr, /does not answer as a mesh does/);
  });
  test('JSON that is no problem document', async (t) => {
    const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { status: 404, json: ['x'] } });
    const { code, stderr } = await runCli(['whoami'], { env: mesh.env });
    assert.equal(code, 5);
    assert.match(stderr, /HTTP 404 from http/);
  });
});

test('nobody listens: 7, with address and reason', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  const port = typeof address === 'object' ? address?.port : 0;
  const env = {
    WEFT_URL: `http://127.0.0.1:${port}`,
    WEFT_TOKEN: 'x',
    WEFT_CONTEXT: join(tempFolder(t), 'c'),
  };
  const { code, stderr } = await runCli(['whoami'], { env });
  assert.equal(code, 7);
  assert.ok(
    stderr.includes(`http://127.0.0.1:${port} does not answer (ECONNREFUSED) [UNAVAILABLE]`),
  );
});

test('an answer that breaks off is 7, never half a document', async (t) => {
  const mesh = await recordMesh(t, {
    'GET /api/v1/whoami': (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":');
      setTimeout(() => response.destroy(), 20);
    },
  });
  const { code, stdout, stderr } = await runCli(['whoami'], { env: mesh.env });
  assert.equal(code, 7);
  assert.equal(stdout, '');
  assert.match(stderr, /broke off/);
});

describe('files', () => {
  test('one that is not there', async () => {
    const { code, stderr } = await runCli(['contract', 'lint', 'no-such-file.yaml']);
    assert.equal(code, 5);
    assert.equal(
      stderr,
      '✗ Not found: there is no file no-such-file.yaml [NOT_FOUND]\n  Check the path.\n',
    );
  });
  test('a folder', async (t) => {
    const folder = tempFolder(t);
    const { code, stderr } = await runCli(['contract', 'lint', folder]);
    assert.equal(code, 2);
    assert.ok(stderr.includes(`${folder} is a folder`));
  });
  test('a part of the path that is a file', async (t) => {
    const file = join(tempFolder(t), 'file');
    writeFileSync(file, '');
    assert.equal((await runCli(['contract', 'lint', join(file, 'x.yaml')])).code, 5);
  });
  test('bytes that are no text', async (t) => {
    const file = join(tempFolder(t), 'x.yaml');
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
    const { code, stderr } = await runCli(['contract', 'lint', file]);
    assert.equal(code, 2);
    assert.match(stderr, /no text in UTF-8/);
  });
  test('--out where nothing may be written leaves the error with that path', async (t) => {
    const folder = tempFolder(t);
    const contract = join(folder, 'no-folder', 'out.json');
    const example = 'examples/cpg/contracts/loyalty.households.odcs.yaml';
    const { code, stderr } = await runCli([
      'contract',
      'export',
      example,
      '--to',
      'avro',
      '--out',
      contract,
    ]);
    assert.equal(code, 5);
    assert.ok(stderr.includes(contract) && !stderr.includes('partial'));
    chmodSync(folder, 0o700);
  });
});

describe('time', () => {
  test('--timeout ends a slow answer with 7', async (t) => {
    const mesh = await recordMesh(t, {
      'GET /api/v1/whoami': () => sleep(60_000, undefined, { ref: false }),
    });
    for (const duration of ['50ms', 'PT0.05S', '0.05', '0.05s']) {
      const { code, stderr } = await runCli(['whoami', '--timeout', duration], { env: mesh.env });
      assert.equal(code, 7);
      assert.ok(stderr.includes(`not done after ${duration} [TIMED_OUT]`));
    }
  });
  test('a duration that is none, or none above zero, is a usage error', async () => {
    for (const duration of ['soon', '0', 'PT0S', '-5s', '5x', ''])
      assert.equal((await runCli(['whoami', `--timeout=${duration}`])).code, 2, duration);
  });
  test('one longer than a timer can count does not end at once', async (t) => {
    const json = { id: 'a', name: 'A', roles: [], domains: [] };
    const mesh = await recordMesh(t, { 'GET /api/v1/whoami': { json } });
    assert.equal((await runCli(['whoami', '--timeout', 'P365D'], { env: mesh.env })).code, 0);
  });
});

test('an interrupt is 130, also while an answer is awaited', async (t) => {
  const interrupt = new AbortController();
  const mesh = await recordMesh(t, {
    'GET /api/v1/whoami': () => {
      interrupt.abort(new WeftError('CANCELLED', 'interrupted by SIGINT'));
    },
  });
  const { code, stdout, stderr } = await runCli(['whoami'], {
    env: mesh.env,
    interrupt: interrupt.signal,
  });
  assert.equal(code, 130);
  assert.equal(stdout, '');
  assert.match(stderr, /interrupted by SIGINT \[CANCELLED\]/);
});

describe('words that are not understood', () => {
  const cases: [string[], RegExp][] = [
    [['whomai'], /unknown command "whomai" \[USAGE\]\n {2}Did you mean whoami\? See `weft --help`/],
    [['contract', 'pubish', 'x'], /Did you mean publish\? See `weft contract --help`/],
    [['whoami', '--jsno'], /unknown option "--jsno" \[USAGE\]\n {2}Did you mean --json\?/],
    [['ingest'], /missing required argument "product"/],
    [['ingest', 'a.b'], /which file/],
    [['whoami', 'extra'], /too many arguments/],
    [
      ['query', 'select 1', '--format', 'xml'],
      /--format "xml" is not known \[USAGE\]\n {2}Known: table, json/,
    ],
    [['query', 'select 1'], /--purpose is needed \[USAGE\]\n {2}For example: --purpose/],
    [['login', 'localhost:8787'], /no address of a mesh \[USAGE\]\n {2}.*http:\/\/localhost:8787/],
    [['domain', 'create', 'Sales Dept'], /cannot name a domain.*\n {2}For example: sales_dept/],
    [['batches', 'list', '--limit', '1e3'], /no number from 1 to/],
    [
      ['token', 'ana', '--role', 'boss'],
      /--role "boss" is not known \[USAGE\]\n {2}Known: producer/,
    ],
    [['completion', 'tcsh'], /Known: bash, zsh, fish/],
  ];
  for (const [words, text] of cases) {
    test(words.join(' '), async () => {
      const { code, stdout, stderr } = await runCli(words);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, text);
      const json = await runCli([...words, '--json']);
      assert.equal(json.code, 2);
      assert.equal((JSON.parse(json.stderr) as { code: string }).code, 'USAGE');
    });
  }
  test('a group alone shows what it has, on stderr', async () => {
    const { code, stdout, stderr } = await runCli(['quarantine']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /Usage: weft quarantine COMMAND[\s\S]*\n {2}export <batch-or-product>/);
    const json = await runCli(['quarantine', '--json']);
    assert.match(JSON.parse(json.stderr).detail, /list, show, export/);
  });
});

test('WEFT_DEBUG adds where it happened', async () => {
  const quiet = await runCli(['contract', 'lint', 'none.yaml']);
  const loud = await runCli(['contract', 'lint', 'none.yaml'], { env: { WEFT_DEBUG: '1' } });
  assert.ok(!quiet.stderr.includes('    at '));
  assert.match(loud.stderr, /ENOENT/);
});
