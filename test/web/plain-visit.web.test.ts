/**
 * A plain visit: whoever looks at the pages that his rail leads to, and at a product, causes no request that fails.
 *
 * Not about what he does there. Invariant: every one of the example's people is here, so that a page that asks for what only
 * some may ask, or for what a contract does not allow, is noticed.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertQuiet, launch, PEOPLE, type Visit, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Beside the places of the rail: what the market leads to, and addresses that say half of what they could. */
const BESIDE = [
  ...['', '/columns', '/consumers', '/request'].map((tab) => `/p/point_of_sale.transactions${tab}`),
  // Why without a purpose: so an address looks from which somebody took it away.
  '/p/point_of_sale.transactions?purpose=',
  '/workbench?purpose=',
];

for (const person of PEOPLE) {
  test(`no request fails while ${person} looks around`, async () => {
    await using visited = await visit(browser, { person, path: '/' });
    const { page } = visited;
    const failed = failuresOf(page);
    for (const path of [...(await placesOf(page)), ...BESIDE]) {
      await look(visited, path);
    }
    for (const purpose of await purposesOf(page)) {
      await look(visited, `/workbench?purpose=${purpose}`);
      await look(visited, `/p/loyalty.households?purpose=${purpose}`);
    }
    assert.deepEqual(failed, []);
    assertQuiet(visited);
  });
}

/** Answers that say no, each with the page that asked. */
function failuresOf(page: Page): string[] {
  const failed: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() >= 400) failed.push(`${answer.status()} ${answer.url()} on ${page.url()}`);
  });
  return failed;
}

async function look({ page }: Visit, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
}

async function placesOf(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Places' }).getByRole('link');
  await links.first().waitFor();
  const paths = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? '/'));
  assert.ok(paths.includes('/workbench'), 'the rail leads to the workbench');
  return [...new Set(paths)];
}

/** What the workbench offers to look at data for. */
async function purposesOf(page: Page): Promise<string[]> {
  await page.goto('/workbench', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: /^Purpose/ }).click();
  await page.getByRole('menu').waitFor();
  const names = await page.getByRole('menuitemradio').allInnerTexts();
  await page.keyboard.press('Escape');
  return names.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
}
