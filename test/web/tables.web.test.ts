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

test('a comparison of nothing has a heading', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market/compare' });
  await visited.page.getByRole('heading', { level: 1 }).waitFor();
  await assertAccessible(visited.page);
});
