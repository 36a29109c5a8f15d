/**
 * The page of parts, as it is in development: every part in each of its states at every size, in both schemes, with its picture.
 *
 * It stands on Vite's own server and asks no mesh, so it can show what no example has. The content policy is not proved here: in
 * development styles are written into the page.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import {
  assertAccessible,
  assertQuiet,
  launch,
  pressSeen,
  type Scheme,
  SIZES,
  type Size,
  shoot,
  type Visit,
  visit,
} from './browser.ts';

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const COMPONENTS = new URL('../../web/src/components/', import.meta.url);
const GROUPS = ['look', 'trust', 'access', 'contract', 'forms', 'data', 'room', 'states'];

let browser: Browser;
let server: ViteDevServer;
let address = '';
before(async () => {
  server = await createServer({
    root: WEB,
    configFile: `${WEB}vite.config.ts`,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await server.listen();
  const bound = server.httpServer?.address();
  assert.ok(typeof bound === 'object' && bound !== null);
  address = `http://127.0.0.1:${bound.port}/dev/parts`;
  browser = await launch();
  // Why once before: what Vite finds late, such as the code of a worker, it makes ready and loads the page anew.
  await using first = await open('desktop', 'light');
  await first.page.waitForTimeout(1_000);
});
after(async () => {
  await browser.close();
  await server.close();
});

/** The page with all that comes late: the diff, the editors, the charts, the graph. */
async function open(size: Size, scheme: Scheme): Promise<Visit> {
  const visited = await visit(browser, { person: null, size, scheme });
  const { page } = visited;
  await page.goto(address);
  await page.getByRole('heading', { level: 1, name: 'Parts, with sample data' }).waitFor();
  await page.locator('.cm-merge-b .cm-changedLine').first().waitFor();
  await page.locator('[data-part=Editor] .cm-editor').nth(1).waitFor();
  await page.locator('[data-part=Chart] canvas').nth(1).waitFor();
  await page.locator('[data-part=RuleHistory] canvas').nth(1).waitFor();
  await page.locator('.react-flow__node').nth(4).waitFor();
  return visited;
}

/** What reaches beyond the window, without a box that scrolls around it. */
const WIDE = `(() => {
  const isCut = (node) => {
    for (let box = node.parentElement; box !== null && box !== document.documentElement; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== 'visible') return true;
    return false;
  };
  return [...document.querySelectorAll('body *')]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 && !isCut(node))
    .map((node) => node.tagName.toLowerCase() + ' of ' + (node.closest('[data-part]')?.id ?? 'the page'));
})()`;

for (const size of Object.keys(SIZES) as Size[]) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`every part at ${size}, ${scheme}: nothing that axe-core finds, no fault, none wider than the window`, async () => {
      await using visited = await open(size, scheme);
      const { page } = visited;
      assert.deepEqual(await page.evaluate(WIDE), []);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, SIZES[size].width);
      await assertAccessible(page);
      for (const group of GROUPS)
        await shoot(page.locator(`[data-group=${group}]`), `parts-${group}-${size}-${scheme}`);
      assertQuiet(visited);
    });
  }
}

const namesOf = async (page: Page): Promise<string[]> =>
  page.locator('[data-part]').evaluateAll((parts) => parts.map(({ id }) => id));

/** Not drawn by themselves, or only with a mesh behind them: each with the part or the story that shows it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  WeaveTable: 'Weave, as a table',
  LateKeysDialog: 'KeysDialog',
  OperationTray: 'WorkLine; the tray itself in kept.web.test.ts',
  ScrollArea: 'TextPair, ContractChanges and others that scroll',
  Stale: 'StaleLine',
  late: 'Editor and Chart, which come late',
};

test('each part that can be seen has its place on the page, its name in the contents, and its picture', async () => {
  await using visited = await open('desktop', 'light');
  const { page } = visited;
  const names = await namesOf(page);
  const files = readdirSync(COMPONENTS)
    .filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'))
    .map((file) => file.replace('.tsx', ''));
  assert.ok(files.length > 40);
  const shown = new Set([...names, ...Object.keys(ELSEWHERE)]);
  assert.deepEqual(
    files.filter((file) => !shown.has(file)),
    [],
  );
  const contents = await page
    .getByRole('navigation', { name: 'Parts' })
    .getByRole('link')
    .allTextContents();
  assert.deepEqual(contents, names);
  for (const name of names) await shoot(page.locator(`#${name}`), `part-${name}`);
  assertQuiet(visited);
});

test('what has a twin shows it, and what opens above the page has nothing that axe-core finds', async () => {
  await using visited = await open('desktop', 'light');
  const { page } = visited;
  const twins = page.getByRole('button', { name: 'Show as table' });
  for (let left = await twins.count(); left > 0; left--) await twins.first().click();
  await assertAccessible(page);
  await shoot(page.locator('#IntervalChart'), 'part-IntervalChart-table');
  for (const name of ['Open the dialog', 'Open the field to copy from', 'Open the keys']) {
    await pressSeen(page.getByRole('button', { name }));
    await page.getByRole('dialog').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  assertQuiet(visited);
});

test('a slot is chosen by keyboard, and the sentence says so', async () => {
  await using visited = await open('phone', 'light');
  const { page } = visited;
  const slot = page.getByRole('combobox', { name: 'Grouped by' });
  await slot.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('by region, in all of 2017?').waitFor();
  assertQuiet(visited);
});
