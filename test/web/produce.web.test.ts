/**
 * Producers in a browser: a product from a sample, files that are sent, a held batch that is released, rows that are repaired.
 *
 * What the pages say is compared with what the mesh says beside them.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  ask,
  assertAccessible,
  assertQuiet,
  launch,
  pressSeen,
  shoot,
  visit,
  walk,
} from './browser.ts';

const PRODUCT = 'point_of_sale.transactions';
const ROWS = 1_200;
/** Every tenth row names a product that is not there: more than the contract bears. */
const BAD_EVERY = 10;

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

interface Report {
  batch: string;
  state: string;
  source: { sha256: string };
  records: { in: number; good: number; quarantined: number; duplicates: number };
}

async function tell<T>(path: string): Promise<T> {
  const answer = await ask('producer', path);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as T;
}

function csvOf(first: number, count = ROWS): Buffer {
  const head =
    'household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,week,transaction_timestamp';
  const rows = Array.from({ length: count }, (_, at) => {
    const product = at % BAD_EVERY === 0 ? 99_999_999 : 1_003_441;
    return `1694,446,${first + at},${product},1,2.5,0,0,0,47,2017-11-13T22:41:04Z`;
  });
  return Buffer.from(`${[head, ...rows].join('\n')}\n`);
}

async function sendFile(page: Page, name: string, buffer: Buffer): Promise<string> {
  await page.goto(`/make/${PRODUCT}/upload`, { waitUntil: 'networkidle' });
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: /^Send 1 file/ }).click();
  await page.waitForURL(/\/batches\/bat_/, { timeout: 120_000 });
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page.url().split('/').at(-1) ?? '';
}

test('a file that is sent is held whole, released by its number, and its rows are repaired', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  const bytes = csvOf(70_000_000_000);
  const batch = await sendFile(page, 'till-4.csv', bytes);
  const held = await tell<Report>(`/api/v1/batches/${batch}`);
  assert.equal(held.state, 'held');
  assert.equal(held.source.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(held.records, { in: ROWS, good: 1_080, quarantined: 120, duplicates: 0 });
  await page.getByText('1,200 = 1,080 + 120 + 0').waitFor();
  await shoot(page, 'batch-held');
  await assertAccessible(page);

  await page.getByRole('button', { name: 'Release the 1,080' }).click();
  await pressSeen(page.getByRole('dialog').getByRole('button', { name: 'Release the 1,080' }));
  await page.getByRole('heading', { level: 1, name: /^1,080 rows are in the table/ }).waitFor();

  await page.getByRole('radio', { name: /New values for old ones/ }).check();
  await page.getByLabel('New value 1').fill('1003441');
  await page.getByText(/^120 rows pass\./).waitFor({ timeout: 60_000 });
  const before = await tell<{ records: { open: number } }>(`/api/v1/batches/${batch}/lineage`);
  assert.equal(before.records.open, 120, 'a preview changes nothing');
  await page.getByRole('button', { name: 'Send 120 rows again' }).click();
  await page.getByRole('heading', { level: 2, name: 'All 120 rows were decided about' }).waitFor({
    timeout: 60_000,
  });
  const { records } = await tell<{ records: Record<string, number> }>(
    `/api/v1/batches/${batch}/lineage`,
  );
  assert.equal(records['committed'], ROWS);
  assert.equal(records['open'], 0);
  await assertAccessible(page);
  assertQuiet(visited);
});

test('work goes on from page to page, and says its verdict there', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  await page.goto(`/make/${PRODUCT}/upload`, { waitUntil: 'networkidle' });
  const buffer = csvOf(71_000_000_000);
  await page.setInputFiles('input[type=file]', {
    name: 'till-5.csv',
    mimeType: 'text/csv',
    buffer,
  });
  await page.getByRole('button', { name: /^Send 1 file/ }).click();
  await page.getByRole('link', { name: 'My products' }).first().click();
  const tray = page.getByRole('region', { name: 'Work in the background' });
  await tray
    .getByText(/till-5\.csv: Held: 120 of 1,200 rows refused/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: /120 of 1,200 rows refused in till-5\.csv/ }).waitFor();
  assertQuiet(visited);
});

test('an upload that was cut off goes on where it was, after the page was loaded again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-upload-'));
  const path = join(folder, 'till-7.csv');
  await writeFile(path, csvOf(73_000_000_000, 170_000));
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  await page.goto(`/make/${PRODUCT}/upload`, { waitUntil: 'networkidle' });
  const isLater = (offset: string | undefined): boolean => offset !== undefined && offset !== '0';
  await page.route('**/api/v1/uploads/*', async (route) => {
    const request = route.request();
    const isCut = request.method() === 'PATCH' && isLater(request.headers()['upload-offset']);
    await (isCut ? route.abort('connectionreset') : route.continue());
  });
  await page.setInputFiles('input[type=file]', path);
  const cut = page.waitForRequest((request) => isLater(request.headers()['upload-offset']));
  await page.getByRole('button', { name: /^Send 1 file/ }).click();
  await cut;
  await page.reload({ waitUntil: 'networkidle' });
  await page.unroute('**/api/v1/uploads/*');
  await page.getByText('Choose the same file again to go on where it was.').waitFor();
  const offsets: string[] = [];
  page.on('request', (request) => {
    const offset = request.headers()['upload-offset'];
    if (request.method() === 'PATCH' && offset !== undefined) offsets.push(offset);
  });
  await page.setInputFiles('input[type=file]', path);
  await page.getByRole('button', { name: /^Send 1 file/ }).click();
  await page.waitForURL(/\/batches\/bat_/, { timeout: 120_000 });
  assert.ok(offsets.length > 0 && offsets.every(isLater), `sent from ${offsets.join(', ')}`);
  const report = await tell<Report>(`/api/v1/batches/${page.url().split('/').at(-1)}`);
  const bytes = await readFile(path);
  assert.equal(report.source.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.equal(report.records.in, 170_000);
  await rm(folder, { recursive: true });
});

