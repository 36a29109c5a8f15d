/**
 * No page is wider than its screen: what is wide scrolls in a box of its own, which the keyboard reaches and which has a name.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ask, launch, visit } from './browser.ts';
import { type AppPage, pagesOfApp } from './pages.ts';

let browser: Browser;
let pages: AppPage[] = [];
let asked = '';
before(async () => {
  browser = await launch();
  // Why a request: its page has the widest table, with columns that are hidden.
  const body = { product: 'loyalty.households', purpose: 'campaign_analysis', why: 'Who buys' };
  const answer = await ask('brand_manager', '/api/v1/agreements', body);
  assert.ok(answer.ok, await answer.clone().text());
  ({ agreement: asked } = (await answer.json()) as { agreement: string });
  const request = { route: '/agreements/$agreement', path: `/agreements/${asked}` };
  pages = [...(await pagesOfApp()), { ...request, person: 'loyalty_team' }];
});
after(async () => {
  await ask('loyalty_team', `/api/v1/agreements/${asked}/deny`, {});
  await browser.close();
});

test('every address of the router is looked at', () => {
  const source = readFileSync(new URL('../../web/src/app/router.tsx', import.meta.url), 'utf8');
  const routes = [...source.matchAll(/getParentRoute: \(\) => (\w+),\s+path: '([^']+)'/g)].map(
    ([, parent, path = '']) => (parent === 'product' ? `/p/$product${path}` : path),
  );
  assert.ok(routes.length > 30);
  const known = new Set(pages.map(({ route }) => route));
  const left = routes
    .map((route) => (route === '/p/$product/' ? '/p/$product' : route))
    .filter((route) => !known.has(route));
  assert.deepEqual(left, []);
});

interface Wide {
  width: number;
  parts: string[];
}

/** How wide the page is, and which parts reach beyond the screen without a box that scrolls around them. */
const MEASURE = `(() => {
  const screen = SCREEN;
  const isCut = (node) => {
    for (let box = node.parentElement; box !== null && box !== document.documentElement; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== 'visible') return true;
    return false;
  };
  const parts = [...document.querySelectorAll('body *')]
    .filter((node) => node.getBoundingClientRect().right > screen + 0.5 && !isCut(node))
    .map((node) => node.tagName.toLowerCase() + '.' + node.getAttribute('class') + ' to ' + Math.round(node.getBoundingClientRect().right));
  return { width: document.documentElement.scrollWidth, parts: parts.slice(0, 6) };
})()`;

/** Where the text of the page begins: on a phone it is 16 px from the edge, whatever the page. */
const GUTTER = `Math.min(...[...document.querySelectorAll('main h1, main h1 ~ p, main header > svg')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().width > 2)
  .map((node) => node.getBoundingClientRect().left))`;
const GUTTER_PHONE = 16;
const PHONE = 390;

/** Boxes that scroll sideways now and that the keyboard does not reach. */
const UNREACHED = `[...document.querySelectorAll('main *')]
  .filter((node) => ['auto', 'scroll'].includes(getComputedStyle(node).overflowX) && node.scrollWidth > node.clientWidth + 1)
  .filter((node) => node.tabIndex < 0 && node.querySelector('a, button, input, [tabindex="0"]') === null)
  .map((node) => node.tagName.toLowerCase() + '.' + node.getAttribute('class'))`;

async function faultsOf(page: Page, path: string, width: number): Promise<string[]> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.waitForTimeout(150);
  const wide = (await page.evaluate(MEASURE.replace('SCREEN', String(width)))) as Wide;
  const unreached = (await page.evaluate(UNREACHED)) as string[];
  const gutter = width === PHONE ? ((await page.evaluate(GUTTER)) as number) : GUTTER_PHONE;
  return [
    ...(gutter === GUTTER_PHONE || !Number.isFinite(gutter) ? [] : [`${path} begins at ${gutter}`]),
    ...(wide.width > width ? [`${path} is ${wide.width} wide: ${wide.parts.join('; ')}`] : []),
    ...unreached.map((node) => `${path}: no key reaches ${node}`),
  ];
}

async function walkAll(width: number, height: number): Promise<void> {
  const faults: string[] = [];
  for (const person of new Set(pages.map((one) => one.person))) {
    await using visited = await visit(browser, { person });
    await visited.page.setViewportSize({ width, height });
    for (const { path } of pages.filter((one) => one.person === person)) {
      faults.push(...(await faultsOf(visited.page, path, width)));
    }
  }
  assert.equal(faults.join('\n'), '');
}

/** WCAG 2.2, 1.4.10: what fits 1280 px at 400 %. */
const NARROWEST = 320;

test('no page is wider than the narrowest screen', () => walkAll(NARROWEST, 568));
test('no page is wider than a phone', () => walkAll(PHONE, 844));
test('no page is wider than a small tablet', () => walkAll(768, 1024));
