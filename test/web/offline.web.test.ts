/**
 * Without the server: what is shown came from it, so nothing of it is left.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Pages that show data by themselves; see-as and the audit log wait for a question. */
const PAGES = [
  '/',
  '/market',
  '/d/loyalty',
  '/p/point_of_sale.transactions',
  '/p/point_of_sale.transactions/columns',
  '/p/point_of_sale.transactions/quality',
  '/p/point_of_sale.transactions/batches',
  '/p/point_of_sale.transactions/lineage',
  '/p/point_of_sale.transactions/versions',
  '/p/point_of_sale.transactions/consumers',
  '/p/point_of_sale.transactions/connect',
  '/p/point_of_sale.transactions/request',
  '/market/compare?p=point_of_sale.transactions,loyalty.households',
  '/workbench',
  '/saved',
  '/agreements',
  '/agreements/agr_01KABCDEFGHJKMNPQRSTVWXYZ0',
  '/review',
  '/map',
  '/make',
  '/make/point_of_sale.transactions/quarantine',
  '/make/point_of_sale.transactions/batches/bat_01KABCDEFGHJKMNPQRSTVWXYZ0',
  '/make/point_of_sale.transactions/upload',
  '/policies',
  '/policies/point_of_sale.transactions',
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
    // Why without choices: how far back to look is a wish of the reader, and no answer.
    const text = (await page.locator('main').innerText()).replaceAll(/the last \d+ days/g, '');
    const numbers = text.match(/\d[\d,.]*/g) ?? [];
    assert.deepEqual(numbers, [], `${path} shows ${numbers.join(' ')}`);
  }
});
