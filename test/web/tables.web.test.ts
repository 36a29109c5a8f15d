/**
 * On a phone: the open tab of a product is in sight, and no word or number of a table is broken within.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, assertQuiet, launch, shoot, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const PRODUCT = '/p/point_of_sale.transactions';
const TABS = ['columns', 'quality', 'batches', 'lineage', 'versions', 'consumers', 'connect'];

test('the open tab of a product is in sight', async () => {
  await using visited = await visit(browser, { person: 'producer', path: PRODUCT, size: 'phone' });
  const { page } = visited;
  for (const tab of TABS) {
    await page.goto(`${PRODUCT}/${tab}`, { waitUntil: 'networkidle' });
    const open = page
      .getByRole('navigation', { name: 'About this product' })
      .locator('[aria-current="page"]');
    const box = await open.boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 390, `${tab}: ${box?.x}`);
    assert.equal(await page.evaluate('scrollY'), 0, tab);
  }
  await shoot(page, 'narrow-connect');
  assertQuiet(visited);
});

/** Words and numbers of tables that stand on two lines, or more, though nothing in them says where to break. */
const brokenWords = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const broken = [];
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (node.parentElement.closest('table') === null) continue;
      for (const { index, 0: word } of node.data.matchAll(/[\\p{L}\\p{N}.,%\\u00a0]+/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) broken.push(word);
      }
    }
    return broken;
  })()`);

const TABLES = [
  '/market/compare?p=point_of_sale.transactions,loyalty.households,trade_promotion.coupons,ecommerce.orders',
  `${PRODUCT}/consumers`,
];

for (const size of ['phone', 'tablet', 'desktop'] as const) {
  test(`words and numbers of tables stand in one piece: ${size}`, async () => {
    await using visited = await visit(browser, { person: 'producer', size });
    const { page } = visited;
    for (const [at, path] of TABLES.entries()) {
      await page.goto(path, { waitUntil: 'networkidle' });
      await page.getByRole('table').first().waitFor();
      await shoot(page, `narrow-${size}-${at}`);
      assert.deepEqual(await brokenWords(page), [], path);
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      assert.equal(wide, false, path);
    }
    assertQuiet(visited);
  });
}

const LONG = 'category_planning.north_america@retail.example';

/** Answers with names as long as they come elsewhere. */
async function lengthen(page: Page): Promise<void> {
  const change = (pattern: RegExp, part: object) =>
    page.route(pattern, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { items: object[] };
      const items = body.items.map((item) => ({ ...item, ...part }));
      await route.fulfill({ response: answer, json: { ...body, items } });
    });
  await change(/\/api\/v1\/.*\/consumers$/, { subject: LONG });
  await change(/\/api\/v1\/search/, { owner: LONG, granularity: LONG });
}

/** The widest cell of a table that holds a part of the name, in pixels. */
const widestOf = (page: Page, part: string) =>
  page.evaluate<number>(
    `Math.max(...[...document.querySelectorAll('main td, main tbody th')].filter((cell) => cell.textContent.includes('${part}')).map((cell) => cell.clientWidth))`,
  );

test('on a phone long names wrap where their parts meet, and a measured value stands on one line', async () => {
  await using visited = await visit(browser, { person: 'producer', size: 'phone' });
  const { page } = visited;
  await lengthen(page);
  for (const [at, path] of TABLES.entries()) {
    await page.goto(path, { waitUntil: 'networkidle' });
    await page.getByRole('table').first().waitFor();
    await shoot(page, `narrow-long-${at}`);
    assert.deepEqual(await brokenWords(page), [], path);
    const widest = await widestOf(page, 'retail.example');
    assert.ok(widest > 0 && widest <= 260, `${path}: ${widest}`);
  }
  await page.goto(TABLES[0] ?? '', { waitUntil: 'networkidle' });
  const tall = await page.evaluate<number[]>(
    `[...document.querySelectorAll('main td b')].map((value) => value.offsetHeight)`,
  );
  assert.ok(tall.length > 0 && tall.every((height) => height <= 24), tall.join());
  assertQuiet(visited);
});

test('a comparison of nothing has a heading', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market/compare' });
  await visited.page.getByRole('heading', { level: 1 }).waitFor();
  await assertAccessible(visited.page);
});
