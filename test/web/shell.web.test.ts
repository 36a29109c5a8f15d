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

test('the frame has nothing that axe-core finds', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/i/no.such_id' });
  await assertAccessible(visited.page);
});

test('the palette and the list of keys are dialogs with a name, with nothing that axe-core finds', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/i/no.such_id' });
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
});
