/**
 * The page of a product: what it shows is what the mesh says to this reader, for his purpose, and its code works as it stands.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { type Engine, pyiceberg, snippetLibraries, snippetSpark } from '../clients/engines.ts';
import {
  ask,
  assertAccessible,
  assertQuiet,
  launch,
  meshUrl,
  type Person,
  shoot,
  tokenOf,
  visit,
  walk,
} from './browser.ts';

const PRODUCT = 'point_of_sale.transactions';
const PURPOSE = 'category_planning';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const ready = (page: Page, text: string): Promise<unknown> =>
  page.getByText(text).first().waitFor({ timeout: 30_000 });

async function query(person: Person, sql: string): Promise<unknown[][]> {
  const answer = await ask(person, '/api/v1/queries', { sql, purpose: PURPOSE });
  return ((await answer.json()) as { rows: unknown[][] }).rows;
}

test('promises stand beside what was measured, in every size and scheme', async () => {
  await walk(browser, {
    name: 'product',
    person: 'analyst',
    path: `/p/${PRODUCT}?purpose=${PURPOSE}`,
    until: async (page) => {
      await ready(page, 'We measured');
      await page.locator('td code').first().waitFor({ timeout: 30_000 });
    },
  });
});

test('the ledger tells what the mesh tells, each promise once', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: `/p/${PRODUCT}/quality` });
  const { page } = visited;
  await ready(page, 'Delivery');
  const answer = await ask('analyst', `/api/v1/products/${PRODUCT}/promises`);
  const { promises } = (await answer.json()) as {
    promises: { state: string; rule: string | null }[];
  };
  const rows = await page.locator('tbody tr').count();
  assert.equal(rows, promises.length);
  for (const state of ['kept', 'missed', 'close']) {
    const told = await page.locator(`tbody [data-kind="${state}"]`).count();
    assert.equal(told, promises.filter((promise) => promise.state === state).length, state);
  }
  assertQuiet(visited);
});

test('columns are profiled under the rights of the reader: counts are his, hidden ones stay hidden', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/p/${PRODUCT}/columns?purpose=${PURPOSE}`,
  });
  const { page } = visited;
  await page
    .locator('tr', { hasText: 'sales_value' })
    .locator('code')
    .nth(1)
    .waitFor({ timeout: 30_000 });
  const [[rows, empty]] = (await query(
    'analyst',
    `SELECT count(*), count(*) - count(sales_value) FROM ${PRODUCT}`,
  )) as [[number, number]];
  const shown = new Intl.NumberFormat('en-GB').format(rows);
  await ready(page, `${shown} rows`);
  const cells = page.locator('tr', { hasText: 'sales_value' }).locator('td');
  assert.equal(await cells.nth(2).textContent(), String(empty));
  const hidden = page.locator('tr', { hasText: 'household_id' });
  assert.match((await hidden.textContent()) ?? '', /hidden/);
  assert.equal(await hidden.locator('svg[role="img"]').count(), 0, 'no spread of a hidden column');
  assertQuiet(visited);
});

test('without an agreement there is no figure, and a way to ask', async () => {
  await using visited = await visit(browser, {
    person: 'brand_manager',
    path: '/p/loyalty.households/columns',
  });
  await ready(visited.page, 'you have no agreement');
  assert.equal(await visited.page.locator('svg[role="img"]').count(), 0);
  await visited.page.getByRole('link', { name: 'Request access' }).first().click();
  await ready(visited.page, 'What will you use it for?');
  assertQuiet(visited);
});

const TABS: { person: Person; path: string; text: string }[] = [
  { person: 'producer', path: 'batches', text: '2017-q4' },
  { person: 'analyst', path: 'batches', text: 'No batch is shown to you' },
  { person: 'producer', path: 'quality/product_id.reference', text: 'Rows that it set aside' },
  { person: 'analyst', path: 'versions', text: 'Lawful basis' },
  { person: 'analyst', path: 'versions?view=source', text: 'kind: DataContract' },
  { person: 'analyst', path: 'connect', text: 'WEFT_TOKEN' },
  { person: 'analyst', path: 'lineage', text: 'Columns that refer to others' },
  { person: 'analyst', path: 'consumers', text: 'is shown to owner, steward and privacy officer' },
  { person: 'analyst', path: `columns/week?purpose=${PURPOSE}`, text: 'Most frequent values' },
];

for (const { person, path, text } of TABS) {
  test(`the tab ${path} is whole for ${person}, at a desk and on a phone`, async () => {
    for (const size of ['desktop', 'phone'] as const) {
      await using visited = await visit(browser, { person, size, path: `/p/${PRODUCT}/${path}` });
      await ready(visited.page, text);
      await shoot(visited.page, `product-${path.replaceAll(/\W/g, '-')}-${person}-${size}`);
      const beyond = await visited.page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(beyond, 0, 'nothing reaches beyond the page');
      await assertAccessible(visited.page);
      assertQuiet(visited);
    }
  });
}

test('the lineage draws products, and on the threads of this one the columns that refer', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: `/p/${PRODUCT}/lineage` });
  const { page } = visited;
  await page.locator(`.react-flow__node[data-id="${PRODUCT}"]`).waitFor({ timeout: 30_000 });
  await page.locator('.react-flow__node[data-id="product_master.products"]').waitFor();
  const answer = await ask('analyst', `/api/v1/mesh/graph?focus=${PRODUCT}&depth=1`);
  const { edges } = (await answer.json()) as {
    edges: { from: string; to: string; kind: string; columns?: string[] }[];
  };
  const told = edges.flatMap(({ from, to, columns = [] }) =>
    [from, to].some((end) => end.endsWith(PRODUCT)) && columns.length > 0
      ? [columns.join(', ')]
      : [],
  );
  assert.ok(told.includes('product_id'), told.join('; '));
  await page.locator('.react-flow__edge-text').first().waitFor();
  const drawn = await page.locator('.react-flow__edge-text').allTextContents();
  assert.deepEqual(drawn.toSorted(), told.toSorted());
  await shoot(page, 'lineage-columns');
  assertQuiet(visited);
});

interface PromiseDay {
  day: string;
  state: string;
  batches: number;
  records: number;
}

test('the days of the cloth are those that the mesh tells, and a day leads to its batches', async () => {
  await using visited = await visit(browser, { person: 'producer', path: `/p/${PRODUCT}/batches` });
  const { page } = visited;
  const answer = await ask('producer', `/api/v1/products/${PRODUCT}/promises`);
  const { days } = (await answer.json()) as { days: PromiseDay[] };
  assert.ok(days.length >= 30);
  await readDays(page, days);
  await page.getByRole('button', { name: 'Show as table' }).click();
  const figures = new Intl.NumberFormat('en-GB');
  for (const { day, batches, records, state } of days) {
    const cells = await page.locator(`tr[data-day="${day}"] td`).allTextContents();
    assert.equal(cells[0], state === 'none' ? 'nothing due' : state, day);
    assert.deepEqual([cells[1], cells[4]], [figures.format(batches), figures.format(records)], day);
  }
  const busy = days.find(({ batches }) => batches > 0);
  assert.ok(busy !== undefined, 'the example came on some day');
  await page.locator(`tr[data-day="${busy.day}"]`).getByRole('button').click();
  await page.waitForURL(new RegExp(`day=${busy.day}`));
  await page.getByRole('heading', { name: /^Batches of / }).waitFor();
  const rows = page.getByRole('region', { name: /^Batches of / }).locator('tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), busy.batches);
  await assertAccessible(page);
  await page.goto(`/p/${PRODUCT}/batches?day=2001-01-01`, { waitUntil: 'networkidle' });
  await ready(page, 'No batch of 1 Jan 2001 is shown to you');
  assertQuiet(visited);
});

/** By keyboard: each day of the cloth is told, from the newest back, and Enter leads to its batches as a click does. */
async function readDays(page: Page, days: readonly PromiseDay[]): Promise<void> {
  const option = page.getByRole('listbox', { name: /day/ }).getByRole('option');
  await option.first().waitFor();
  assert.equal(await option.count(), days.length);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Show as table' }).focus();
  await page.keyboard.press('Shift+Tab');
  for (const { day, state, batches } of days.toReversed()) {
    const told = await page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    const date = new Date(`${day}T12:00:00Z`);
    assert.ok(told.startsWith(`${date.getUTCDate()} `), `${day}: ${told}`);
    assert.ok(told.includes(state === 'none' ? 'nothing due' : state), `${day}: ${told}`);
    assert.equal(/, (\d+) × sent/.exec(told)?.[1] ?? '0', String(batches), day);
    await page.keyboard.press('ArrowLeft');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`day=${days[0]?.day}`));
  await page.getByRole('option', { selected: true }).waitFor();
  await page.getByRole('button', { name: 'All days' }).click();
}

