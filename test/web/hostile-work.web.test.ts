/**
 * What people and contracts say beyond a description stays text, too: tags, channels and their addresses, people of a team,
 * service levels, rules, values, own properties, reasons, comments, names of what was kept.
 *
 * Each text is shown somewhere, or the story would prove nothing: a mark in it is looked for.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { stringify } from 'yaml';
import { ask, assertQuiet, launch, visit } from './browser.ts';
import { ADDRESSES, assertOnlyText, CORPUS } from './only-text.ts';
import { send } from './stall.ts';

const DOMAIN = 'hostile_talk';
const PRODUCT = `${DOMAIN}.wares`;
const PURPOSE = 'research';
/** All of the corpus in one text, so that each place meets each of them. */
const ALL = CORPUS.join(' ');
const said = (place: string): string => `${place} says ${ALL}`;
/** For places that hold little. */
const short = (place: string): string => `${place} says ${CORPUS[0]} ${CORPUS[2]}`;
const HONEST = 'https://example.com/ask';

let browser: Browser;
before(async () => {
  browser = await launch();
  const domain = {
    name: DOMAIN,
    title: short('title'),
    description: said('domain'),
    owners: ['producer'],
    stewards: ['steward'],
  };
  const made = await ask('platform', '/api/v1/domains', domain);
  assert.ok(made.ok, await made.text());
  await send('/api/v1/contracts', 'application/yaml', stringify(contract()));
  const rows = `id,note\n1,${quoted(said('cell'))}\n2,kept\n3,${quoted(said('refused'))}\n`;
  await send(`/api/v1/products/${PRODUCT}/batches?key=first&format=csv`, 'text/csv', rows);
});
after(() => browser.close());

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function contract() {
  const rule = (id: string, more: object) => ({
    id,
    name: said(`${id} name`),
    description: said(`${id} description`),
    businessImpact: said('impact'),
    tags: [said('tag of a rule')],
    ...more,
  });
  const column = { physicalType: 'VARCHAR', required: true, classification: 'public' };
  return {
    kind: 'DataContract',
    apiVersion: 'v3.1.0',
    id: PRODUCT,
    version: '1.0.0',
    status: 'active',
    name: said('name'),
    domain: DOMAIN,
    dataProduct: 'wares',
    tags: [said('tag')],
    description: {
      purpose: said('purpose'),
      usage: said('usage'),
      limitations: said('limitations'),
      authoritativeDefinitions: ADDRESSES.map((url) => ({ url, type: said('type') })),
    },
    schema: [
      {
        id: 'wares',
        name: 'wares',
        physicalName: 'wares',
        physicalType: 'table',
        description: said('table'),
        dataGranularityDescription: said('granularity'),
        tags: [said('tag of a table')],
        properties: [
          {
            ...column,
            id: 'id',
            name: 'id',
            logicalType: 'integer',
            physicalType: 'INTEGER',
            description: said('key'),
            primaryKey: true,
            primaryKeyPosition: 1,
          },
          {
            ...column,
            id: 'note',
            name: 'note',
            logicalType: 'string',
            businessName: said('column'),
            description: said('column description'),
            tags: [said('tag of a column')],
            examples: [said('example')],
            quality: [
              rule('known', {
                type: 'library',
                metric: 'invalidValues',
                arguments: { validValues: ['kept', said('cell')] },
                mustBe: 0,
              }),
            ],
          },
        ],
        quality: [
          rule('counted', {
            type: 'sql',
            query: 'SELECT count(*) FROM wares WHERE id < 0',
            mustBe: 0,
          }),
        ],
      },
    ],
    slaProperties: [
      { id: 'frequency', property: 'frequency', value: 1, unit: 'd', description: said('level') },
      { id: 'retention', property: 'retention', value: 1, unit: 'y', description: said('level') },
      { id: 'support', property: 'support', value: said('hours'), description: said('level') },
    ],
    team: {
      name: said('team'),
      description: said('team description'),
      members: [
        { username: 'producer', role: 'owner', name: said('member'), description: said('member') },
        { username: said('stranger'), role: said('role') },
      ],
    },
    support: [
      { channel: 'honest', url: HONEST },
      ...ADDRESSES.map((url, at) => ({ channel: said(`channel ${at}`), url, tool: said('tool') })),
    ],
    price: { priceAmount: 1, priceCurrency: 'EUR', priceUnit: said('unit') },
    customProperties: [
      { property: 'weftGranularity', value: 'ware' },
      { property: 'weftPurposes', value: [PURPOSE] },
      { property: 'weftLicence', value: said('licence') },
      { property: 'weftRegion', value: 'eu' },
      { property: 'weftBadShareMax', value: 0.9 },
      { property: said('property'), value: said('value'), description: said('property') },
    ],
  };
}

