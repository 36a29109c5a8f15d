/**
 * A first visit: somebody who was never here finds a product, asks for it, gets it and charts it. The clicks are counted,
 * since docs/tour-web.md promises them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { assertQuiet, launch, shoot, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const CLICKS_MAX = 8;

test('a first visitor finds, requests, gets and charts a product', async () => {
  await using visited = await visit(browser, { person: null, path: '/' });
  const { page } = visited;
  let clicks = 0;
  const click = async (what: Locator): Promise<void> => {
    clicks++;
    await what.click();
  };
  await click(page.getByRole('button', { name: /Vera Vendor/ }));
  await click(page.getByRole('link', { name: 'Market' }));
  await page.getByRole('searchbox').fill('brand');
  const row = page.getByRole('listitem').filter({ hasText: 'product_master.products' });
  await click(row.getByRole('link', { name: 'Request' }));
  await shoot(page, 'first-visit-request');
  await click(page.getByRole('radio', { name: /Assortment/ }));
  await click(page.getByRole('button', { name: /Send/ }));
  await page.waitForURL(/\/agreements\/agr_/);
  await click(page.getByRole('link', { name: /Query/ }));
  await page.waitForURL(/\/workbench/);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    'SELECT department, count(*) AS products FROM product_master.products GROUP BY 1 ORDER BY 2 DESC LIMIT 8',
  );
  await click(page.getByRole('button', { name: /Run/ }));
  await page.getByRole('grid').waitFor();
  await click(page.getByText('Bars', { exact: true }));
  await page.locator('canvas').first().waitFor();
  await shoot(page, 'first-visit-chart');
  assert.ok(clicks <= CLICKS_MAX, `it took ${clicks} clicks`);
  // Why: before somebody is signed in the app asks who is there, and is told that nobody is; and typing over a selection
  // makes Chromium itself write a style attribute, which the content policy refuses.
  assertQuiet(visited, [/401/, /Applying inline style/, /style-src-attr inline :0/]);
});
