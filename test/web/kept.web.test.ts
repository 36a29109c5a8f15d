/**
 * What is kept when something goes wrong: what one wrote when the session ends, what one saw when the mesh does not answer,
 * what one chose when the mesh refuses it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  assertAccessible,
  assertQuiet,
  launch,
  meshUrl,
  shoot,
  tokenOf,
  visit,
} from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('a session that ends is asked for above the page, and nothing that was written is lost', async () => {
  await using visited = await visit(browser, {
    person: 'brand_manager',
    path: '/p/loyalty.households/request?purpose=campaign_analysis',
  });
  const { page, context } = visited;
  const why = page.getByLabel('Why, in a sentence');
  await why.fill('Did the spring coupons reach anybody');
  await context.request.post(`${meshUrl()}/auth/logout`, { headers: { origin: meshUrl() } });
  await page.getByRole('button', { name: 'Send request' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your session ended' });
  await dialog.waitFor();
  await assertAccessible(page);
  await shoot(page, 'session-ended-desktop-light');
  assert.equal(await why.inputValue(), 'Did the spring coupons reach anybody');
  await dialog.getByLabel('Token or API key').fill(tokenOf('brand_manager'));
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await why.inputValue(), 'Did the spring coupons reach anybody');
  assertQuiet(visited, [/401/]);
});

const HELD = /As of .*The node is away since/;

/** Pages with numbers, as somebody sees them who may see much. */
const PAGES = [
  '/',
  '/market',
  '/d/loyalty',
  '/p/point_of_sale.transactions',
  '/p/point_of_sale.transactions/quality',
  '/p/point_of_sale.transactions/consumers',
  '/agreements?whose=asked',
  '/map',
  '/make',
];

test('when the mesh goes away, what is in sight stays, and one line says how old it is', async () => {
  await using visited = await visit(browser, { person: 'producer' });
  const { page } = visited;
  for (const path of PAGES) {
    await using line = await lineToMesh();
    await page.goto(line.url + path, { waitUntil: 'networkidle' });
    await page
      .locator('main')
      .getByText(/\d/)
      .first()
      .waitFor({ timeout: 30_000 })
      .catch((cause: unknown) => assert.fail(`${path} shows no number at all: ${String(cause)}`));
    const before = await numbersOf(page);
    assert.ok(before.length > 0, `${path} shows no number at all`);
    assert.equal(await page.getByText(HELD).count(), 0, `${path} is fresh`);
    await line.cut();
    await page.evaluate("dispatchEvent(new Event('visibilitychange'))");
    await page.getByText(HELD).waitFor({ timeout: 60_000 });
    assert.deepEqual(await numbersOf(page, before.length), before, `${path} lost what it held`);
    await assertAccessible(page);
    if (path === '/market') await shoot(page, 'stale-market-desktop-light');
  }
});

/** Numbers of the page itself, without those of the line that says how old they are. */
async function numbersOf(page: Page, count?: number): Promise<string[]> {
  const whole = (await page.locator('main').innerText()).replace(/^.*As of[\s\S]*?Try again/, '');
  // Why without ages: they go on by themselves, whether the mesh is there or not.
  const text = whole.replace(/\d+\s(?:sec|min|hr|h|days?|d)\b/g, '');
  const numbers = text.match(/\d[\d,.]*/g) ?? [];
  return count === undefined ? numbers : numbers.slice(0, count);
}

interface Line extends AsyncDisposable {
  url: string;
  /** From now on nothing answers at its address. */
  cut(): Promise<void>;
}

/** A line to the mesh that can be cut, so that other stories keep theirs: for the browser the server is gone. */
async function lineToMesh(): Promise<Line> {
  const { hostname, port } = new URL(meshUrl());
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    for (const end of [socket, onward]) {
      open.add(end);
      end.on('error', () => end.destroy()).on('close', () => open.delete(end));
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, hostname);
  await once(server, 'listening');
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of open) socket.destroy();
  };
  const url = `http://${hostname}:${(server.address() as AddressInfo).port}`;
  return { url, cut, [Symbol.asyncDispose]: cut };
}

test('a follow that the mesh refuses is taken back, and said', async () => {
  await using visited = await visit(browser, {
    person: 'brand_manager',
    path: '/p/loyalty.households',
  });
  const { page, context } = visited;
  const refuse = JSON.stringify({
    title: 'Too many requests',
    detail: 'You asked too often.',
    code: 'TOO_MANY_REQUESTS',
  });
  await context.route(/\/api\/v1\/saved/, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 429, contentType: 'application/problem+json', body: refuse })
      : route.continue(),
  );
  const follow = page.getByRole('button', { name: 'Follow', exact: true });
  await follow.click();
  await page.getByText('You asked too often.').waitFor();
  assert.equal(await follow.getAttribute('aria-pressed'), 'false');
  assertQuiet(visited, [/429/]);
});