test('a file that is cancelled on its way leaves no batch', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  await page.goto(`/make/${PRODUCT}/upload`, { waitUntil: 'networkidle' });
  // Why held back: the piece must be on its way when it is cancelled.
  await page.route('**/api/v1/uploads/*', async (route) => {
    if (route.request().method() === 'PATCH') await new Promise((done) => setTimeout(done, 5_000));
    await route.continue().catch(() => null);
  });
  const buffer = csvOf(72_000_000_000);
  await page.setInputFiles('input[type=file]', {
    name: 'till-6.csv',
    mimeType: 'text/csv',
    buffer,
  });
  const begun = page.waitForRequest((request) => request.method() === 'PATCH');
  await page.getByRole('button', { name: /^Send 1 file/ }).click();
  await begun;
  const removed = page.waitForRequest((request) => request.method() === 'DELETE');
  await page.getByRole('button', { name: 'Cancel till-6.csv' }).first().click();
  await removed;
  await page.getByText('Cancelled. Nothing of it is visible.').first().waitFor();
  const { items } = await tell<{ items: { source: { name: string | null } }[] }>(
    `/api/v1/batches?product=${PRODUCT}&limit=200`,
  );
  assert.ok(items.every(({ source }) => source.name !== 'till-6.csv'));
});

test('a product is made of a sample, and the sample becomes its first batch', async () => {
  await using visited = await visit(browser, { person: 'producer', path: '/make/new' });
  const { page } = visited;
  const rows = Array.from(
    { length: 40 },
    (_, at) => `R${1000 + at},${at % 7},2026-11-${10 + (at % 9)}`,
  );
  const buffer = Buffer.from(`return_id,pieces,returned_on\n${rows.join('\n')}\n`);
  await page.setInputFiles('input[type=file]', {
    name: 'returns.csv',
    mimeType: 'text/csv',
    buffer,
  });
  await page.getByRole('button', { name: 'Draft the contract' }).click();
  await page.getByText(/things are missing or wrong/).waitFor({ timeout: 60_000 });
  await page.getByText('40 seen').first().waitFor();
  await assertAccessible(page);
  await page.getByLabel('What the data is for').fill('See what comes back to the stores.');
  await page.getByLabel('What the table holds').fill('One row per returned article');
  await page.getByLabel('Arrives every', { exact: true }).fill('1');
  await page.getByLabel('Kept for', { exact: true }).fill('2');
  await page.getByLabel('Kept for: unit').selectOption('y');
  await page.getByLabel('Status').selectOption('active');
  await page.getByLabel('Version').fill('1.0.0');
  await page.getByRole('button', { name: 'Publish 1.0.0' }).click({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Send the sample as the first batch' }).click();
  await page.waitForURL(/point_of_sale\.returns\/batches\/bat_/, { timeout: 120_000 });
  await page.getByRole('heading', { level: 1, name: 'All 40 rows are in the table.' }).waitFor();
  // Why expected: what is missing in a draft is told by a refusal.
  assertQuiet(visited, [/422/]);
});

test('who does not produce for the domain is told who does', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/make/${PRODUCT}/quarantine`,
  });
  const { page } = visited;
  await page.getByText('Looked after by Paula Producer.').waitFor();
  await assertAccessible(page);
  assertQuiet(visited);
});

test('a steward sees causes and counts, and no value of a row', async () => {
  await using visited = await visit(browser, {
    person: 'steward',
    path: `/make/${PRODUCT}/quarantine`,
  });
  const { page } = visited;
  await page
    .getByText(/quantity is not at least 1/)
    .first()
    .waitFor();
  await page.getByText('The rows themselves are for those who produce for the domain.').waitFor();
  assert.equal(await page.getByText('99999999').count(), 0);
  assert.equal(await page.getByRole('button', { name: /Give up|Send/ }).count(), 0);
  assertQuiet(visited);
});

test('the pages of producers hold at every size, light and dark', async () => {
  const pages = {
    make: '/make',
    quarantine: `/make/${PRODUCT}/quarantine`,
    upload: `/make/${PRODUCT}/upload`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await walk(browser, {
      name: `produce-${name}`,
      person: 'producer',
      path,
      until: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
    });
  }
});
