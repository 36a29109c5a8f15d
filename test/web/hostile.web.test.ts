/**
 * Texts of contracts are written by others and shown to everybody: whatever they hold, they stay text.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { ask, assertQuiet, launch, meshUrl, tokenOf, visit } from './browser.ts';
import { assertOnlyText, CORPUS } from './only-text.ts';

let browser: Browser;
let published: string[] = [];
before(async () => {
  browser = await launch();
  await ask('platform', '/api/v1/domains', {
    name: 'hostile',
    title: CORPUS[0],
    description: CORPUS[1],
    owners: ['producer'],
    stewards: ['steward'],
  });
  published = await Promise.all(CORPUS.map((text, at) => publish(text, at)));
});
after(() => browser.close());

/** Publishes a contract all of whose free texts are the given one; returns the product. */
async function publish(text: string, at: number): Promise<string> {
  const name = `product_${at}`;
  const path = new URL(
    '../../examples/cpg/contracts/product_master.products.odcs.yaml',
    import.meta.url,
  );
  const contract = poison(parse(readFileSync(path, 'utf8')), text) as Record<string, unknown>;
  const document = stringify({
    ...contract,
    id: `hostile.${name}`,
    domain: 'hostile',
    dataProduct: name,
  });
  const answer = await fetch(`${meshUrl()}/api/v1/contracts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf('producer')}`, 'content-type': 'application/yaml' },
    body: document,
  });
  assert.ok(answer.ok, `${text}: ${await answer.text()}`);
  return `hostile.${name}`;
}

const FREE = new Set(['description', 'businessName', 'purpose', 'limitations', 'usage', 'name']);

/** Every free text of a document replaced; names of columns and objects stay what they must be. */
function poison(value: unknown, text: string, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => poison(item, text, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const isFree = FREE.has(key) && typeof inner === 'string' && (key !== 'name' || depth === 0);
    return [key, isFree ? text : poison(inner, text, depth + 1)];
  });
  return Object.fromEntries(entries);
}

test('in the market, on the product, in the request and on the map they stay text', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/market?where=domain%20%3D%20hostile',
  });
  const { page } = visited;
  await page.locator('main ul > li h2').first().waitFor();
  await assertOnlyText(page, 'market');
  const shown = await page.locator('main').innerText();
  assert.match(shown, /onerror=/, 'the text itself is shown');
  for (const product of published) {
    for (const tab of ['', '/columns', '/versions', '/request']) {
      await page.goto(`/p/${product}${tab}`, { waitUntil: 'networkidle' });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await assertOnlyText(page, `${product}${tab}`);
    }
  }
  for (const path of ['/d/hostile', '/map']) {
    await page.goto(path, { waitUntil: 'networkidle' });
    await assertOnlyText(page, path);
  }
  assertQuiet(visited);
});
