/**
 * A day's work on a product without the command line: its next version with what that breaks for whom, and its retirement.
 *
 * The products are of these stories alone, so that no other story sees another version than it expects.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { parse, stringify } from 'yaml';
import {
  ask,
  assertAccessible,
  assertQuiet,
  launch,
  meshUrl,
  pressSeen,
  shoot,
  tokenOf,
  visit,
} from './browser.ts';

/** Why a name of this run: on a mesh that runs already the products of the run before are retired. */
const DOMAIN = `mills_${Date.now().toString(36)}`;
const PRODUCT = `${DOMAIN}.wares`;
const ORDERS = `${DOMAIN}.orders`;
/** What is missing in a draft is told by a refusal. */
const REFUSALS = [/422/, /409/, /400/];

interface Contract {
  id: string;
  version: string;
  name: string;
  domain: string;
  dataProduct: string;
  schema: { id: string; name: string; physicalName: string; properties: Property[] }[];
  slaProperties: { id: string; property: string; value: string | number; unit?: string }[];
}

interface Property {
  id: string;
  name: string;
  relationships?: { type: string; to: string }[];
}

let browser: Browser;
before(async () => {
  browser = await launch();
  const people = { owners: ['producer'], stewards: ['steward'] };
  await ask('platform', '/api/v1/domains', { name: DOMAIN, title: 'Mills', ...people });
  await publish(contractOf('wares'));
  const orders = contractOf('orders');
  const [key] = orders.schema[0]?.properties ?? [];
  assert.ok(key !== undefined);
  key.relationships = [{ type: 'foreignKey', to: 'wares.product_id' }];
  await publish(orders);
  await agree(['product_id', 'package_size']);
});
after(() => browser.close());

function contractOf(product: string): Contract {
  const path = '../../examples/cpg/contracts/product_master.products.odcs.yaml';
  const contract = parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Contract;
  const table = contract.schema[0];
  assert.ok(table !== undefined);
  Object.assign(table, { id: product, name: product, physicalName: product });
  const id = `${DOMAIN}.${product}`;
  return { ...contract, id, name: `Mills ${product}`, domain: DOMAIN, dataProduct: product };
}

async function publish(contract: Contract): Promise<void> {
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

async function agree(columns: string[]): Promise<void> {
  const purpose = 'category_planning';
  const asked = await ask('analyst', '/api/v1/agreements', {
    product: PRODUCT,
    purpose,
    columns,
  });
  const { agreement } = (await asked.json()) as { agreement: string };
  const decided = await ask('producer', `/api/v1/agreements/${agreement}/approve`, {});
  assert.ok(decided.ok, await decided.text());
}

test('a next version is made in the app: what it breaks for whom is said before it is published', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: `/p/${PRODUCT}/versions`,
  });
  const { page } = visited;
  await page.getByRole('link', { name: 'New version' }).click();
  await page.getByText('Nothing is changed: this is 1.0.0, as it is in force.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish' }).isDisabled());

  await page.getByLabel('Name of package_size').fill('size_text');
  await page.getByRole('heading', { name: /1 breaks readers: a major version/ }).waitFor();
  await page
    .getByText('It breaks 1 of 1 agreement in force, and 0 of 1 product that refers to it')
    .waitFor();
  const broken = page.getByRole('listitem').filter({ hasText: 'analyst' });
  assert.match((await broken.textContent()) ?? '', /Category planning: .*package_size/);
  await page.getByText(/things? (is|are) missing or wrong/).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish' }).isDisabled());

  await page.getByLabel('Name of size_text').fill('package_size');
  await page.getByLabel('What package_size says').fill('Size as the supplier wrote it, free text.');
  await page.getByRole('heading', { name: /none breaks a reader: a patch version/ }).waitFor();
  await page
    .getByText('Nothing breaks for 1 agreement in force and 1 product that refers to it')
    .waitFor();
  await page.getByRole('button', { name: 'Call it 1.0.1' }).click();
  await page.getByText('Against 1.0.0').click();
  const added = page.locator('.cm-merge-b .cm-changedLine');
  await added.filter({ hasText: 'free text.' }).waitFor();
  await shoot(page, 'next-version');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Publish 1.0.1' }).click();
  await page.waitForURL(`**/p/${PRODUCT}/versions/1.0.0...1.0.1`);
  assertQuiet(visited, REFUSALS);

  const { version } = (await (await ask('producer', `/api/v1/products/${PRODUCT}`)).json()) as {
    version: string;
  };
  assert.equal(version, '1.0.1');
});

test('a column that another product refers to breaks that product', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: `/make/${PRODUCT}/version`,
  });
  const { page } = visited;
  await page.getByLabel('Name of product_id').fill('ware_id');
  const broken = page.getByRole('listitem').filter({ hasText: ORDERS });
  assert.match((await broken.textContent()) ?? '', /refers to product_id/);
  assertQuiet(visited, REFUSALS);
});

test('an older major with an end says on the product how long it serves beside the newer one', async () => {
  const name = `${DOMAIN}.lists`;
  const first = contractOf('lists');
  const ends = new Date(Date.now() + 92 * 86_400_000 - 3_600_000).toISOString();
  first.slaProperties.push({ id: 'ends', property: 'endOfLife', value: ends });
  await publish(first);
  await using visited = await visit(browser, { person: 'producer', path: `/p/${name}` });
  const { page } = visited;
  const panel = page.getByRole('region', { name: 'Versions' });
  await panel.getByText('newest').waitFor();
  assert.equal(await panel.getByRole('img').count(), 0, 'it has an end, and no successor');
  const next = contractOf('lists');
  next.schema[0]?.properties.splice(3, 1);
  await publish({ ...next, version: '2.0.0' });
  await page.reload({ waitUntil: 'networkidle' });
  await panel
    .getByRole('img', { name: /^1\.x keeps serving 92 days, to .+\. 2\.0\.0 from today\.$/ })
    .scrollIntoViewIfNeeded();
  await assertAccessible(page);
  await shoot(page, 'sunset-desktop-light');
  await page.goto(`/p/${name}@1.0.0`, { waitUntil: 'networkidle' });
  await panel.getByText('newest').waitFor();
  // Why expected: nothing ever came, so there is no table to profile.
  assertQuiet(visited, [/404 .*\/api\/v1\/queries$/]);
});

