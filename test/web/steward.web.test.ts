/**
 * Those who keep rules, in a browser: a policy changed by forms and by text, what somebody else sees, the log and its proof.
 *
 * What the pages do is compared with what the mesh says beside them, in the name of whom it touches.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
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
  walk,
} from './browser.ts';

const PRODUCT = 'point_of_sale.transactions';
const POLICY = `/api/v1/policies/${PRODUCT}`;

interface Policy {
  version: number;
  cedar: string;
  rowFilter: string | null;
  subjectAttributes: string[];
}

let browser: Browser;
let first: Policy;
before(async () => {
  browser = await launch();
  first = await read<Policy>('producer', POLICY);
});
after(async () => {
  await putPolicy(first);
  await browser.close();
});

async function read<T>(person: Parameters<typeof ask>[0], path: string): Promise<T> {
  const answer = await ask(person, path);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as T;
}

async function putPolicy({
  cedar,
  rowFilter,
  subjectAttributes,
}: Omit<Policy, 'version'>): Promise<Policy> {
  const answer = await fetch(meshUrl() + POLICY, {
    method: 'PUT',
    headers: { authorization: `Bearer ${tokenOf('producer')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cedar, rowFilter, subjectAttributes }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as Policy;
}

/** What the vendor himself is told that he sees. */
async function vendorColumns(): Promise<string[]> {
  const path = `/api/v1/access/explain?subject=vendor&product=${PRODUCT}&purpose=assortment`;
  const { seen } = await read<{ seen: { columns: { name: string }[] } }>('vendor', path);
  return seen.columns.map(({ name }) => name);
}

async function changeMask(page: Page, mask: string): Promise<void> {
  await page.getByRole('button', { name: 'Change the rule own-stores' }).click();
  await page.getByLabel('What household_id is shown as').selectOption(mask);
  await shoot(page, `policy-rule-${mask}`);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Use this rule' }).click();
}

test('a rule is changed by a form, planned, and put in force; every other byte stays', async () => {
  const stored = await putPolicy(first);
  assert.ok((await vendorColumns()).includes('household_id'));
  await using visited = await visit(browser, { person: 'producer', path: `/policies/${PRODUCT}` });
  const { page } = visited;
  await changeMask(page, 'hide');
  await page.getByRole('button', { name: 'See what changes for whom' }).click();
  await page.getByRole('heading', { level: 2, name: '1 reader loses something' }).waitFor();
  await page.getByRole('heading', { level: 2, name: 'What changes for whom' }).waitFor();
  const place = await page.locator('[data-plan]').boundingBox();
  assert.ok((place?.y ?? -1) >= 0, 'the plan that was asked for is in sight');
  const table = page.getByRole('table', { name: 'What changes for whom' });
  assert.match(
    await table.innerText(),
    /vendor[\s\S]*loses[\s\S]*household_id\s+a stand-in\s+not there/,
  );
  assert.ok((await vendorColumns()).includes('household_id'), 'a plan changes nothing');
  await shoot(page, 'policy-plan');
  await assertAccessible(page);
  await page.getByRole('tab', { name: 'Source' }).click();
  await pressSeen(page.getByRole('button', { name: `Put version ${stored.version + 1} in force` }));
  await page.getByText(`Version ${stored.version + 1} is in force`).waitFor();
  const applied = await read<Policy>('producer', POLICY);
  assert.equal(applied.version, stored.version + 1);
  const [start, end] = [
    first.cedar.indexOf('@id("own-stores")'),
    first.cedar.indexOf('\n\n// Research'),
  ];
  assert.ok(
    applied.cedar.startsWith(
      `${first.cedar.slice(0, start)}@id("own-stores")\n@mask("household_id: hide")\n`,
    ),
  );
  assert.ok(applied.cedar.endsWith(first.cedar.slice(end)));
  assert.ok(!(await vendorColumns()).includes('household_id'));
  assertQuiet(visited);
});

