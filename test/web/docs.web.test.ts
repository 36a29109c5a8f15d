/**
 * Pages beside the app: the one that describes the API, under a policy that its own scripts pass, and addresses that no mesh knows.
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

test('the page of the API opens its operations, and its policy refuses nothing of it', async () => {
  await using visited = await visit(browser, { person: null, path: '/docs' });
  const { page } = visited;
  await page.getByRole('heading', { name: /Weft/ }).first().waitFor();
  const operations = page.locator('.opblock-tag-section');
  assert.ok((await operations.count()) > 10);
  await operations.first().locator('button').first().click();
  await operations.first().locator('.opblock-summary-control').first().click();
  await page.getByText('Responses').first().waitFor();
  await page.getByRole('button', { name: 'Try it out' }).first().click();
  await shoot(page, 'docs');
  assertQuiet(visited);
});

test('the page of errors has its style', async () => {
  await using visited = await visit(browser, { person: null, path: '/docs/errors#not_found' });
  const font = await visited.page.evaluate<string>(`getComputedStyle(document.body).maxWidth`);
  assert.equal(font, '704px');
  assertQuiet(visited);
});

test('an id that cannot be one has a page, also one that is no text', async () => {
  for (const [path, said] of [
    ['/i/%00', /What this id names|Nothing known by this id/],
    ['/i/%E0%A4%A', /./],
  ] as const) {
    await using visited = await visit(browser, { person: 'analyst', path });
    const { page } = visited;
    await page.getByRole('heading', { level: 1 }).filter({ hasText: said }).waitFor();
    await page.getByRole('navigation', { name: 'Places' }).waitFor();
    await assertAccessible(page);
    await shoot(page, `id-odd-${path.length}`);
    assertQuiet(visited, [/40[04]/]);
  }
});