test('files are sent to an older major that is served, as the page says', async () => {
  const name = `${DOMAIN}.bins`;
  await publish(contractOf('bins'));
  const next = contractOf('bins');
  next.schema[0]?.properties.splice(3, 1);
  await publish({ ...next, version: '2.0.0' });
  await using visited = await visit(browser, { person: 'producer', path: `/p/${name}@1.0.0` });
  const { page } = visited;
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem', { name: 'Send data' }).click();
  await page.waitForURL(`**/make/${name}/upload?major=1`);
  const version = page.getByRole('combobox', { name: 'For the readers of' });
  assert.equal(await version.inputValue(), '1');
  await assertAccessible(page);
  await shoot(page, 'send-major');
  const columns = contractOf('bins').schema[0]?.properties ?? [];
  const header = columns.map((column) => column.name).join(',');
  const row = columns.map(() => '1').join(',');
  await page.locator('input[type=file]').setInputFiles({
    name: 'bins.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${header}\n${row}\n`),
  });
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.waitForURL(`**/make/${name}/batches/*`, { timeout: 60_000 });
  const list = await ask('producer', `/api/v1/batches?product=${name}`);
  const { items } = (await list.json()) as { items: { contract: { version: string } }[] };
  assert.deepEqual(
    items.map(({ contract }) => contract.version),
    ['1.0.0'],
  );
});

test('a new major is published by asking twice, and its readers are told which one they have', async () => {
  const name = `${DOMAIN}.packs`;
  await publish(contractOf('packs'));
  const asked = await ask('analyst', '/api/v1/agreements', {
    product: name,
    purpose: 'category_planning',
  });
  const { agreement } = (await asked.json()) as { agreement: string };
  await ask('producer', `/api/v1/agreements/${agreement}/approve`, {});
  await using maker = await visit(browser, { person: 'producer', path: `/make/${name}/version` });
  await maker.page.getByLabel('Name of package_size').fill('size_text');
  await maker.page.getByRole('heading', { name: /1 breaks readers: a major version/ }).waitFor();
  const changes = maker.page.getByRole('table').first();
  assert.match(await changes.innerText(), /package_size is now .*size_text/);
  await maker.page.getByRole('button', { name: 'Call it 2.0.0' }).click();
  await maker.page.getByRole('button', { name: 'Publish 2.0.0' }).click();
  await maker.page.getByText(/^2\.0\.0 begins with an empty table of its own/).waitFor();
  await pressSeen(maker.page.getByRole('button', { name: 'Yes, publish 2.0.0' }));
  await maker.page.waitForURL(`**/p/${name}/versions/1.0.0...2.0.0`);
  assertQuiet(maker, REFUSALS);

  await using reader = await visit(browser, { person: 'analyst', path: `/p/${name}` });
  await reader.page.getByText('Your agreement is on 1.x. This page shows 2.0.0').waitFor();
  await assertAccessible(reader.page);
  await shoot(reader.page, 'other-major');
  await reader.page.getByRole('link', { name: 'Show 1.0.0' }).click();
  await reader.page.getByText('Your agreement is on 1.x').waitFor({ state: 'detached' });
  // Why expected: nothing ever came, so there is no table to profile.
  assertQuiet(reader, [/404 .*\/api\/v1\/queries$/]);
});

test('who may not publish is not offered a version, and is told who may', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: `/p/${PRODUCT}/versions` });
  const { page } = visited;
  await page.getByRole('heading', { name: /versions?$/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'New version' }).count(), 0);
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem').first().waitFor();
  assert.equal(await page.getByRole('menuitem', { name: /Retire|New version/ }).count(), 0);
  await page.goto(`/make/${PRODUCT}/version`, { waitUntil: 'networkidle' });
  await page.getByText(`You do not publish ${PRODUCT}`).waitFor();
  await assertAccessible(page);
  assertQuiet(visited);
});

test('a product is retired by asking twice, and says first whom that concerns', async () => {
  await using visited = await visit(browser, { person: 'producer', path: `/p/${PRODUCT}` });
  const { page } = visited;
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem', { name: 'Retire the product' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^1 consumer keeps the agreement to the end/).waitFor();
  await dialog.getByText(`1 product refers to it: ${ORDERS}.`).waitFor();
  await shoot(page, 'retire');
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Go on to retire it' }).click();
  const last = dialog.getByRole('button', { name: `Retire ${PRODUCT} for good` });
  assert.ok(await last.isDisabled());
  assert.equal(await statusOf(), 'active');
  await dialog.getByLabel('Its name, to be sure').fill(PRODUCT);
  await last.click();
  await page.getByText('retired', { exact: true }).first().waitFor();
  assert.equal(await statusOf(), 'retired');
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem').first().waitFor();
  assert.equal(await page.getByRole('menuitem', { name: /Retire|New version|Send/ }).count(), 0);
  // Why expected: nothing ever came, so there is no table to profile.
  assertQuiet(visited, [/404 .*\/api\/v1\/queries$/]);
});

async function statusOf(): Promise<string> {
  const answer = await ask('producer', `/api/v1/products/${PRODUCT}`);
  return ((await answer.json()) as { status: string }).status;
}
