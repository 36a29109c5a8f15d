/**
 * Whoever leaves a page on which he began something finds it again: by the rail and back, and after the page was loaded anew.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, launch, pressSeen, shoot, visit } from './browser.ts';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const SAMPLE = 'store_id,audited_on,facings\n1,2026-11-01,4\n2,2026-11-02,7\n';

/** Elsewhere by the rail, back by the browser, then loaded anew; what shall be there is looked for each time. */
async function leaveAndReturn(page: Page, isThere: () => Promise<unknown>): Promise<void> {
  await page.getByRole('link', { name: 'Market' }).first().click();
  await page.waitForURL(/\/market/);
  await page.goBack();
  await isThere();
  await page.reload();
  await isThere();
}

/** The form beside its text has nothing that axe-core finds, once the mesh has tried it. */
async function assertTried(page: Page): Promise<void> {
  await page.getByText(/missing or wrong/).waitFor();
  await assertAccessible(page);
}

test('a drafted contract is kept until it is published or another sample is taken', async () => {
  await using visited = await visit(browser, { person: 'producer', path: '/make/new' });
  const { page } = visited;
  await page.locator('input[type=file]').setInputFiles({
    name: 'shelf_notes.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(SAMPLE),
  });
  await page.getByRole('button', { name: 'Draft the contract' }).click();
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.fill('Notes of the shelf');
  const heading = page.getByRole('heading', { level: 1, name: 'Notes of the shelf' });
  await heading.waitFor();
  await leaveAndReturn(page, () => heading.waitFor());
  await shoot(page, 'drafts-new');
  await assertTried(page);
  await page.getByRole('button', { name: 'Another sample' }).click();
  await pressSeen(page.getByRole('button', { name: 'Throw it away' }));
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await heading.count(), 0);
});

test('a limit is changed in the form, and what is wrong with it leads back to its field', async () => {
  for (const size of ['desktop', 'phone'] as const) {
    await using visited = await visit(browser, { person: 'producer', path: '/make/new', size });
    const { page } = visited;
    await page.locator('input[type=file]').setInputFiles({
      name: 'shelf_limits.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(SAMPLE),
    });
    await page.getByRole('button', { name: 'Draft the contract' }).click();
    await page.getByRole('button', { name: 'Limits of facings: change them' }).click();
    const most = page.getByRole('textbox', { name: 'At most of facings' });
    await most.fill('many');
    const lead = page.getByRole('button', { name: 'Go to At most of facings' });
    await lead.click();
    const [field, foot] = [await most.boundingBox(), await page.locator('footer').boundingBox()];
    assert.ok(await most.evaluate((field) => field === field.ownerDocument.activeElement));
    assert.equal(await most.getAttribute('aria-invalid'), 'true');
    assert.ok(field !== null && foot !== null && field.y > 0 && field.y + field.height <= foot.y);
    await shoot(page, `drafts-limits-${size}`);
    await assertAccessible(page);
    await most.fill('40');
    await lead.waitFor({ state: 'detached' });
    assert.equal(await most.getAttribute('aria-invalid'), null);
    if (size === 'desktop') await page.getByText('maximum: 40').waitFor();
  }
});

test('a next version is kept until its changes are left', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: '/make/point_of_sale.transactions/version',
  });
  const { page } = visited;
  const title = page.getByRole('textbox', { name: 'Title' });
  const before = await title.inputValue();
  await title.fill('Till receipts, renewed');
  const heading = page.getByRole('heading', { level: 1, name: 'Till receipts, renewed' });
  await leaveAndReturn(page, () => heading.waitFor());
  await shoot(page, 'drafts-version');
  await assertTried(page);
  await page.getByRole('button', { name: 'Leave my changes' }).click();
  await pressSeen(page.getByRole('button', { name: 'Throw it away' }));
  assert.equal(await title.inputValue(), before);
});

test('the change of a policy is kept until it is left', async () => {
  await using visited = await visit(browser, {
    person: 'producer',
    path: '/policies/point_of_sale.transactions?view=source',
  });
  const { page } = visited;
  const editor = page.getByRole('textbox', { name: /Cedar|source/i }).first();
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n// looked at again');
  await shoot(page, 'drafts-policy');
  const see = page.getByRole('button', { name: 'See what changes for whom' });
  await see.waitFor();
  await leaveAndReturn(page, async () => {
    await see.waitFor();
    await page.getByText('// looked at again').waitFor();
  });
});

test('signing out leaves nothing of it', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/p/loyalty.households/request',
  });
  const { page } = visited;
  const why = page.getByRole('textbox', { name: /^Why/ });
  await why.fill('To plan the spring');
  await leaveAndReturn(page, async () =>
    assert.equal(await why.inputValue(), 'To plan the spring'),
  );
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
  assert.deepEqual(
    await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('kept'))),
    [],
  );
});

test('signing out in another tab leaves nothing of it here, and shows nothing any more', async () => {
  await using visited = await visit(browser, {
    person: 'analyst',
    path: '/p/loyalty.households/request',
  });
  const { page } = visited;
  await page.getByRole('textbox', { name: /^Why/ }).fill('To plan the spring');
  const other = await page.context().newPage();
  await other.goto(new URL('/market', page.url()).href);
  await other.getByRole('button', { name: /^Account/ }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
  assert.equal(await page.getByRole('textbox', { name: /^Why/ }).count(), 0);
  assert.deepEqual(
    await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('kept'))),
    [],
  );
});