/** Publishes a product of its own in two versions, so that no other story sees another version than it expects. */
async function publishTwo(): Promise<string> {
  const domain = { name: 'looms', title: 'Looms', owners: ['producer'], stewards: ['steward'] };
  await ask('platform', '/api/v1/domains', domain);
  const path = '../../examples/cpg/contracts/product_master.products.odcs.yaml';
  const example = parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Contract;
  const first = { ...example, id: 'looms.wares', domain: 'looms', dataProduct: 'wares' };
  const second = structuredClone({ ...first, version: '1.1.0' });
  const columns = second.schema[0]?.properties ?? [];
  columns.push({
    id: 'colour',
    name: 'colour',
    logicalType: 'string',
    description: 'Of the yarn.',
    classification: 'public',
  });
  const third = structuredClone({ ...second, version: '2.0.0' });
  const category = third.schema[0]?.properties.find(({ name }) => name === 'product_category');
  assert.ok(category !== undefined);
  category['logicalTypeOptions'] = { maxLength: 44 };
  third.slaProperties.push({ property: 'endOfSupport', value: '2031-12-31' });
  for (const contract of [first, second, third]) {
    const answer = await fetch(`${meshUrl()}/api/v1/contracts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf('producer')}`,
        'content-type': 'application/yaml',
      },
      body: stringify(contract),
    });
    assert.ok(answer.ok, await answer.text());
  }
  return 'looms.wares';
}

