/**
 * API keys in a browser: made where they are needed, shown once, and refused from the moment they are revoked.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import {
  assertAccessible,
  assertQuiet,
  launch,
  meshUrl,
  pressSeen,
  shoot,
  visit,
} from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function whoIs(key: string): Promise<{ status: number; id: string | null }> {
  const answer = await fetch(`${meshUrl()}/api/v1/whoami`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { id = null } = (await answer.json()) as { id?: string };
  return { status: answer.status, id };
}

test('a key is made on the Connect tab, works, is shown once, and is refused once it is revoked', async () => {
  const name = `notebook ${Date.now()}`;
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/p/point_of_sale.transactions/connect',
  });
  const { page } = visited;
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your API keys' });
  await dialog.getByLabel('What it is for').fill(name);
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  await dialog.getByText('It is shown now and never again.').waitFor();
  const key = (await dialog.locator('code').textContent()) ?? '';
  assert.deepEqual(await whoIs(key), { status: 200, id: 'analyst' });
  await assertAccessible(page);
  await shoot(page, 'keys');

  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Make a key' }).click();
  const line = dialog.getByRole('listitem').filter({ hasText: name });
  await line.waitFor();
  assert.ok(!(await page.content()).includes(key.slice(-20)), 'its text is nowhere on the page');
  const kept = await page.evaluate(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])',
  );
  assert.ok(!String(kept).includes(key.slice(-20)), 'nor where the browser keeps things');

  await dialog.getByRole('button', { name: `Revoke ${name}` }).click();
  assert.equal((await whoIs(key)).status, 200, 'asked, not yet done');
  await pressSeen(dialog.getByRole('button', { name: `Revoke ${name} for good` }));
  await line.waitFor({ state: 'detached' });
  assert.equal((await whoIs(key)).status, 401);
  assertQuiet(visited);
});

test('the account leads to the keys, at a desk and on a phone', async () => {
  for (const size of ['desktop', 'phone'] as const) {
    await using visited = await visit(browser, { person: 'analyst', path: '/', size });
    const { page } = visited;
    const opener = size === 'phone' ? 'More' : /^Account/;
    await page.getByRole('button', { name: opener }).click();
    await page.getByRole('menuitem', { name: 'API keys' }).click();
    await page
      .getByRole('dialog', { name: 'Your API keys' })
      .getByLabel('What it is for')
      .waitFor();
    await shoot(page, `keys-${size}`);
    await assertAccessible(page);
    assertQuiet(visited);
  }
});
