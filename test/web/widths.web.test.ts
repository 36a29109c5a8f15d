/**
 * What only a browser shows: lists that are readable at every width, boxes that are filled, nothing that covers what is pressed,
 * times that go on without moving what stands beside them, and the focus after a change of page.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { ask, assertAccessible, assertQuiet, launch, shoot, visit } from './browser.ts';
import { openStall, sendRows } from './stall.ts';

const BAD = 90;

let browser: Browser;
let product = '';
let batch = '';
before(async () => {
  browser = await launch();
  const settings = { weftBadShareMax: 1 };
  product = await openStall({
    name: `widths_${process.pid}`,
    settings,
    rows: { good: 3, bad: BAD },
  });
  batch = await newestBatch();
});
after(() => browser.close());

async function newestBatch(): Promise<string> {
  const list = await ask('producer', `/api/v1/batches?product=${product}&limit=1`);
  const { items } = (await list.json()) as { items: { batch: string }[] };
  return items[0]?.batch ?? '';
}

/** An answer that is on its way when the page has changed. */
const LATE_MS = 800;

/** Waits until it is so; the content policy lets no function of ours wait in the page. */
async function until(page: Page, what: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await page.evaluate<boolean>(what)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`It never came to ${what}`);
}

/** Three lines of an entry, and its facts on two. */
const ENTRY_TALL_MAX = 110;

test('an entry of the log is a few lines high at every width', async () => {
  await using visited = await visit(browser, { person: 'platform', path: '/audit' });
  const { page } = visited;
  for (const width of [1024, 1100, 1180, 1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole('table').waitFor();
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect().height)`,
    );
    assert.ok(heights.length > 10);
    assert.ok(Math.max(...heights) <= ENTRY_TALL_MAX, `${width}: ${Math.max(...heights)} px`);
    await shoot(page, `audit-${width}`);
  }
  await page.setViewportSize({ width: 1024, height: 900 });
  await assertAccessible(page);
  await page.locator('tbody').getByRole('button').first().click();
  await page.getByText('Its hash').waitFor();
  await assertAccessible(page);
  await shoot(page, 'audit-open-1024');
  assertQuiet(visited);
});

const rightOf = async (part: Locator): Promise<number> => {
  const box = await part.boundingBox();
  return (box?.x ?? 0) + (box?.width ?? 0);
};

test('what can be done about a product is in sight at every width, as a card on a phone', async () => {
  await using visited = await visit(browser, { person: 'platform', path: '/make' });
  const { page } = visited;
  for (const width of [1440, 1180, 1024, 901, 768, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const send = page.getByRole('link', { name: /^Send data to/ });
    for (const one of await send.all()) {
      const right = await rightOf(one);
      assert.ok(right > 0 && right <= width - 16, `${width}: up to ${right}`);
    }
    await shoot(page, `make-${width}`);
    await assertAccessible(page);
  }
  assertQuiet(visited);
});

test('names are whole beside facets, counts and threads, and rings of the focus are not cut', async () => {
  await using visited = await visit(browser, { person: 'producer', path: '/market' });
  const { page } = visited;
  for (const width of [1024, 1101, 1180, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.locator('main ul > li h2').first().waitFor();
    const least = await page.evaluate<number>(
      `Math.min(...[...document.querySelectorAll('main li:has(h2)')].map((row) => row.firstElementChild.clientWidth))`,
    );
    assert.ok(least >= (width === 1280 ? 200 : 300), `${width}: ${least} px for a product`);
    await shoot(page, `market-${width}`);
  }
  await page.setViewportSize({ width: 1024, height: 900 });
  await page.goto('/map');
  await page.locator('.react-flow__node b').first().waitFor();
  const cut = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.react-flow__node b')].filter((name) => name.scrollHeight > name.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1).map((name) => name.textContent)`,
  );
  assert.deepEqual(cut, []);
  const fit = page.getByRole('button', { name: 'Fit View' });
  await page.keyboard.press('Tab');
  await fit.focus();
  const offset = await page.evaluate('getComputedStyle(document.activeElement).outlineOffset');
  assert.equal(offset, '-2px');
  await sendRows(product, {
    key: 'a_file_with_a_name_that_says_when_and_whence_2026_11_30',
    from: 2_000,
    good: 2,
    bad: 0,
  });
  await page.goto(`/p/${product}/batches`);
  const table = page.getByRole('table').last();
  await table.getByText('a_file_with_a_name').first().waitFor();
  const room = await page.evaluate<number>(`(() => {
    const table = [...document.querySelectorAll('table')].at(-1);
    return table.parentElement.clientWidth - table.scrollWidth;
  })()`);
  assert.ok(room >= 0, `${-room} px of the batches are out of sight`);
  await shoot(page, 'batches-1024');
  await assertAccessible(page);
  assertQuiet(visited);
});

const rowsOf = (page: Page) => page.getByRole('region', { name: /before and after/ });

