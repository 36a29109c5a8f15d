/**
 * Nothing moves while a page loads: what comes late has its room before it comes.
 *
 * Each answer of the mesh is held back for a moment, so that what would move does so here as it does on a slow line. What is
 * measured is what the browser itself counts as moved (layout-shift entries, without those after a press).
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, launch, type Person, type Size, visit } from './browser.ts';
import { type AppPage, pagesOfApp } from './pages.ts';

/** What a page may move by; what is aimed at is 0.02. */
const BOUND = 0.05;
const HELD_BACK_MS = { least: 40, most: 400 };

let browser: Browser;
let pages: AppPage[] = [];
before(async () => {
  browser = await launch();
  pages = await pagesOfApp();
});
after(() => browser.close());

interface Shift {
  value: number;
  moved: string[];
}

/** Why text: it runs in the page before the app does. */
const WATCH = `
  window.shifts = [];
  const nameOf = (node) => {
    const own = node?.nodeType === 1 ? node : node?.parentElement;
    return own === null || own === undefined ? '?' : own.tagName.toLowerCase() + '.' + String(own.className).slice(0, 50);
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const moved = entry.sources.map(({ node, previousRect, currentRect }) =>
        nameOf(node) + ' from ' + Math.round(previousRect.y) + '+' + Math.round(previousRect.height) +
        ' to ' + Math.round(currentRect.y) + '+' + Math.round(currentRect.height));
      window.shifts.push({ value: entry.value, moved });
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

async function shiftsOf(page: Page, path: string): Promise<Shift[]> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.waitForTimeout(400);
  return (await page.evaluate('window.shifts')) as Shift[];
}

async function walkAll(size: Size): Promise<void> {
  const told: string[] = [];
  const over: string[] = [];
  for (const person of new Set(pages.map((one) => one.person))) {
    await using visited = await openSlow(person, size);
    for (const { path } of pages.filter((one) => one.person === person)) {
      const shifts = await shiftsOf(visited.page, path);
      const sum = shifts.reduce((all, { value }) => all + value, 0);
      told.push(`${sum.toFixed(3)} ${path}`);
      if (sum > BOUND) over.push(`${sum.toFixed(3)} ${path}`, ...shifts.map(toldOf));
    }
  }
  process.stderr.write(`${size}\n${told.join('\n')}\n`);
  assert.equal(over.join('\n'), '');
}

const toldOf = ({ value, moved }: Shift): string => `  ${value.toFixed(4)} ${moved.join('; ')}`;

async function openSlow(person: Person | null, size: Size) {
  const visited = await visit(browser, { person, size });
  await visited.page.addInitScript(WATCH);
  await visited.context.route('**/api/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, heldBack(route.request().url())));
    await route.continue().catch(() => undefined);
  });
  return visited;
}

/** Each question has its own time, the same in each run: answers come one by one, in another order than they were asked. */
function heldBack(url: string): number {
  const { least, most } = HELD_BACK_MS;
  const path = new URL(url).pathname.replace(/[a-z]{3}_[0-9A-Z]{26}/g, '');
  const sum = [...path].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 1009, 7);
  return least + (sum % (most - least));
}

test('no page moves on a desktop', () => walkAll('desktop'));
test('no page moves on a phone', () => walkAll('phone'));

/** What a page on which much comes late may move by: the whole of it has its place beforehand. */
const STILL = 0.01;

test('a batch stands still while its causes and rows come, decided or not; so does a next version', async () => {
  const product = 'point_of_sale.transactions';
  const [open, decided] = await batchesOf(product);
  await ask('producer', '/api/v1/quarantine/discards', {
    where: { product, batch: decided },
    because: 'cannot be mended',
  });
  const paths = [
    `/make/${product}/batches/${open}`,
    `/make/${product}/batches/${decided}`,
    `/make/${product}/version`,
  ];
  for (const size of ['desktop', 'phone'] as const) {
    await using visited = await openSlow('producer', size);
    for (const path of paths) {
      const shifts = await shiftsOf(visited.page, path);
      const sum = shifts.reduce((all, { value }) => all + value, 0);
      assert.ok(sum <= STILL, `${size} ${path}: ${sum}\n${shifts.map(toldOf).join('\n')}`);
    }
  }
});

/** Batches of a product that have refused rows. */
async function batchesOf(product: string): Promise<string[]> {
  const answer = await ask('producer', `/api/v1/batches?product=${product}`);
  const { items } = (await answer.json()) as {
    items: { batch: string; records: { quarantined: number } }[];
  };
  const found = items.filter(({ records }) => records.quarantined > 0);
  assert.ok(found.length > 1, 'two batches have refused rows');
  return found.map(({ batch }) => batch);
}

test('the sign-in page does not move', async () => {
  for (const size of ['desktop', 'phone'] as const) {
    await using visited = await openSlow(null, size);
    const shifts = await shiftsOf(visited.page, '/');
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    assert.ok(sum <= BOUND, shifts.map(toldOf).join('\n'));
  }
});
