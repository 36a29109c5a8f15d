/**
 * What one writes to others and into open forms is there again when one comes back: words of an agreement, a renewal, the form of a
 * rule, the repair of refused rows. It is gone once it is sent, and nobody else at the same screen is handed it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  ask,
  assertQuiet,
  launch,
  meshUrl,
  type Person,
  pressSeen,
  shoot,
  tokenOf,
  visit,
} from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const NEXT_YEAR = new Date().getUTCFullYear() + 1;

/** Elsewhere by the rail, back by the browser, then loaded anew; what shall be there is looked for each time. */
async function leaveAndReturn(page: Page, isThere: () => Promise<unknown>): Promise<void> {
  await page.getByRole('link', { name: 'Market' }).first().click();
  await page.waitForURL(/\/market/);
  await page.goBack();
  await isThere();
  await page.reload();
  await isThere();
}

/** Another person takes the screen, as after a session that ended: without a sign-out, which forgets everything. */
async function takeOver(context: BrowserContext, person: Person): Promise<void> {
  const answer = await context.request.post(`${meshUrl()}/auth/session`, {
    data: { token: tokenOf(person) },
    headers: { origin: meshUrl() },
  });
  assert.equal(answer.status(), 204);
}

async function request(until?: string): Promise<string> {
  const answer = await ask('brand_manager', '/api/v1/agreements', {
    product: 'loyalty.redemptions',
    purpose: 'campaign_analysis',
    why: 'Did the spring coupons reach anybody',
    ...(until === undefined ? {} : { until }),
  });
  return ((await answer.json()) as { agreement: string }).agreement;
}

test('what is said of an agreement is kept for who wrote it, and for nobody else, until it is sent', async (t) => {
  const agreement = await request();
  t.after(() => ask('brand_manager', `/api/v1/agreements/${agreement}/revoke`, {}));
  const path = `/agreements/${agreement}`;
  await using visited = await visit(browser, { person: 'loyalty_team', path });
  const { page, context } = visited;
  const say = page.getByRole('textbox', { name: 'Say something to the other side' });
  const why = page.getByRole('textbox', { name: 'Say what you decided and why' });
  const income = page.getByRole('checkbox').first();
  await say.fill('For how long?');
  await page.getByRole('button', { name: 'Offer less' }).click();
  await why.fill('Only what you need');
  await income.uncheck();
  await page.getByLabel('Until', { exact: true }).fill(`${NEXT_YEAR}-02-01`);
  const isThere = async () => {
    await income.waitFor();
    assert.equal(await say.inputValue(), 'For how long?');
    assert.equal(await why.inputValue(), 'Only what you need');
    assert.equal(await income.isChecked(), false);
    const until = page.getByLabel('Until', { exact: true });
    assert.equal(await until.inputValue(), `${NEXT_YEAR}-02-01`);
  };
  await leaveAndReturn(page, isThere);
  await shoot(page, 'drafts-decision');
  await takeOver(context, 'brand_manager');
  await page.goto(path, { waitUntil: 'networkidle' });
  assert.equal(await say.inputValue(), '');
  assert.equal(await page.getByRole('textbox', { name: /^Why/ }).inputValue(), '');
  assert.doesNotMatch(await page.locator('main').innerHTML(), /Only what you need|For how long/);
  await takeOver(context, 'loyalty_team');
  await page.goto(path, { waitUntil: 'networkidle' });
  await isThere();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('listitem').filter({ hasText: 'For how long?' }).waitFor();
  await pressSeen(page.getByRole('button', { name: 'Send the offer' }));
  await page.getByRole('button', { name: 'Change the offer' }).waitFor();
  await page.reload({ waitUntil: 'networkidle' });
  assert.equal(await say.inputValue(), '');
  assert.equal(await why.inputValue(), '');
  assertQuiet(visited);
});

test('a renewal is kept until it is asked for', async (t) => {
  const agreement = await request(`${NEXT_YEAR}-03-31T23:59:59Z`);
  t.after(() => ask('brand_manager', `/api/v1/agreements/${agreement}/revoke`, {}));
  await ask('loyalty_team', `/api/v1/agreements/${agreement}/approve`, {});
  await using visited = await visit(browser, {
    person: 'brand_manager',
    path: `/agreements/${agreement}`,
  });
  const { page } = visited;
  const until = page.getByLabel('Until when instead');
  const why = page.getByLabel('Why, in a sentence');
  await until.fill(`${NEXT_YEAR}-09-30`);
  await why.fill('The autumn, too');
  await leaveAndReturn(page, async () => {
    await until.waitFor();
    assert.equal(await until.inputValue(), `${NEXT_YEAR}-09-30`);
    assert.equal(await why.inputValue(), 'The autumn, too');
  });
  await page.getByRole('button', { name: 'Ask for longer' }).click();
  await until.waitFor({ state: 'detached' });
  assert.deepEqual(await keptPlaces(page), []);
  assertQuiet(visited);
});

/** What the tab keeps, by its place. */
const keptPlaces = (page: Page): Promise<string[]> =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('weft-kept:')));

test('the open form of a rule is kept until it is left', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: '/policies/point_of_sale.transactions',
  });
  const { page } = visited;
  const rules = page.getByRole('article');
  await rules.first().getByRole('button', { name: 'Change' }).click();
  const about = page.getByRole('textbox', { name: 'What it is for' });
  await about.fill('Looked at again');
  await leaveAndReturn(page, async () => {
    await about.waitFor();
    assert.equal(await about.inputValue(), 'Looked at again');
  });
  await shoot(page, 'drafts-rule');
  await page.getByRole('button', { name: 'Leave it as it was' }).click();
  await about.waitFor({ state: 'detached' });
  await page.reload({ waitUntil: 'networkidle' });
  await rules.first().waitFor();
  assert.equal(await about.count(), 0);
  assertQuiet(visited);
});

test('the repair of refused rows is kept until they are sent again', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: '/make/point_of_sale.transactions/quarantine',
  });
  const { page } = visited;
  const compute = page.getByRole('radio', { name: /Compute the value/ });
  await compute.check();
  const value = page.getByRole('textbox', { name: /:=$/ });
  await value.fill('coalesce(');
  await leaveAndReturn(page, async () => {
    await value.waitFor();
    assert.equal(await value.inputValue(), 'coalesce(');
  });
  await value.fill('1');
  await pressSeen(page.getByRole('button', { name: /^Send .*again$/ }));
  await value.waitFor({ state: 'detached' });
  assert.deepEqual(await keptPlaces(page), []);
});

test('a query that was run gives way to the product that one comes from, also after a reload', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/workbench?purpose=category_planning',
  });
  const { page } = visited;
  const editor = page.getByRole('textbox', { name: 'SQL of the query' });
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('SELECT 41 + 1 AS kept');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('gridcell', { name: '42' }).waitFor();
  await page.reload({ waitUntil: 'networkidle' });
  assert.match(await editor.innerText(), /41 \+ 1/);
  await page.goto('/workbench?from=point_of_sale.transactions&purpose=category_planning', {
    waitUntil: 'networkidle',
  });
  await page.getByText('FROM point_of_sale.transactions').waitFor();
  assert.doesNotMatch(await editor.innerText(), /41 \+ 1/);
  assertQuiet(visited);
});