/** Opens a page and holds it to its texts; each of `shown` must be read on it. */
async function look(page: Page, path: string, shown: readonly string[]): Promise<void> {
  // Why not until nothing is loaded any more: on a busy machine some page may go on asking for longer than a story waits.
  await page.goto(path, { waitUntil: 'load' });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  for (const text of shown) {
    await page
      .getByText(`${text} says`)
      .first()
      .waitFor({ state: 'attached', timeout: 20_000 })
      .catch(() => assert.fail(`${path} does not show ${text}`));
  }
  await assertOnlyText(page, path);
}

test('what a contract says in every other field stays text on each page of its product', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  const at = `/p/${PRODUCT}`;
  const pages: [string, string[]][] = [
    [`${at}`, ['name']],
    [`${at}/columns`, ['column']],
    [`${at}/columns/note`, ['column description']],
    [`${at}/quality`, ['counted name', 'cell']],
    [`${at}/quality/counted`, ['counted name']],
    [`${at}/quality/known`, ['cell', 'refused']],
    [`${at}/batches`, []],
    [`${at}/lineage`, []],
    [`${at}/versions`, ['purpose', 'limitations', 'channel 0', 'licence']],
    [`${at}/consumers`, []],
    [`${at}/connect?purpose=${PURPOSE}`, []],
    [`${at}/request`, []],
    [`/market?q=wares`, ['name']],
    [`/d/${DOMAIN}`, ['title', 'name']],
    [`/make/${PRODUCT}/version`, []],
    ['/map', []],
  ];
  for (const [path, shown] of pages) await look(page, path, shown);
  assertQuiet(visited);
});

test('an address of a contract is a link only when it leads to the web or to mail', async () => {
  await using visited = await visit(browser, { person: 'analyst' });
  const { page } = visited;
  await look(page, `/p/${PRODUCT}/versions`, ['channel 0', `channel ${ADDRESSES.length - 1}`]);
  const links = await page.locator('main a[target="_blank"]').all();
  const leads = await Promise.all(links.map((link) => link.getAttribute('href')));
  assert.deepEqual(leads, [HONEST]);
  assertQuiet(visited);
});

test('values of rows and of refused rows stay text in grids', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  const answer = await ask('producer', `/api/v1/batches?product=${PRODUCT}`);
  const [batch] = ((await answer.json()) as { items: { batch: string }[] }).items;
  const at = `/make/${PRODUCT}/batches/${batch?.batch}`;
  await look(page, at, []);
  await look(page, `/make/${PRODUCT}/quarantine`, ['refused']);
  const sql = `SELECT note, note AS ${quoted('<b>head</b>')} FROM ${PRODUCT}`;
  await page.goto(`/workbench?purpose=${PURPOSE}&view=grid`, { waitUntil: 'networkidle' });
  await page.getByRole('textbox', { name: 'SQL of the query' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(sql);
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('gridcell').getByText('cell says').first().waitFor();
  await page.getByRole('columnheader', { name: '<b>head</b>' }).waitFor();
  await assertOnlyText(page, 'workbench');
  assertQuiet(visited);
});

test('reasons, comments and names of what was kept stay text for whoever reads them', async () => {
  const asked = await ask('analyst', '/api/v1/agreements', {
    product: PRODUCT,
    purpose: PURPOSE,
    why: said('reason'),
  });
  const { agreement } = (await asked.json()) as { agreement: string };
  const talked = `/api/v1/agreements/${agreement}/comments`;
  assert.equal((await ask('producer', talked, { text: said('comment') })).status, 201);
  const kept = await ask('analyst', '/api/v1/saved', {
    kind: 'search',
    name: short('search'),
    body: { q: ALL, where: '', sort: '' },
  });
  const query = await ask('analyst', '/api/v1/saved', {
    kind: 'query',
    name: short('query'),
    body: { sql: `SELECT 1 -- ${ALL}`, purpose: PURPOSE },
    sharedWith: 'everybody',
  });
  assert.ok(kept.ok && query.ok, `${await kept.text()} ${await query.text()}`);
  await using owner = await visit(browser, { person: 'producer' });
  await look(owner.page, `/agreements/${agreement}`, ['reason', 'comment']);
  await look(owner.page, '/review', []);
  await look(owner.page, '/', []);
  assertQuiet(owner);
  await using reader = await visit(browser, { person: 'analyst' });
  await look(reader.page, `/agreements/${agreement}`, ['reason', 'comment']);
  await look(reader.page, '/agreements', []);
  await look(reader.page, '/saved', ['search', 'query']);
  await look(reader.page, '/market', []);
  assertQuiet(reader);
});
