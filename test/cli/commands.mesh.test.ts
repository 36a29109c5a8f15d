/**
 * The commands against a real mesh, as a new user tries them: right input gives one document with --json and plain text
 * without, wrong input gives its exit code and a remedy.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CliResult, runCli } from '../support/cli.ts';
import { ROOT, startMesh, type TestMesh } from '../support/mesh.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-commands-'));
const file = (name: string): string => join(folder, name);
const ORDERS = join(ROOT, 'docs/tour/orders.csv');
const NEXT = join(ROOT, 'docs/tour/orders-next.csv');
let mesh: TestMesh;

const weft = (...words: string[]): Promise<CliResult> =>
  runCli(words, { env: mesh.env, now: new Date() });

/** The document of a command that must succeed. */
async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await weft(...words, '--json');
  assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
  assert.equal(stderr, '', 'no talk with --json');
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What a person reads of a command that must succeed. */
async function text(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await weft(...words);
  assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
  return stdout;
}

before(async () => {
  mesh = await startMesh();
  await text('domain', 'create', 'sales', '--title', 'Sales', '--owner', 'platform');
  await text(
    'contract',
    'infer',
    ORDERS,
    '--product',
    'sales.orders',
    '--owner',
    'platform',
    '--out',
    file('orders.odcs.yaml'),
  );
});
after(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the comments of a draft ask a person for, as an editor would put it in. */
function completeDraft(): void {
  const path = file('orders.odcs.yaml');
  const completed = readFileSync(path, 'utf8')
    .replace(/^# COMPLETE description:.*/m, 'description: {purpose: Which articles sell}')
    .replace(/^ {4}# COMPLETE description:.*/m, '    description: One article on one order')
    .replace(
      /^ {2}# COMPLETE - \{property: retention.*/m,
      '  - {property: retention, value: 3, unit: y}',
    )
    .replace(/^version: .*/m, 'version: 1.0.0');
  writeFileSync(path, completed);
}

describe('from a domain to a committed batch', () => {
  test('a field of a domain changes without the others', async () => {
    const unknown = await weft('domain', 'create', 'sales', '--steward', 'sam', '--json');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no subject .*sam.*weft user create sam/);
    await text('user', 'create', 'sam', '--role', 'steward');
    await text('domain', 'create', 'sales', '--steward', 'sam');
    const domain = await json('domain', 'show', 'sales');
    assert.deepEqual(
      [domain['title'], domain['owners'], domain['stewards']],
      ['Sales', ['platform'], ['sam']],
    );
    assert.equal((await weft('domain', 'create', 'sales')).code, 6);
  });
  test('a draft is refused with what it lacks, then published, then frozen', async () => {
    const lint = await weft('contract', 'lint', file('orders.odcs.yaml'), '--json');
    assert.equal(lint.code, 3);
    assert.equal(JSON.parse(lint.stdout).items.length, 1);
    const refused = await weft('contract', 'publish', file('orders.odcs.yaml'), '--json');
    assert.equal(refused.code, 3);
    const problem = JSON.parse(refused.stderr) as {
      code: string;
      errors: { line: number; remedy: string }[];
    };
    assert.equal(problem.code, 'CONTRACT_INCOMPLETE');
    assert.ok(problem.errors.every((place) => place.line > 0 && place.remedy !== ''));
    completeDraft();
    assert.equal(
      (await json('contract', 'publish', file('orders.odcs.yaml'), '--dry-run'))['version'],
      '1.0.0',
    );
    assert.deepEqual((await json('contract', 'list'))['items'], []);
    assert.equal(
      (await json('contract', 'publish', file('orders.odcs.yaml')))['product'],
      'sales.orders',
    );
    const other = readFileSync(file('orders.odcs.yaml'), 'utf8').replace(
      'Which articles sell',
      'Something else',
    );
    writeFileSync(file('other.odcs.yaml'), other);
    assert.equal((await weft('contract', 'publish', file('other.odcs.yaml'))).code, 6);
  });
  test('a batch is told by its balance, its bad rows by their reasons', async () => {
    const report = await json('ingest', 'sales.orders', ORDERS, NEXT);
    const items = report['items'] as {
      batch: string;
      state: string;
      records: Record<string, number>;
    }[];
    assert.deepEqual(
      items.map((item) => item.state),
      ['committed', 'committed'],
    );
    const [, second] = items;
    const { in: all, good, quarantined, duplicates } = second?.records ?? {};
    assert.equal(all, (good ?? 0) + (quarantined ?? 0) + (duplicates ?? 0));
    const rows = await text('quarantine', 'show', second?.batch ?? '');
    assert.match(rows, /^RECORD\tLINE\tCOLUMN\tVALUE\tRULE\tSTATE\tMESSAGE\n/);
    const exported = await text('quarantine', 'export', second?.batch ?? '');
    const lines = exported
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { ref: string; reasons: unknown[] });
    const reasons = lines.reduce((sum, line) => sum + line.reasons.length, 0);
    assert.equal(reasons, rows.trimEnd().split('\n').length - 1);
    assert.equal((await weft('batches', 'release', second?.batch ?? '')).code, 6);
    assert.equal((await weft('batches', 'show', 'bat_none')).code, 5);
  });
});

test('a draft on disk is not overwritten unless that is asked for', async () => {
  const draft = file('kept.odcs.yaml');
  writeFileSync(draft, 'mine');
  const words = ['contract', 'infer', ORDERS, '--product', 'sales.kept', '--out', draft];
  const refused = await weft(...words, '--json');
  assert.equal(refused.code, 6);
  assert.match(refused.stderr, /kept\.odcs\.yaml is there already.*--force/);
  assert.equal(readFileSync(draft, 'utf8'), 'mine');
  assert.equal((await weft(...words, '--force')).code, 0);
  assert.match(readFileSync(draft, 'utf8'), /kind: DataContract/);
});

test('one attribute of a user changes without the others, and can be taken away', async () => {
  await text(
    'user',
    'create',
    'eva',
    '--role',
    'consumer',
    '--attribute',
    'region=EU',
    '--attribute',
    'team=a',
  );
  await text('user', 'change', 'eva', '--attribute', 'team=b');
  assert.deepEqual((await json('user', 'show', 'eva'))['attributes'], {
    region: ['EU'],
    team: ['b'],
  });
  await text('user', 'change', 'eva', '--without', 'region');
  assert.deepEqual((await json('user', 'show', 'eva'))['attributes'], { team: ['b'] });
  await text('user', 'change', 'eva', '--name', 'Eva');
  assert.deepEqual((await json('user', 'show', 'eva'))['attributes'], { team: ['b'] });
  assert.equal((await weft('user', 'change', 'eva')).code, 2);
});

/** What looks for refused rows by their cause, with what each needs beside. */
const QUARANTINE_COMMANDS = [
  ['show'],
  ['export'],
  ['repair'],
  ['replay'],
  ['discard', '--because', 'tests'],
] as const;

test('a key that was used is told, and names that are not there are refused with near ones', async () => {
  const send = ['ingest', 'sales.orders', ORDERS, '--key', 'told'];
  const first = await json(...send);
  assert.equal(first['repeated'], undefined);
  const again = await json(...send);
  assert.deepEqual([again['batch'], again['repeated']], [first['batch'], true]);
  assert.match(
    await text(...send),
    /already taken as bat_\w+ under the key told; nothing was added/,
  );
  for (const [target, flag, name, near] of [
    ['sales.orders', '--rule', 'shop.typo', 'shop.type'],
    [String(first['batch']), '--rule', 'shop.typo', 'shop.type'],
    ['sales.orders', '--column', 'shopp', 'shop'],
  ] as const) {
    for (const [command, ...more] of QUARANTINE_COMMANDS) {
      const refused = await weft('quarantine', command, target, flag, name, ...more);
      assert.equal(refused.code, 5, `${command}: ${refused.stdout}`);
      assert.match(refused.stderr, new RegExp(`Did you mean ${near}\\?`), command);
    }
  }
  assert.equal(
    (await weft('quarantine', 'show', String(first['batch']), '--rule', 'shop.type')).code,
    0,
  );
  const audit = await weft('audit', 'list', '--column', 'sales.orders.shopp');
  assert.equal(audit.code, 5);
  assert.match(audit.stderr, /has no column "shopp".*\n?.*Did you mean shop\?/);
  assert.equal((await weft('audit', 'list', '--since', '30d')).code, 0);
  assert.equal((await weft('token', 'eva', '--ttl', 'P1D', '--quiet')).code, 0);
  const batch = await weft('batches', 'show', 'bat_none');
  assert.match(batch.stderr, /weft batches list/);
  const agreement = await weft('agreements', 'show', 'agr_none');
  assert.match(agreement.stderr, /weft agreements list/);
});

test('a contract that calls itself a draft is published with a word about it', async () => {
  const draft = readFileSync(file('orders.odcs.yaml'), 'utf8')
    .replace(/^status: .*/m, 'status: draft')
    .replace(/dataProduct: orders/, 'dataProduct: drafts')
    .replace(/^id: .*/m, 'id: drafts-contract')
    .replace(/name: orders$/gm, 'name: drafts');
  writeFileSync(file('draft.odcs.yaml'), draft);
  const published = await weft('contract', 'publish', file('draft.odcs.yaml'), '--dry-run');
  assert.equal(published.code, 0, published.stderr);
  assert.match(published.stderr, /status is draft, but what is published holds for everybody/);
});

test('upkeep of a product is told per table, with what comes next', async () => {
  const { items } = (await json('upkeep', 'status', 'sales.orders')) as {
    items: { table: string; files: { count: number }; next: { round: string | null } }[];
  };
  const [table] = items;
  assert.equal(table?.table, 'sales.orders');
  assert.ok((table?.files.count ?? 0) >= 2);
  assert.match(table?.next.round ?? '', /^\d{4}-/);
  const shown = await text('upkeep', 'status', 'sales.orders');
  assert.match(shown, /^sales\.orders@1\nfiles +\d+ \(.* small; the next merge takes 0\n/);
  assert.match(shown, /next visit +after \d+ more commits, or with the round at \d{4}-/);
  assert.equal((await weft('upkeep', 'status', 'sales.nothing')).code, 5);
});

test('lists are {items, next} and a cursor goes on where the page ended', async () => {
  for (const words of [
    ['domain', 'list'],
    ['product', 'list'],
    ['contract', 'list'],
    ['batches', 'list'],
    ['quarantine', 'list'],
    ['agreements', 'list'],
    ['find', 'orders'],
    ['events'],
    ['audit', 'list'],
  ]) {
    const list = await json(...words);
    assert.ok(Array.isArray(list['items']) && 'next' in list, words.join(' '));
    assert.equal(typeof (await text(...words)), 'string');
  }
  const first = await json('audit', 'list', '--limit', '2');
  const second = await json('audit', 'list', '--limit', '1', '--after', String(first['next']));
  const indexOf = (list: Record<string, unknown>) =>
    (list['items'] as { index: number }[]).map((entry) => entry.index);
  assert.deepEqual([...indexOf(first), ...indexOf(second)], [0, 1, 2]);
  const all = await json('audit', 'list', '--limit', '10000');
  assert.equal(all['next'], null);
});

test('access: request, refusal by another, approval, query, revocation', async () => {
  const token = (await text('token', 'ana', '--role', 'consumer', '--quiet')).trim();
  const ana = (...words: string[]): Promise<CliResult> =>
    runCli(words, { env: { ...mesh.env, WEFT_TOKEN: token }, now: new Date() });
  const sql = 'select shop, count(*) as n from sales.orders group by shop order by shop';
  const query = ['query', sql, '--purpose', 'assortment'];
  const denied = await ana(...query);
  assert.equal(denied.code, 4);
  assert.match(denied.stderr, /weft request sales\.orders --purpose assortment/);
  const asked = await ana(
    'request',
    'sales.orders',
    '--purpose',
    'assortment',
    '--until',
    'P30D',
    '--json',
  );
  assert.equal(asked.code, 0, asked.stderr);
  const { agreement } = JSON.parse(asked.stdout) as { agreement: string };
  assert.equal((await ana('agreements', 'approve', agreement)).code, 4);
  assert.match(await text('agreements', 'approve', agreement, '--because', 'fits'), /is active/);
  const answer = await ana(...query);
  assert.equal(answer.code, 0, answer.stderr);
  assert.match(answer.stdout, /^shop\tn\n/);
  assert.equal((await ana('query', 'select 1 from sales.none', '--purpose', 'assortment')).code, 5);
  assert.equal(
    (await ana('query', "select * from read_csv('x')", '--purpose', 'assortment')).code,
    4,
  );
  await text('agreements', 'revoke', agreement);
  assert.equal((await ana(...query)).code, 4);
  await showsWhatWasAsked(ana);
});

/** `agreements show` says what was asked for once something else is offered, and in JSON always. */
async function showsWhatWasAsked(ana: typeof weft): Promise<void> {
  const request = [
    'request',
    'sales.orders',
    '--purpose',
    'assortment',
    '--columns',
    'shop,amount',
  ];
  const { agreement } = JSON.parse((await ana(...request, '--json')).stdout) as {
    agreement: string;
  };
  assert.doesNotMatch(await text('agreements', 'show', agreement), /asked/);
  await text('agreements', 'counter', agreement, '--columns', 'shop');
  const shown = (await ana('agreements', 'show', agreement)).stdout;
  assert.match(shown, /asked +columns shop, amount; rows as the policy permits; until revoked/);
  const { columns, asked } = await json('agreements', 'show', agreement);
  assert.deepEqual(columns, ['shop']);
  assert.deepEqual((asked as { columns: string[] }).columns, ['shop', 'amount']);
  await text('agreements', 'deny', agreement);
}

test('a contract is proven by its own content: bundle, file beside it, and not a changed file', async () => {
  const bundle = file('orders.bundle.json');
  await text('contract', 'show', 'sales.orders', '--bundle', '--out', bundle);
  await text('contract', 'show', 'sales.orders', '--source', '--out', file('orders.yaml'));
  for (const name of ['sales.orders', bundle, file('orders.yaml')])
    assert.equal((await json('contract', 'verify', name))['verified'], true, name);
  const changed = readFileSync(file('orders.yaml'), 'utf8').replace(
    'Which articles sell',
    'Nothing',
  );
  writeFileSync(file('orders.yaml'), changed);
  const result = await weft('contract', 'verify', file('orders.yaml'));
  assert.equal(result.code, 3);
  assert.match(result.stdout, /none of the published versions \(1\.0\.0\)/);
  assert.equal((await weft('contract', 'verify', bundle, '--trust', 'another-key')).code, 3);
  assert.equal(
    (await weft('contract', 'verify', file('other.odcs.yaml'))).code,
    2,
    'no bundle beside it',
  );
  const offline = { env: { WEFT_CONTEXT: file('none.json') } };
  assert.equal((await runCli(['contract', 'verify', bundle], offline)).code, 2, 'no key to trust');
  assert.equal(
    (await runCli(['contract', 'verify', bundle, '--trust', mesh.rootKey], offline)).code,
    0,
  );
});

test('an exported audit log is proven offline; a changed one and another file are not', async () => {
  const log = file('audit.ndjson');
  await text('audit', 'export', '--out', log);
  assert.equal((await json('audit', 'verify', log))['verified'], true);
  assert.equal((await json('audit', 'verify'))['verified'], true);
  assert.equal((await json('audit', 'verify', '--trust', mesh.rootKey))['verified'], true);
  // The public key of RFC 8032, section 7.1, test 1: a key, and not that of this mesh.
  const wrong = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  assert.equal((await weft('audit', 'verify', '--trust', wrong)).code, 3, 'of the mesh');
  assert.equal((await weft('audit', 'verify', log, '--trust', wrong)).code, 3, 'of a file');
  const lines = readFileSync(log, 'utf8');
  const changed = await runCli(['audit', 'verify', '-'], {
    env: mesh.env,
    stdin: lines.replace('domain.create', 'domain.delete'),
  });
  assert.equal(changed.code, 3);
  const other = await weft('audit', 'verify', file('orders.odcs.yaml'));
  assert.equal(other.code, 3);
  assert.match(other.stdout, /is no export of an audit log/);
});

test('what people read has no raw document in it', async () => {
  for (const words of [
    ['product', 'show', 'sales.orders'],
    ['contract', 'show', 'sales.orders'],
    ['domain', 'show', 'sales'],
    ['policy', 'show', 'sales.orders'],
    ['whoami'],
  ]) {
    const shown = await text(...words);
    assert.ok(!/\[object|undefined|null|NaN/.test(shown), `${words.join(' ')}: ${shown}`);
    assert.ok(shown.endsWith('\n') && !shown.endsWith('\n\n'));
  }
});