test('a change that came between is shown beside the draft, which is kept', async () => {
  await putPolicy(first);
  await using visited = await visit(browser, { person: 'producer', path: `/policies/${PRODUCT}` });
  const { page } = visited;
  await changeMask(page, 'null');
  await page.getByRole('button', { name: 'See what changes for whom' }).click();
  const other = await putPolicy({ ...first, cedar: `// theirs\n${first.cedar}` });
  await pressSeen(page.getByRole('button', { name: /^Put version \d+ in force$/ }));
  await page
    .getByRole('heading', {
      level: 2,
      name: `Paula Producer put version ${other.version} in force while you wrote`,
    })
    .waitFor();
  const pair = await page.getByRole('table', { name: 'Their version and your draft' }).innerText();
  assert.ok(pair.includes('// theirs') && pair.includes('@mask("household_id: null")'), pair);
  assert.equal(
    (await read<Policy>('producer', POLICY)).version,
    other.version,
    'nothing was overwritten',
  );
  await shoot(page, 'policy-conflict');
  await assertAccessible(page);
  await page
    .getByRole('button', { name: `Go on with mine, over version ${other.version}` })
    .click();
  await page.getByRole('button', { name: 'See what changes for whom' }).click();
  await pressSeen(page.getByRole('button', { name: `Put version ${other.version + 1} in force` }));
  await page.getByText(`Version ${other.version + 1} is in force`).waitFor();
  assertQuiet(visited, [/412/]);
});

