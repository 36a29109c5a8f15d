/**
 * The mesh goes away while somebody works: what has not come yet says so in its place, and comes when the mesh is back.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, launch, meshUrl, shoot, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const TEXT = 'SELECT count(*) AS receipts FROM point_of_sale.transactions';

const noAnswer = (page: Page) =>
  page.getByRole('alert').filter({ hasText: 'The mesh does not answer' }).first();

test('the first query while the mesh is away says so, keeps the text, and runs when the mesh is back', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: '/workbench?purpose=category_planning',
  });
  const { page, context } = visited;
  const editor = page.getByRole('textbox', { name: 'SQL of the query' });
  await editor.fill(TEXT);
  await context.setOffline(true);
  await page.getByRole('button', { name: /^Run/ }).click();
  await noAnswer(page).waitFor();
  await shoot(page, 'away-workbench');
  assert.match(await editor.innerText(), /count\(\*\) AS receipts/);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByText('1 row', { exact: true }).waitFor();
});

test('a page that did not come yet comes by itself when the mesh is back', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page, context } = visited;
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Map' }).first().click();
  await noAnswer(page).waitFor();
  await shoot(page, 'away-page');
  await assertAccessible(page);
  await context.setOffline(false);
  await page.getByRole('heading', { level: 1, name: /products/ }).waitFor({ timeout: 30_000 });
  assert.equal(new URL(page.url()).pathname, '/map');
  assert.equal(await page.getByText('PAGE_FAULT').count(), 0);
});

test('a page that a newer app has replaced is loaded anew once, and then says what is the matter', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page, context } = visited;
  let loads = 0;
  page.on('load', () => loads++);
  await context.route(/\/assets\/MapPage/, (route) => route.fulfill({ status: 404 }));
  await context.route(`${meshUrl()}/`, (route) =>
    route.fulfill({ body: '<script type="module" src="/assets/index-of-tomorrow.js"></script>' }),
  );
  await page.getByRole('link', { name: 'Map' }).first().click();
  const said = page.getByRole('alert').filter({ hasText: 'A newer version of this app is here' });
  await said.waitFor();
  await shoot(page, 'away-newer');
  assert.equal(loads, 1);
  assert.equal(await said.getByRole('button', { name: 'Load the page again' }).count(), 1);
});
