/**
 * The first page of each role: what waits and what is new are what the mesh says, in its order; an item is followed to where
 * it is done, put away, and taken back.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, assertAccessible, assertQuiet, launch, type Person, visit } from './browser.ts';
import { openStall, sendRows } from './stall.ts';

let browser: Browser;
let agreement = '';
before(async () => {
  browser = await launch();
  const asked = await ask('brand_manager', '/api/v1/agreements', {
    product: 'loyalty.households',
    purpose: 'campaign_analysis',
    why: 'Which households buy again',
  });
  assert.ok(asked.ok, await asked.clone().text());
  ({ agreement } = (await asked.json()) as { agreement: string });
});
after(async () => {
  await ask('loyalty_team', `/api/v1/agreements/${agreement}/deny`, {});
  await browser.close();
});

interface Waiting {
  items: { id: string; kind: string; product: string }[];
  total: number;
}

async function waitingOf(person: Person): Promise<Waiting> {
  return (await (await ask(person, '/api/v1/queue?limit=50')).json()) as Waiting;
}

const shownItems = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('li[data-item]')].map((row) => row.dataset.item)`);

const ROLES: readonly Person[] = [
  ...(['producer', 'loyalty_team', 'steward', 'analyst'] as const),
  ...(['brand_manager', 'privacy_officer', 'platform', 'vendor'] as const),
];

test('the queue and the news of each role are those of the mesh, in its order', async () => {
  const counts: number[] = [];
  for (const person of ROLES) {
    await using visited = await visit(browser, { person, path: '/' });
    const { page } = visited;
    await page.getByRole('heading', { name: 'New in what you follow' }).waitFor();
    const { items, total } = await waitingOf(person);
    assert.deepEqual(
      await shownItems(page),
      items.map(({ id }) => id),
      person,
    );
    const headline = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
    assert.match(headline, total === 0 ? /^Nothing needs you/ : /needs? you/, person);
    const news = (await (await ask(person, '/api/v1/news?limit=6')).json()) as {
      items: { product: string; event: { data: { agreement?: string } } | null }[];
    };
    const told = await page.evaluate(
      `[...document.querySelectorAll('section[aria-labelledby=news] li > a')].map((link) => new URL(link.href).pathname)`,
    );
    assert.deepEqual(
      told,
      news.items.map(({ product, event }) => {
        const agreement = event?.data.agreement;
        return agreement === undefined ? `/p/${product}` : `/agreements/${agreement}`;
      }),
      person,
    );
    counts.push(items.length + news.items.length);
    assertQuiet(visited);
  }
  assert.ok(Math.max(...counts) > 0, 'somebody has something to do');
});

test('an item leads to where it is done', async () => {
  await using visited = await visit(browser, { person: 'loyalty_team', path: '/' });
  const { page } = visited;
  const row = page.locator(`li[data-item="request:${agreement}"]`);
  await row.getByRole('link', { name: /^Decide/ }).click();
  await page.waitForURL(new RegExp(`/agreements/${agreement}`));
  await page.getByRole('heading', { level: 1 }).waitFor();
  assertQuiet(visited);
});

test('an item is put away and taken back; it is there again at once where the mesh says no', async () => {
  const item = `request:${agreement}`;
  await using visited = await visit(browser, { person: 'loyalty_team', path: '/' });
  const { page, context } = visited;
  const row = page.locator(`li[data-item="${item}"]`);
  await row.getByRole('button', { name: /^Put away for a day/ }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Take it back' }).waitFor();
  const isWaiting = async () =>
    (await waitingOf('loyalty_team')).items.some(({ id }) => id === item);
  assert.equal(await isWaiting(), false);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await row.waitFor();
  assert.equal(await isWaiting(), true);
  await context.route('**/snooze', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'FORBIDDEN', title: 'No', detail: 'not for you', status: 403 }),
    }),
  );
  // Why without an answer: what is there is then what was rolled back, and not a list that was asked for again.
  await context.route('**/api/v1/queue?**', () => undefined);
  await row.getByRole('button', { name: /^Put away for a day/ }).click();
  await page.getByRole('alert').getByText('not for you').waitFor();
  await row.waitFor();
  assert.equal(await isWaiting(), true);
});

test('what happens to a product that one follows is told on the first page', async () => {
  const product = await openStall({ name: 'ticker', rows: { good: 3, bad: 0 } });
  await using visited = await visit(browser, { person: 'analyst', path: `/p/${product}` });
  const { page } = visited;
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await page.getByRole('button', { name: 'Following' }).waitFor();
  await sendRows(product, { key: 'second', from: 10, good: 2, bad: 0 });
  await page.goto('/');
  await page
    .getByRole('link', { name: `${product} has new data` })
    .first()
    .waitFor();
  assertQuiet(visited);
});