test('a list is declared as a form, a rule asks it, and what a reader gets follows', async () => {
  await putPolicy(first);
  const storesOf = async (): Promise<unknown[]> => {
    const sql = `select distinct store_id from ${PRODUCT} order by 1`;
    const answer = await ask('vendor', '/api/v1/queries', { sql, purpose: 'assortment' });
    return ((await answer.json()) as { rows: unknown[][] }).rows.flat();
  };
  assert.deepEqual(await storesOf(), [367, 406]);
  await using visited = await visit(browser, { person: 'producer', path: `/policies/${PRODUCT}` });
  const { page } = visited;
  await page.getByRole('button', { name: 'Add a set' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('pilots');
  await page.getByRole('combobox', { name: 'Its values are' }).selectOption('whole numbers');
  await page
    .getByRole('combobox', { name: 'Where the list is' })
    .selectOption('written down for everybody');
  await page.getByRole('textbox', { name: 'Values, one a line' }).fill('406\n31');
  await shoot(page, 'policy-set');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Use this set' }).click();
  await page.getByRole('button', { name: 'Change the rule own-stores' }).click();
  await page.getByRole('button', { name: 'Add a condition' }).click();
  const condition = page.getByRole('combobox', { name: 'What the condition looks at' }).last();
  await condition.selectOption('Rows by a set');
  await page.getByRole('combobox', { name: 'Column', exact: true }).last().selectOption('store_id');
  await page.getByRole('button', { name: 'Use this rule' }).click();
  await page.getByRole('button', { name: 'See what changes for whom' }).click();
  await page.getByRole('heading', { level: 2, name: '1 reader sees something else' }).waitFor();
  await pressSeen(page.getByRole('button', { name: /^Put version \d+ in force$/ }));
  await page.getByText(/^Version \d+ is in force$/).waitFor();
  const { sets } = await read<{ sets: Record<string, unknown> }>('producer', POLICY);
  assert.deepEqual(sets['pilots'], {
    ...{ from: null, key: null, subject: null, where: null, purpose: null },
    ...{ keys: 'integer', values: ['406', '31'] },
  });
  assert.deepEqual(await storesOf(), [406]);
  assertQuiet(visited);
});

test('a fault is told with its line and what to do, and nothing can be put in force', async () => {
  await putPolicy(first);
  await using visited = await visit(browser, {
    person: 'producer',
    path: `/policies/${PRODUCT}?view=source`,
  });
  const { page } = visited;
  await page.getByRole('textbox', { name: 'Cedar source of the policy' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(
    '\npermit (principal, action, resource) when { context.purpos == "x" };',
  );
  await page.getByRole('heading', { level: 2, name: 'This would be refused' }).waitFor();
  const aside = page.getByRole('complementary', { name: 'What happens next' });
  assert.match(await aside.innerText(), /line \d+: .*purpos[\s\S]*did you mean `purpose`/);
  assert.ok(await page.getByRole('button', { name: 'See what changes for whom' }).isDisabled());
  assertQuiet(visited);
});

test('what a steward is shown of somebody is the very answer that he gets himself', async () => {
  await putPolicy(first);
  for (const [person, purpose, name] of [
    ['vendor', 'assortment', 'Vera Vendor'],
    ['analyst', 'research', 'Ana Analyst'],
    ['brand_manager', 'assortment', 'Bruno Brand'],
  ] as const) {
    await using visited = await visit(browser, { person: 'steward' });
    const { page } = visited;
    const shown = page.waitForResponse((response) => response.url().includes('/access/explain'));
    await page.goto(`/policies/see-as?product=${PRODUCT}&subject=${person}&purpose=${purpose}`);
    const text = await (await shown).text();
    const own = await ask(
      person,
      `/api/v1/access/explain?subject=${person}&product=${PRODUCT}&purpose=${purpose}`,
    );
    assert.equal(text, await own.text(), person);
    await page.getByRole('heading', { level: 1, name: new RegExp(`^${name} sees`) }).waitFor();
    const { seen } = JSON.parse(text) as {
      seen: { hidden: unknown[]; columns: { name: string }[] } | null;
    };
    for (const { name: column } of seen?.columns ?? []) {
      const header = page.getByRole('rowheader', { name: column, exact: true });
      assert.equal(await header.count(), 1, column);
    }
    assertQuiet(visited);
  }
});

/** Where the upper edges of the fields are. */
async function topsOf(page: Page, labels: readonly string[]): Promise<number[]> {
  const boxes = labels.map((label) => page.getByLabel(label, { exact: true }).boundingBox());
  return (await Promise.all(boxes)).map((box) => Math.round(box?.y ?? -1));
}

test('the fields of see-as stand in one line, whatever is said below one of them', async () => {
  await putPolicy(first);
  await using visited = await visit(browser, {
    person: 'steward',
    path: `/policies/see-as?product=${PRODUCT}&subject=vendor&purpose=assortment`,
  });
  const { page } = visited;
  await page.locator('p', { hasText: /^Vera Vendor$/ }).waitFor();
  const tops = await topsOf(page, ['Product', 'Reader', 'Purpose']);
  assert.equal(new Set(tops).size, 1, tops.join(' '));
  await page
    .getByText(/^Rule .* of the product’s policy /)
    .first()
    .waitFor();
  assertQuiet(visited);
});

test('the questions to the log stay where they are while they are asked', async () => {
  await using visited = await visit(browser, { person: 'platform', path: '/audit' });
  const { page } = visited;
  const placeOf = async (label: string) => page.getByLabel(label, { exact: true }).boundingBox();
  const before = await placeOf('Before');
  const tops = await topsOf(page, ['Who', 'Did', 'To what']);
  await page.getByLabel('From', { exact: true }).fill('2026-01-01');
  await page.keyboard.press('Enter');
  await page.waitForURL(/since=2026-01-01/);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await placeOf('Before'), before);
  const clear = await page.getByRole('button', { name: 'Clear', exact: true }).boundingBox();
  assert.equal(Math.round(clear?.y ?? 0), Math.round((await placeOf('Before'))?.y ?? -1));
  await page.getByLabel('From', { exact: true }).fill('yesterday');
  await page.keyboard.press('Enter');
  await page.getByText('yesterday is no day: write it as 2026-11-01.').waitFor();
  assert.deepEqual(await placeOf('Before'), before);
  assert.deepEqual(await topsOf(page, ['Who', 'Did', 'To what']), tops);
  await assertAccessible(page);
  assertQuiet(visited);
});

test('who can see a column are those whom the mesh names', async () => {
  await putPolicy(first);
  await using visited = await visit(browser, {
    person: 'steward',
    path: `/policies/${PRODUCT}?view=who&column=household_id`,
  });
  const { page } = visited;
  await page.getByRole('heading', { level: 2, name: '2 readers see household_id' }).waitFor();
  const { items } = await read<{ items: { subject: string }[] }>(
    'steward',
    `/api/v1/access/who?product=${PRODUCT}&column=household_id`,
  );
  const table = page.getByRole('table', { name: /^Who sees the column/ });
  for (const { subject } of items) assert.ok((await table.innerText()).includes(subject), subject);
  assertQuiet(visited);
});

test('the log says who was let at a column, and proves that it is whole', async () => {
  await putPolicy(first);
  const run = await ask('vendor', '/api/v1/queries', {
    sql: `SELECT count(household_id) FROM ${PRODUCT}`,
    purpose: 'assortment',
  });
  assert.equal(run.status, 200, await run.clone().text());
  await run.text();
  // Why asked: other stories on the same mesh may have read it as well.
  const log = `/api/v1/audit?column=${PRODUCT}.household_id&limit=200`;
  const { items } = await read<{ items: { actor: string }[] }>('platform', log);
  const readers = new Set(items.map(({ actor }) => actor)).size;
  const told = readers === 1 ? '1 reader was' : `${readers} readers were`;
  await using visited = await visit(browser, { person: 'platform', path: '/audit' });
  const { page } = visited;
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/^The chain control is whole: /).waitFor();
  await page.getByRole('region', { name: 'Who saw a column' }).getByLabel('Product').fill(PRODUCT);
  await page.keyboard.press('Enter');
  await page.getByLabel('Column', { exact: true }).selectOption('household_id');
  await page.getByRole('button', { name: 'Ask for the last 30 days' }).click();
  await page
    .getByRole('heading', {
      level: 1,
      name: `${told} let at ${PRODUCT}.household_id in the last 30 days`,
    })
    .waitFor();
  assert.match(page.url(), /column=point_of_sale\.transactions\.household_id/);
  const entries = page.getByRole('table', { name: /^Entries of the audit log/ });
  await entries.getByRole('button').first().click();
  await page.getByText(/number \d+ of the chain node/).waitFor();
  await shoot(page, 'audit-column');
  await assertAccessible(page);
  assertQuiet(visited);
});

test('an id that names nothing says so', async () => {
  await using visited = await visit(browser, {
    person: 'steward',
    path: '/i/agr_01M8J8F2PC24TE9YY9WM51KYZZ',
  });
  await visited.page
    .getByRole('heading', { level: 1, name: 'Nothing known by this id that you may see' })
    .waitFor();
  await assertAccessible(visited.page);
  assertQuiet(visited, [/404/]);
});

test('an id leads to its page', async () => {
  const { items } = await read<{ items: { agreement: string }[] }>(
    'steward',
    '/api/v1/agreements?limit=1',
  );
  const [batch] = (
    await read<{ items: { batch: string; product: string }[] }>(
      'producer',
      `/api/v1/batches?product=${PRODUCT}&limit=1`,
    )
  ).items;
  assert.ok(batch !== undefined);
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  const ways: [string, string][] = [
    [PRODUCT, `/p/${PRODUCT}`],
    ['point_of_sale', '/d/point_of_sale'],
    [batch.batch, `/make/${PRODUCT}/batches/${batch.batch}`],
  ];
  for (const [id, path] of ways) {
    await page.goto(`/i/${id}`);
    await page.waitForURL((url) => url.pathname === path);
  }
  const kept = await ask('producer', '/api/v1/saved', {
    kind: 'search',
    name: 'A search to be found by its id',
    body: { q: 'coupon', where: '', sort: '' },
  });
  const { saved } = (await kept.json()) as { saved: string };
  await page.goto(`/i/${saved}`);
  await page.waitForURL((url) => url.pathname === '/market' && url.search === '?q=coupon');
  await ask('producer', `/api/v1/saved/${saved}`, {}, 'DELETE');
  const asked = await ask('producer', '/api/v1/queries', {
    sql: `SELECT count(*) FROM ${PRODUCT}`,
    purpose: 'category_planning',
  });
  await page.goto(`/i/${asked.headers.get('weft-query')}`);
  await page.getByRole('heading', { level: 1, name: 'This is a query of yours' }).waitFor();
  await page.getByRole('main').getByText('Category planning').waitFor();
  await assertAccessible(page);
  await using guarded = await visit(browser, {
    person: 'steward',
    path: `/i/${items[0]?.agreement}`,
  });
  await guarded.page.waitForURL((url) => url.pathname === `/agreements/${items[0]?.agreement}`);
});

interface MapAnswer {
  nodes: { id: string; kind: string; title: string }[];
  edges: { from: string; to: string; kind: string }[];
}

test('the map shows every product, and what waits for one, by pointer and by keyboard', async () => {
  const mesh = await read<MapAnswer>('steward', '/api/v1/mesh/graph');
  const products = mesh.nodes.filter(({ kind }) => kind === 'product');
  const master = 'product:product_master.products';
  const waiting = new Set(
    mesh.edges
      .filter(({ from, kind }) => from === master && kind !== 'agreement')
      .map(({ to }) => to),
  );
  assert.ok(waiting.size > 0);
  await using visited = await visit(browser, { person: 'steward', path: '/map' });
  const { page } = visited;
  for (const { title } of products)
    await page.locator('.react-flow__node', { hasText: title }).waitFor();
  await page.locator('.react-flow__node', { hasText: 'Product master' }).focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Product master' });
  await panel.getByRole('heading', { name: 'What waits for it' }).waitFor();
  assert.match(page.url(), /focus=product_master\.products/);
  for (const id of waiting) {
    const title = products.find((node) => node.id === id)?.title ?? id;
    await panel.getByRole('button', { name: title }).waitFor();
  }
  await assertClear(page);
  await shoot(page, 'map-focus');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Show as list' }).click();
  for (const { title } of products) await page.getByRole('rowheader', { name: title }).waitFor();
  await page.getByText('Agreements', { exact: true }).last().click();
  await page.waitForURL(/lens=agreements/);
  await page.getByRole('rowheader', { name: 'vendor' }).waitFor();
  await assertAccessible(page);
  assertQuiet(visited);
});

/** No node lies under the panel, and no label of a thread over a node. */
async function assertClear(page: Page): Promise<void> {
  // Why a moment: the picture glides to where it fits.
  await page.waitForTimeout(600);
  const found = (await page.evaluate(`(() => {
    const boxOf = (node) => node.getBoundingClientRect();
    const edge = Math.min(...[...document.querySelectorAll('main aside')].map((panel) => boxOf(panel).left));
    const nodes = [...document.querySelectorAll('.react-flow__node')].map(boxOf);
    const labels = [...document.querySelectorAll('.react-flow__edge-textwrapper')].map(boxOf);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return {
      labels: labels.length,
      under: nodes.filter(({ right }) => right > edge + 1).length,
      over: labels.filter((label) => nodes.some((node) => meet(label, node))).length,
    };
  })()`)) as { labels: number; under: number; over: number };
  assert.ok(found.labels > 0, 'threads of the product in focus have their columns');
  assert.deepEqual([found.under, found.over], [0, 0]);
}

/** Until the heading is there and nothing is on its way. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

test('the list of policies at every size', () =>
  walk(browser, { name: 'policies', person: 'steward', path: '/policies', until: settled }));
test('a policy at every size', () =>
  walk(browser, {
    name: 'policy',
    person: 'producer',
    path: `/policies/${PRODUCT}`,
    until: settled,
  }));
test('a policy as text at every size', () =>
  walk(browser, {
    name: 'policy-source',
    person: 'steward',
    path: `/policies/${PRODUCT}?view=source`,
    until: settled,
  }));
test('who sees what at every size', () =>
  walk(browser, {
    name: 'policy-who',
    person: 'steward',
    path: `/policies/${PRODUCT}?view=who`,
    until: settled,
  }));
test('the policies of the mesh at every size', () =>
  walk(browser, {
    name: 'policy-mesh',
    person: 'platform',
    path: '/policies/mesh',
    until: settled,
  }));
test('what somebody sees at every size', () =>
  walk(browser, {
    name: 'see-as',
    person: 'steward',
    path: `/policies/see-as?product=${PRODUCT}&subject=analyst&purpose=research`,
    until: settled,
  }));
test('the log at every size', () =>
  walk(browser, { name: 'audit', person: 'platform', path: '/audit?span=P30D', until: settled }));
test('the map at every size', () =>
  walk(browser, { name: 'map', person: 'steward', path: '/map', until: settled }));
