/**
 * The frame of the app: who is not signed in is asked to, who is finds his places, and nothing breaks its content policy.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible, assertQuiet, launch, shoot, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('without a session the app asks who is there and shows nothing else', async () => {
  await using visited = await visit(browser, { person: null, path: '/workbench' });
  const { page } = visited;
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Places' }).count(), 0);
  await shoot(page, 'sign-in-desktop-light');
  assertQuiet(visited, [/401/]);
});

test('a page of the app runs under its content policy; what it forbids is noticed', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/workbench' });
  const { page } = visited;
  await page.getByRole('heading', { level: 1 }).waitFor();
  assertQuiet(visited);
  await page.evaluate(
    `document.body.insertAdjacentHTML('beforeend', '<p style="color:red">x</p>')`,
  );
  await page.waitForTimeout(50);
  assert.match(visited.faults.join('\n'), /refused by policy: style-src/);
});

test('a page that the browser kept is loaded anew when one comes back to it', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page } = visited;
  await page.getByRole('heading', { level: 1 }).waitFor();
  const shown = (persisted: boolean) =>
    `void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: ${persisted} }))`;
  let loads = 0;
  page.on('load', () => loads++);
  await page.evaluate(shown(false));
  await page.waitForTimeout(500);
  assert.equal(loads, 0);
  // Why told and not done: a browser that is led by a test keeps no pages.
  await Promise.all([page.waitForEvent('load'), page.evaluate(shown(true))]);
  await page.getByRole('heading', { level: 1 }).waitFor();
});

test('the frame has nothing that axe-core finds', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/i/no.such_id' });
  await assertAccessible(visited.page);
});

test('an address where nothing is says so, beside the ways to what there is', async () => {
  await using visited = await visit(browser, { person: 'analyst' });
  const { page } = visited;
  const answer = await page.goto('/nope');
  assert.equal(answer?.status(), 404);
  await page.getByRole('heading', { level: 1, name: 'There is no page here' }).waitFor();
  await assertAccessible(page);
  await shoot(page, 'lost-desktop-light');
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Map' }).click();
  await page.waitForURL(/\/map/);
  assertQuiet(visited, [/404/]);
});

test('the page of parts is no page of the served app', async () => {
  await using visited = await visit(browser, { person: 'platform' });
  const { page } = visited;
  const answer = await page.goto('/dev/parts');
  assert.equal(answer?.status(), 404);
  await page.getByRole('heading', { level: 1, name: 'There is no page here' }).waitFor();
  assert.equal(await page.locator('[data-part]').count(), 0);
  assertQuiet(visited, [/404/]);
});

test('the palette and the list of keys are dialogs with a name, with nothing that axe-core finds', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/agreements' });
  const { page } = visited;
  for (const [key, name] of [
    ['Control+k', 'Search or jump to'],
    ['?', 'The keys'],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog', { name }).getByRole('option').first().waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  assertQuiet(visited);
});

test('single keys are switched off in the list of keys, and on again', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/market' });
  const { page } = visited;
  const choose = async (isOn: boolean) => {
    await page.locator('h1').first().click({ force: true });
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Search or jump to' }).fill('Show the keys');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Single keys' }).setChecked(isOn);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('body').click({ position: { x: 2, y: 2 }, force: true });
  };
  await choose(false);
  await page.reload({ waitUntil: 'networkidle' });
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('?');
  assert.equal(await page.getByRole('dialog').count(), 0, 'single keys rest after a reload, too');
  await choose(true);
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  assertQuiet(visited);
});

test('the way to a product leads by the market and its domain, and names it', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/p/point_of_sale.transactions/quality',
  });
  const { page } = visited;
  const way = page.getByRole('navigation', { name: 'Where this is' });
  const title = await page.locator('h1').innerText();
  assert.notEqual(title, 'point_of_sale.transactions');
  assert.deepEqual(await way.getByRole('listitem').allInnerTexts(), [
    'Market',
    'Point of sale',
    title,
    'Quality',
  ]);
  await way.getByRole('link', { name: 'Point of sale' }).click();
  await page.waitForURL(/\/d\/point_of_sale$/);
  assertQuiet(visited);
});

test('the purpose is in sight for whoever looks after products and has no agreement', async () => {
  await using visited = await visit(browser, {
    person: 'loyalty_team',
    path: '/p/loyalty.households',
  });
  const { page } = visited;
  await page.getByRole('button', { name: /^Purpose/ }).click();
  await page.getByRole('menuitemradio', { name: 'Campaign analysis' }).click();
  await page.waitForURL(/purpose=campaign_analysis/);
  assertQuiet(visited);
});
