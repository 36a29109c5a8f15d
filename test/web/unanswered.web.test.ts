/**
 * What becomes of an answer in the workbench where the next one does not come, and of a query whose page is loaded anew.
 *
 * Not what the answer is (`workbench.web.test.ts`).
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, assertAccessible, assertQuiet, launch, shoot, visit } from './browser.ts';

const PATH = '/workbench?purpose=category_planning';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function run(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL of the query' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  // Why deleted first: over a selection Chromium writes styles of its own into the markup, which the policy refuses.
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(sql);
  await page.keyboard.press('ControlOrMeta+Enter');
}

test('a query that ran while the page was loaded anew is ended where it runs, and that is said', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: PATH });
  const { page } = visited;
  await run(page, 'SELECT count(*) AS n FROM range(20000000000) t(i)');
  await page.getByRole('button', { name: /^Cancel/ }).waitFor();
  const states = async () => {
    const answer = await ask('analyst', '/api/v1/queries?limit=1');
    return ((await answer.json()) as { items: { state: string }[] }).items.map(
      ({ state }) => state,
    );
  };
  for (let tries = 0; tries < 50 && (await states())[0] !== 'running'; tries++) {
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await states(), ['running']);
  await page.reload();
  await page.getByText('The query did not go on').waitFor();
  for (let tries = 0; tries < 50 && (await states())[0] === 'running'; tries++) {
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await states(), ['cancelled']);
  await shoot(page, 'workbench-cut-off');
  await assertAccessible(page);
  assertQuiet(visited);
});

test('an answer stays where the next is not answered, and says by what it is sorted beside its text', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: PATH });
  const { page } = visited;
  await run(page, 'SELECT i AS place, -i AS way FROM range(3) t(i)');
  const head = page.getByRole('columnheader', { name: 'place' });
  await head.click();
  await page.getByText('sorted by place, largest first').waitFor();
  await page.getByRole('button', { name: 'As the text says' }).click();
  await page.getByText('sorted by place, largest first').waitFor({ state: 'detached' });
  const refused = { status: 429, headers: { 'retry-after': '60' }, body: 'Slow down' };
  await page.route('**/api/v1/queries', (route) =>
    route.request().method() === 'POST' ? route.fulfill(refused) : route.continue(),
  );
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.getByText('What is below is the answer before it.').waitFor();
  assert.equal(await page.getByRole('columnheader', { name: 'way' }).count(), 1);
  await shoot(page, 'workbench-unanswered');
  await assertAccessible(page);
  await page.unroute('**/api/v1/queries');
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByText('What is below is the answer before it.').waitFor({ state: 'detached' });
  assertQuiet(visited, [/429/]);
});