interface Contract {
  version: string;
  slaProperties: Record<string, unknown>[];
  schema: { properties: Record<string, unknown>[] }[];
}

test('two versions are compared: what it means, and what changed in the source', async () => {
  const product = await publishTwo();
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/p/${product}/versions/1.0.0...1.1.0`,
  });
  const { page } = visited;
  await ready(page, 'a minor version');
  await page.locator('.cm-merge-b .cm-changedLine').first().waitFor({ timeout: 30_000 });
  const added = await page.locator('.cm-merge-b .cm-changedLine').allTextContents();
  assert.ok(
    added.some((line) => line.includes('colour')),
    added.join('\n'),
  );
  await shoot(page, 'product-versions-compared');
  await assertAccessible(page);
  assertQuiet(visited);
  await using older = await visit(browser, { person: 'analyst', path: `/p/${product}@1.0.0` });
  await ready(older.page, 'You look at 1.0.0. The newest is 2.0.0.');
  assertQuiet(older);

  await page.goto(`/p/${product}/versions/1.1.0...2.0.0`);
  const longer = page.locator('tr', { hasText: 'products.product_category: the length' });
  await longer.waitFor();
  assert.equal((await longer.locator('td').nth(0).textContent())?.trim(), 'breaks');
  assert.equal((await longer.locator('td').nth(1).textContent())?.trim(), 'safe');
  const shown = longer.locator('[data-allowed="after"]');
  assert.equal(await shown.textContent(), `"${'a'.repeat(41)}" was refused and is allowed now`);
  await assertAccessible(page);

  await page.goto(`/p/${product}/versions`);
  const standing = (version: string) => page.getByRole('rowheader', { name: version });
  await standing('2.0.0').waitFor();
  assert.match((await standing('2.0.0').textContent()) ?? '', /newest, supported to 31 Dec 2031$/);
  assert.match((await standing('1.1.0').textContent()) ?? '', /serving$/);
  assert.match((await standing('1.0.0').textContent()) ?? '', /replaced$/);
  assertQuiet(visited);
});

async function codeOf(door: string): Promise<string> {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/p/${PRODUCT}/connect?door=${door}&purpose=${PURPOSE}`,
  });
  await ready(visited.page, 'WEFT_TOKEN');
  await visited.page.getByRole('tab', { name: 'DuckDB' }).waitFor({ timeout: 30_000 });
  return (await visited.page.locator('pre').first().textContent()) ?? '';
}

function run(command: string, args: string[]): { status: number | null; out: string } {
  const folder = mkdtempSync(join(tmpdir(), 'weft-snippet-'));
  const env = { ...process.env, WEFT_TOKEN: tokenOf('analyst') };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, out: stdout + (status === 0 ? '' : stderr) };
}

test('the code for curl reads the product as it stands', async () => {
  const { status, out } = run('sh', ['-c', await codeOf('curl')]);
  assert.equal(status, 0, out);
  assert.equal(out.trim().split('\n').length, 1001);
  assert.ok(!out.startsWith('household_id'));
});

test('the code for JavaScript reads the product as it stands', async () => {
  const code = `${await codeOf('javascript')}\nconsole.log(columns.length, rows.length);`;
  const { status, out } = run(process.execPath, ['--input-type=module', '-e', code]);
  assert.equal(status, 0, out);
  assert.equal(out.trim(), '10 1000');
});

