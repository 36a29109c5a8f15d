/**
 * Finding: the first page, the market, comparing, saved work; each looked at in all sizes and both schemes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, assertQuiet, launch, visit, walk } from './browser.ts';
import { openStall, STALLS } from './stall.ts';

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

interface Hit {
  product: string;
  title: string;
  state: string;
  measured: { freshness: string | null };
}

async function hitsOf(where: string): Promise<Hit[]> {
  const answer = await ask(
    'analyst',
    `/api/v1/search?where=${encodeURIComponent(where)}&limit=100`,
  );
  return ((await answer.json()) as { items: Hit[] }).items;
}

test('no row of the market is worse than the mesh says the product is', async () => {
  // Why five seconds: long enough for a batch to be in time, and soon over; it is no promise about the age of a batch.
  const promises = { latency: '5 s', frequency: '1 d' };
  const settings = { weftBadShareMax: 0.2 };
  const rows = { good: 98, bad: 2 };
  const product = await openStall({ name: 'patient', promises, settings, rows });
  for (;;) {
    const [hit] = await hitsOf(`domain = ${STALLS} and name = patient`);
    const age = /^PT(\d+(?:\.\d+)?)S$/.exec(hit?.measured.freshness ?? '');
    if (age === null || Number(age[1]) > 6) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  const where = `domain = ${STALLS} or state in (kept, close)`;
  await using visited = await visit(browser, {
    person: 'analyst',
    path: `/market?where=${encodeURIComponent(where)}`,
  });
  const { page } = visited;
  await page.getByRole('link', { name: 'patient' }).waitFor();
  const hits = await hitsOf(where);
  const drawn =
    (await page.evaluate(`[...document.querySelectorAll('main ul > li:has(h2)')].map((row) => ({
    product: row.querySelector('h2 + p').textContent.split('@')[0],
    states: [...row.querySelectorAll('svg[data-state]')].map((one) => one.dataset.state),
    text: row.innerText,
  }))`)) as { product: string; states: string[]; text: string }[];
  const order = ['unknown', 'kept', 'close', 'missed'];
  for (const row of drawn) {
    const said = hits.find((hit) => hit.product === row.product)?.state ?? '';
    const worst = Math.max(...row.states.map((state) => order.indexOf(state)));
    assert.ok(worst <= order.indexOf(said), `${row.product}: ${row.states}, the mesh says ${said}`);
  }
  const own = drawn.find((row) => row.product === product);
  assert.deepEqual(own?.states, ['kept', 'kept']);
  assert.match(own?.text ?? '', /≤ 1.d/);
  assert.match(own?.text ?? '', /98.%[\s\S]*≥ 80.%/);
  assertQuiet(visited);
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

test('what a kept search finds is news until one has looked at it', async () => {
  const where = `domain = ${STALLS} and title has lantern`;
  const body = { q: '', where, sort: '' };
  const kept = await ask('brand_manager', '/api/v1/saved', { kind: 'search', name: 'Lamps', body });
  assert.equal(kept.status, 201);
  const product = await openStall({ name: 'lantern' });
  const matches = async () => {
    const answer = await ask('brand_manager', '/api/v1/news');
    const { items } = (await answer.json()) as { items: { kind: string; product: string }[] };
    return items.filter(({ kind }) => kind === 'search-match').map((item) => item.product);
  };
  assert.deepEqual(await matches(), [product]);
  await using visited = await visit(browser, { person: 'brand_manager', path: '/' });
  const { page } = visited;
  await page.getByRole('link', { name: `${product} fits a search of yours` }).waitFor();
  const isSeen = page.waitForResponse((answer) => answer.url().endsWith('/seen') && answer.ok());
  await page.getByRole('link', { name: 'Open Lamps' }).click();
  await page.getByRole('heading', { level: 2, name: 'lantern' }).waitFor();
  await isSeen;
  assert.deepEqual(await matches(), []);
  await page.goBack();
  await page.getByRole('heading', { name: 'New in what you follow' }).waitFor();
  await page.getByRole('link', { name: 'Open Lamps' }).waitFor({ state: 'detached' });
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