test('a repair that mends nothing is not offered; the preview is whole, and fills its box', async () => {
  const path = `/make/${product}/batches/${batch}`;
  await using visited = await visit(browser, { person: 'producer', path });
  const { page } = visited;
  await page.getByRole('radio', { name: /^Compute the value/ }).check();
  await page.getByRole('textbox', { name: /:=/ }).fill("'-2'");
  await page
    .getByText(/0 rows pass, 90 stay refused/)
    .first()
    .waitFor();
  await page.getByText('There is nothing to send while no row passes').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Send/ }).isDisabled(), true);
  const raws = await rowsOf(page).locator('tbody tr td:last-child').allTextContents();
  assert.equal(raws.length, 40);
  assert.deepEqual(
    raws.filter((text) => !/^\d+,-1$/.test(text)),
    [],
  );
  await shoot(page, 'repair-nothing');
  await assertAccessible(page);
  const left = await page.getByRole('group', { name: 'Try a repair' }).boundingBox();
  const right = await rowsOf(page).boundingBox();
  const gap = (left?.y ?? 0) + (left?.height ?? 0) - (right?.y ?? 0) - (right?.height ?? 0);
  assert.ok(gap < 140, `${gap} px below the rows are blank`);
  await page.getByRole('textbox', { name: /:=/ }).fill("'7'");
  await page.getByText('90 rows pass').first().waitFor();
  await shoot(page, 'repair-all');
  // What is done stands above what it is done to, however many rows that are.
  const foot = await page.locator('footer').last().boundingBox();
  const below = await rowsOf(page).boundingBox();
  const lower = (foot?.y ?? 0) + (foot?.height ?? 0);
  assert.ok(lower <= (below?.y ?? 0), `the buttons reach down to ${lower}, into the rows`);
  assertQuiet(visited);
});

test('work in the background covers neither what a repair would do nor its buttons', async () => {
  const path = `/make/${product}/batches/${batch}`;
  await using visited = await visit(browser, { person: 'producer', path });
  const { page } = visited;
  await page.getByRole('radio', { name: /^Compute the value/ }).check();
  await page.getByRole('textbox', { name: /:=/ }).fill("'7'");
  await page.getByRole('button', { name: 'Send 90 rows again' }).click();
  await page.getByRole('heading', { level: 1, name: /93 rows are in the table/ }).waitFor();
  const tray = page.getByRole('region', { name: 'Work in the background' });
  await tray.waitFor();
  const room = await page.evaluate<string>(
    `getComputedStyle(document.querySelector('main')).paddingBottom`,
  );
  assert.ok(Number.parseFloat(room) > 40, room);
  const foot = await page.locator('footer').last().boundingBox();
  const cover = await tray.boundingBox();
  await shoot(page, 'repair-sent');
  const isApart = (foot?.y ?? 0) + (foot?.height ?? 0) <= (cover?.y ?? 0) || (foot?.y ?? 0) > 900;
  assert.ok(isApart, JSON.stringify({ foot, cover }));
  const lines = await page.evaluate(`(() => {
    const cells = [...document.querySelectorAll('td')].filter((cell) => cell.textContent === 'committed');
    const range = document.createRange();
    range.selectNodeContents(cells[0]);
    return range.getClientRects().length;
  })()`);
  assert.equal(lines, 1);
  assertQuiet(visited);
});

test('a number of 18 digits is shown whole', async () => {
  const path = '/workbench?from=point_of_sale.transactions';
  await using visited = await visit(browser, { person: 'producer', path });
  const { page } = visited;
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('SELECT 454128166521795888 AS id');
  await page.keyboard.press('Control+Enter');
  const cell = page.getByRole('gridcell', { name: '454128166521795888' });
  await cell.waitFor();
  const room = await page.evaluate<number>(`(() => {
    const cell = document.querySelector('[role=gridcell]');
    const range = document.createRange();
    range.selectNodeContents(cell);
    return cell.clientWidth - 20 - range.getBoundingClientRect().width;
  })()`);
  assert.ok(room >= 0, `${-room} px are cut`);
  assertQuiet(visited);
});

test('a product that is opened by keys has the focus on its heading, also when it comes late', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page } = visited;
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.route(/\/api\/v1\/(products|contracts)\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await route.continue();
  });
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/p\//);
  await page.getByRole('navigation', { name: 'About this product' }).waitFor();
  await until(page, `document.activeElement.tagName === 'H1'`);
  assertQuiet(visited);
});

test('times go on while one looks, and nothing moves', async () => {
  await sendRows(product, { key: 'second', from: 1_000, good: 2, bad: 0 });
  const newest = await newestBatch();
  const path = `/make/${product}/batches/${newest}`;
  await using visited = await visit(browser, { person: 'producer', path });
  const { page } = visited;
  const now = `document.querySelector('main header time').textContent`;
  assert.match(await page.evaluate<string>(now), /^\d sec ago$/, 'it has one digit at first');
  const gap = await page.evaluate<number>(`(() => {
    const time = document.querySelector('main header time');
    const words = document.createRange();
    words.selectNodeContents(time);
    return words.getBoundingClientRect().left - time.getBoundingClientRect().left;
  })()`);
  assert.ok(gap < 1, `${gap} px are blank before it`);
  await page.evaluate(`(() => { globalThis.moved = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.moved += entry.value; })
      .observe({ type: 'layout-shift', buffered: false }); })()`);
  await until(page, `/^1\\d sec ago$/.test(${now})`);
  assert.equal(await page.evaluate('moved'), 0);
  assertQuiet(visited);
});