test('the code for weft reads the product as it stands', async () => {
  const weft = new URL('../../bin/weft.js', import.meta.url).pathname;
  const code = (await codeOf('weft')).replace('npx weft', `${process.execPath} ${weft}`);
  const { status, out } = run('sh', ['-c', `${code} --format csv`]);
  assert.equal(status, 0, out);
  assert.equal(out.trim().split('\n').length, 1001);
});

test('the code for Iceberg takes the table away, and PyIceberg reads it', async () => {
  const weft = new URL('../../bin/weft.js', import.meta.url).pathname;
  const code = (await codeOf('iceberg')).replace('npx weft', `${process.execPath} ${weft}`);
  const [taking = '', python = ''] = code.split('python3 - "$METADATA" <<END\n');
  const { status, out } = run('sh', ['-c', `${taking}\nprintf '%s' "$METADATA"`]);
  assert.equal(status, 0, out);
  assert.match(out, /^\/.*\.metadata\.json$/, 'one line: the path');
  const engine = pyiceberg();
  assert.ok('run' in engine, 'absent' in engine ? engine.absent : '');
  const script = join(mkdtempSync(join(tmpdir(), 'weft-snippet-')), 'snippet.py');
  writeFileSync(script, python.replace(/\nEND\s*$/, '\n'));
  const read = await engine.run(script, [out]);
  assert.match(read, /basket_id: int64/);
  assert.doesNotMatch(read, /household_id/, 'what is hidden for the purpose is not there');
});

/** Runs a door's code as it stands, with its libraries; one that cannot be had fails and says why. */
async function runPython(engine: Engine, door: string, more = ''): Promise<string> {
  assert.ok('run' in engine, 'absent' in engine ? engine.absent : '');
  const cwd = mkdtempSync(join(tmpdir(), 'weft-snippet-'));
  const script = join(cwd, 'snippet.py');
  writeFileSync(script, (await codeOf(door)) + more);
  return engine.run(script, [], { cwd, env: { WEFT_TOKEN: tokenOf('analyst') } });
}

test('the code for Python reads the product as it stands', async () => {
  const out = await runPython(snippetLibraries(), 'python', '\nprint(len(rows))');
  assert.equal(out.trim(), '1000');
});

test('the code for DuckDB reads the product as it stands', async () => {
  assert.match(await runPython(snippetLibraries(), 'duckdb'), /1000/);
});

test('the code for Spark reads the product as it stands', async () => {
  const out = await runPython(snippetSpark(), 'spark', '\nprint(rows.count(), rows.columns)');
  assert.match(out, /only showing top 5 rows/);
  assert.match(out, /^1000 \['/m);
  assert.doesNotMatch(out, /household_id/, 'what is hidden for the purpose is not there');
});

test('the code for Power BI asks what it says, and its answer has the fields that it takes', async () => {
  const code = await codeOf('powerbi');
  const text = (pattern: RegExp): string => {
    const [, quoted] = pattern.exec(code) ?? [];
    assert.ok(quoted !== undefined, `${pattern} in\n${code}`);
    return quoted.replaceAll('""', '"');
  };
  const origin = text(/Web\.Contents\("((?:[^"]|"")*)"/);
  const path = text(/RelativePath = "((?:[^"]|"")*)"/);
  assert.match(code, /#"authorization" = "Bearer " & WEFT_TOKEN/);
  assert.match(code, /Content = Json\.FromValue\(Question\)/);
  const answer = await fetch(`${origin}/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokenOf('analyst')}`,
      'content-type': text(/#"content-type" = "((?:[^"]|"")*)"/),
    },
    body: JSON.stringify({
      sql: text(/sql = "((?:[^"]|"")*)"/),
      purpose: text(/purpose = "((?:[^"]|"")*)"/),
    }),
  });
  const { columns, rows } = (await answer.json()) as {
    columns: { name: string }[];
    rows: unknown[][];
  };
  assert.match(code, /List\.Transform\(Answer\[columns\], each \[name\]\)/);
  assert.match(code, /Table\.FromRows\(Answer\[rows\], Names\)/);
  assert.equal(rows.length, 1000);
  assert.ok(rows.every((row) => row.length === columns.length));
  assert.ok(columns.every(({ name }) => name !== ''));
});

test('Query takes product and purpose along, and a link that is copied says so', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/p/${PRODUCT}?purpose=${PURPOSE}`,
  });
  const { page, context } = visited;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem', { name: 'Copy link to the newest version' }).click();
  await page.getByRole('menuitem', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), `${meshUrl()}/p/${PRODUCT}`);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Query', exact: true }).click();
  await page.waitForURL(/\/workbench/);
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get('from'), asked.get('purpose')], [PRODUCT, PURPOSE]);
  assertQuiet(visited);
});
