/**
 * Finding: the first page, the market, comparing, saved work; each looked at in all sizes and both schemes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, assertQuiet, launch, visit, walk } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).first().waitFor();

test('the first page of an owner and of a consumer', async () => {
  for (const person of ['producer', 'analyst'] as const) {
    await walk(browser, { name: `home-${person}`, person, path: '/', until: heading });
  }
});

test('the market, a comparison, a domain and saved work', async () => {
  const rows = (page: Page) => page.getByRole('link', { name: 'Loyalty households' }).waitFor();
  await walk(browser, { name: 'market', person: 'analyst', path: '/market', until: rows });
  const pair = '/market/compare?p=loyalty.households,point_of_sale.transactions';
  await walk(browser, { name: 'compare', person: 'analyst', path: pair, until: rows });
  await walk(browser, { name: 'domain', person: 'analyst', path: '/d/loyalty', until: rows });
  await walk(browser, { name: 'saved', person: 'analyst', path: '/saved', until: heading });
});

test('words and conditions narrow the list, stand in the address, and are kept by going back', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page } = visited;
  const field = page.getByRole('searchbox');
  await field.fill('household');
  await page.waitForURL(/q=household/);
  await field.fill('measured.rows > 1000');
  await field.press('Enter');
  await page.waitForURL(/where=/);
  await page.getByRole('button', { name: /Take away: measured.rows > 1000/ }).waitFor();
  await page
    .getByRole('checkbox', { name: /^Loyalty/ })
    .first()
    .check();
  await page.waitForURL(/domain/);
  const titles = await page.locator('main ul > li h2').allTextContents();
  const answer = await ask(
    'analyst',
    `/api/v1/search?where=${encodeURIComponent('measured.rows > 1000 and domain in (loyalty)')}`,
  );
  const { items } = (await answer.json()) as { items: { title: string }[] };
  assert.deepEqual(
    titles,
    items.map(({ title }) => title),
  );
  const there = page.url();
  await page.getByRole('link', { name: titles[0] ?? '' }).click();
  await page.waitForURL(/\/p\//);
  await page.goBack();
  assert.equal(page.url(), there);
  assertQuiet(visited);
});

test('a condition that the language does not know is answered by the API, in place', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/market?where=domian%20%3D%20x',
  });
  await visited.page
    .getByRole('alert')
    .getByText(/there is no field domian/)
    .waitFor();
  assertQuiet(visited, [/400/]);
});

test('j and k move along the list, ↵ opens, and ⌘K finds a product by its name', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page } = visited;
  await page.getByRole('link', { name: 'Loyalty households' }).waitFor();
  await page.locator('main h1').evaluate('document.activeElement.blur()');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const second = await page.locator('main ul > li h2 a').nth(1).textContent();
  assert.equal(await page.evaluate('document.activeElement.textContent'), second);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('redemp');
  await page.getByRole('option', { name: /Coupon redemptions/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/p\/loyalty\.redemptions/);
  assertQuiet(visited);
});

test('a search is kept, and found again', async () => {
  await using visited = await visit(browser, { person: 'brand_manager', path: '/market?q=coupon' });
  const { page } = visited;
  await page.getByRole('button', { name: 'Tell me when new ones appear' }).click();
  await page.getByRole('button', { name: 'You are told of new ones' }).waitFor();
  await page.goto('/saved');
  await page.getByRole('link', { name: /coupon/ }).click();
  await page.waitForURL(/q=coupon/);
  assertQuiet(visited);
});

/** Every page that shows data, as somebody sees it who may see much. */
const PAGES = [
  '/',
  '/market',
  '/d/loyalty',
  '/p/point_of_sale.transactions',
  '/p/point_of_sale.transactions/columns',
  '/p/point_of_sale.transactions/quality',
  '/p/point_of_sale.transactions/batches',
  '/agreements',
  '/review',
  '/map',
  '/make',
  '/policies',
];

test('nothing is shown that did not come from the server: without it no number is left on any page', async () => {
  await using visited = await visit(browser, { person: 'producer', path: '/market' });
  const { page, context } = visited;
  await context.route(/\/api\/v1\/(?!whoami)/, (route) => route.abort());
  for (const path of PAGES) {
    await page.goto(path);
    // Why so long: each request is tried three times before a page gives up.
    const refusal = page.getByRole('alert').first();
    await refusal
      .waitFor({ timeout: 30_000 })
      .catch(() => assert.fail(`${path} does not say that nothing answers`));
    const text = await page.locator('main').innerText();
    const numbers = text.match(/\d[\d,.]*/g) ?? [];
    assert.deepEqual(numbers, [], `${path} shows ${numbers.join(' ')}`);
  }
});
