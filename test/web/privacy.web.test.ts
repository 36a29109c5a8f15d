/**
 * The privacy officer's day in a browser: who can see a column, who looked at it, what is taken back, and an answer to a person.
 *
 * What the pages say is compared with what the mesh answers beside them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { ask, assertAccessible, assertQuiet, launch, shoot, visit } from './browser.ts';

const SALES = 'point_of_sale.transactions';
const COLUMN = 'household_id';
const REDEMPTIONS = 'loyalty.redemptions';
const PURPOSE = 'campaign_analysis';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function query(person: Parameters<typeof ask>[0], sql: string, purpose: string) {
  const answer = await ask(person, '/api/v1/queries', { sql, purpose });
  return { status: answer.status, text: await answer.text() };
}

test('who can see a column, how, and who looked at it', async () => {
  const looked = await query('vendor', `select ${COLUMN} from ${SALES} limit 1`, 'assortment');
  assert.equal(looked.status, 200, looked.text);
  await using visited = await visit(browser, {
    person: 'privacy_officer',
    path: `/policies/${SALES}?view=who&column=${COLUMN}`,
  });
  const { page } = visited;
  const readers = page.getByRole('table').last();
  await readers.getByText('vendor').first().waitFor({ timeout: 30_000 });
  const answer = await ask(
    'privacy_officer',
    `/api/v1/access/who?product=${SALES}&column=${COLUMN}`,
  );
  const { items } = (await answer.json()) as { items: { subject: string }[] };
  const text = await readers.innerText();
  for (const { subject } of items) assert.ok(text.includes(subject), `${subject} in ${text}`);
  assert.match(text, /stand-in/, 'what the vendor gets instead of a household');
  await shoot(page, 'privacy-who');
  await assertAccessible(page);
  await page.getByRole('link', { name: /looked/i }).click();
  await page.waitForURL(/\/audit\?column=/);
  await page
    .getByText(new RegExp(`let at ${SALES}\\.${COLUMN}`))
    .first()
    .waitFor();
  const entries = await page.getByRole('table').first().innerText();
  assert.match(entries, /vendor/);
  await shoot(page, 'privacy-looked');
  await assertAccessible(page);
  assertQuiet(visited);
});

test('access is taken back from the page of the agreement, and is gone at once', async (t) => {
  const asked = await ask('brand_manager', '/api/v1/agreements', {
    product: REDEMPTIONS,
    purpose: PURPOSE,
  });
  const { agreement } = (await asked.json()) as { agreement: string };
  t.after(() => ask('brand_manager', `/api/v1/agreements/${agreement}/revoke`, {}));
  await ask('loyalty_team', `/api/v1/agreements/${agreement}/approve`, {});
  const sql = `select count(*) from ${REDEMPTIONS}`;
  assert.equal((await query('brand_manager', sql, PURPOSE)).status, 200);
  await using reader = await visit(browser, {
    person: 'brand_manager',
    path: `/p/${REDEMPTIONS}/columns?purpose=${PURPOSE}`,
  });
  await reader.page.getByText(/^For .*: .* as they are/).waitFor({ timeout: 30_000 });
  await using visited = await visit(browser, {
    person: 'privacy_officer',
    path: `/agreements/${agreement}`,
  });
  const { page } = visited;
  const revoke = page.getByRole('button', { name: /Withdraw|Revoke|Take/ }).first();
  await revoke.waitFor({ timeout: 30_000 });
  await page.getByRole('textbox', { name: /why|reason/i }).fill('A complaint of a household');
  await shoot(page, 'privacy-revoke');
  await assertAccessible(page);
  await revoke.click();
  // What cannot be undone is pressed twice, and not by a double click.
  await page.waitForTimeout(700);
  await page
    .getByRole('button', { name: /once more|Withdraw|Revoke|Take/ })
    .first()
    .click();
  await page.getByText('withdrawn').first().waitFor();
  assert.equal((await query('brand_manager', sql, PURPOSE)).status, 403);
  // A page that was open all the while asks again each half minute.
  await reader.page.getByText('No profile yet: you have no agreement').waitFor({ timeout: 45_000 });
  assert.equal(await reader.page.getByText(/^For .*: /).count(), 0);
  assertQuiet(visited);
});

test('an answer to a person is asked for its own purpose, in the workbench', async () => {
  const sql = 'select household_id, age, income from loyalty.households order by 1 limit 3';
  const told = await query('privacy_officer', sql, 'privacy_request');
  assert.equal(told.status, 200, told.text);
  const [row] = (JSON.parse(told.text) as { rows: unknown[][] }).rows;
  await using visited = await visit(browser, {
    person: 'privacy_officer',
    path: `/workbench?purpose=privacy_request&sql=${encodeURIComponent(sql)}`,
  });
  const { page } = visited;
  await page.getByRole('button', { name: /^Run/ }).click();
  const grid = page.getByRole('grid').first();
  await grid.getByText(String(row?.[0])).first().waitFor({ timeout: 30_000 });
  assert.ok((await grid.innerText()).includes(String(row?.[1])));
  await shoot(page, 'privacy-answer');
  assertQuiet(visited);
});
