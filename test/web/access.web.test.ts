/**
 * Asking for access and deciding on it, by the people of the example: what is shown before is what is seen after.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  ask,
  assertAccessible,
  assertQuiet,
  launch,
  pressSeen,
  shoot,
  visit,
  walk,
} from './browser.ts';

const PRODUCT = 'loyalty.redemptions';
const PURPOSE = 'campaign_analysis';

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const see = (page: Page, text: string | RegExp): Promise<unknown> =>
  page.getByText(text).first().waitFor({ timeout: 30_000 });

interface Explained {
  seen: unknown;
  change: { seen: unknown } | null;
}

async function explain(): Promise<Explained> {
  const answer = await ask(
    'brand_manager',
    `/api/v1/access/explain?subject=brand_manager&product=${PRODUCT}&purpose=${PURPOSE}`,
  );
  return (await answer.json()) as Explained;
}

async function request(why: string, until?: string): Promise<string> {
  const answer = await ask('brand_manager', '/api/v1/agreements', {
    product: PRODUCT,
    purpose: PURPOSE,
    why,
    ...(until === undefined ? {} : { until }),
  });
  return ((await answer.json()) as { agreement: string }).agreement;
}

/** Takes an agreement out of the way, however it stands. */
async function end(agreement: string): Promise<void> {
  await revoke(agreement);
  await ask('loyalty_team', `/api/v1/agreements/${agreement}/deny`, {});
}

async function revoke(agreement: string): Promise<void> {
  await ask('brand_manager', `/api/v1/agreements/${agreement}/revoke`, {});
}

test('the request page fits every size and scheme, and closed purposes say why', async () => {
  await walk(browser, {
    name: 'request',
    person: 'brand_manager',
    path: `/p/loyalty.households/request?purpose=${PURPOSE}`,
    until: async (page) => {
      await see(page, 'This is what you would see');
      await see(page, 'The contract does not allow this purpose.');
    },
  });
});

test('who asks sees beforehand what is seen once it is granted; the owner decides with the same in sight', async (t) => {
  const before = await explain();
  assert.equal(before.seen, null);
  await using asking = await visit(browser, {
    person: 'brand_manager',
    path: `/p/${PRODUCT}/request?purpose=${PURPOSE}`,
  });
  await see(asking.page, 'This is what you would see');
  const promised = await asking.page.locator('#preview ul').first().innerText();
  await asking.page.getByLabel('Why, in a sentence').fill('Did the spring coupons reach anybody');
  await asking.page.getByRole('button', { name: 'Send request' }).click();
  await see(asking.page, 'Your request waits for a decision');
  const agreement = asking.page.url().match(/agr_\w+/)?.[0] ?? '';
  t.after(() => revoke(agreement));

  await using deciding = await visit(browser, { person: 'loyalty_team', path: '/review' });
  await see(deciding.page, /Bruno Brand asks for/);
  await assertAccessible(deciding.page);
  await shoot(deciding.page, 'review-desktop-light');
  await deciding.page.getByRole('link', { name: 'Decide' }).first().click();
  await see(deciding.page, 'This is what Bruno Brand would see');
  await assertAccessible(deciding.page);
  await shoot(deciding.page, 'decision-desktop-light');
  await deciding.page.getByRole('button', { name: 'Let Bruno Brand in' }).focus();
  await deciding.page.keyboard.press('Enter');
  await see(deciding.page, /Bruno Brand may read/);
  // The button is gone with what it did.
  await deciding.page.locator('h2#decision:focus').waitFor();

  await asking.page.reload({ waitUntil: 'networkidle' });
  await see(asking.page, 'This is what you see');
  const list = asking.page.locator('section, div').filter({ hasText: 'This is what you see' });
  assert.equal(await list.last().locator('ul').first().innerText(), promised);
  assert.deepEqual((await explain()).seen, before.change?.seen);
  assertQuiet(asking);
  assertQuiet(deciding);
});

test('a decision on what has changed meanwhile is not taken, and what was written is kept', async (t) => {
  const agreement = await request('To be changed meanwhile');
  t.after(() => end(agreement));
  await using visited = await visit(browser, {
    person: 'loyalty_team',
    path: `/agreements/${agreement}`,
  });
  const { page } = visited;
  await see(page, 'Your decision');
  await page.getByLabel('Say what you decided and why').fill('Fits the purpose');
  await ask('loyalty_team', `/api/v1/agreements/${agreement}/counter`, {
    columns: ['campaign_id'],
    because: 'by a colleague',
  });
  await page.getByRole('button', { name: 'Let Bruno Brand in' }).click();
  await see(page, 'It changed while you looked at it.');
  assert.equal(
    await page.getByLabel('Say what you decided and why').inputValue(),
    'Fits the purpose',
  );
  await page.getByRole('button', { name: 'See how it stands now' }).click();
  await see(page, 'Bruno Brand has your offer');
  assert.equal(
    await page.getByLabel('Say what you decided and why').inputValue(),
    'Fits the purpose',
  );
  const now = (await (await ask('loyalty_team', `/api/v1/agreements/${agreement}`)).json()) as {
    state: string;
  };
  assert.equal(now.state, 'countered');
  assertQuiet(visited, [/412/]);
});

/** Both sides see what was asked for beside what is offered. */
async function seeAskedAndOffered(page: Page): Promise<void> {
  const pair = page.getByRole('region', { name: 'What was asked, and what came of it' });
  const [asked, offered] = await pair
    .getByRole('row', { name: /^Columns/ })
    .getByRole('cell')
    .allInnerTexts();
  assert.equal(asked, 'all that the policy shows');
  assert.match(offered ?? '', /campaign_id/);
  assert.doesNotMatch(offered ?? '', /household_id/);
}

test('an offer of less is made in the page and accepted as it is', async (t) => {
  const agreement = await request('To be countered');
  t.after(() => end(agreement));
  await using owner = await visit(browser, {
    person: 'loyalty_team',
    path: `/agreements/${agreement}`,
  });
  await see(owner.page, 'Your decision');
  await owner.page.getByRole('button', { name: 'Offer less' }).click();
  const offered = owner.page.getByRole('group', { name: 'Columns that you offer' });
  await offered.getByLabel('household_id').uncheck();
  await pressSeen(owner.page.getByRole('button', { name: 'Send the offer' }));
  await see(owner.page, 'Bruno Brand has your offer');
  await seeAskedAndOffered(owner.page);

  await using other = await visit(browser, {
    person: 'brand_manager',
    path: `/agreements/${agreement}`,
  });
  await see(other.page, 'Other terms are offered to you');
  await seeAskedAndOffered(other.page);
  await assertAccessible(other.page);
  await other.page.getByRole('button', { name: 'Accept these terms' }).click();
  await see(other.page, /You may read/);
  const now = (await (await ask('brand_manager', `/api/v1/agreements/${agreement}`)).json()) as {
    columns: string[];
  };
  assert.ok(now.columns.length > 0 && !now.columns.includes('household_id'), now.columns.join());
  assertQuiet(owner);
  assertQuiet(other);

  const back = other.page.getByRole('button', { name: 'Give the access back' });
  await pressSeen(back);
  await see(other.page, 'Press “Give the access back” once more to do it.');
  const still = (await (await ask('brand_manager', `/api/v1/agreements/${agreement}`)).json()) as {
    state: string;
  };
  assert.equal(still.state, 'active', 'one press ends nothing');
  await pressSeen(back);
  await see(other.page, 'The agreement was withdrawn');
});

test('asker and owner speak under their names, and each reads the other', async (t) => {
  const agreement = await request('To be talked about');
  t.after(() => end(agreement));
  const path = `/agreements/${agreement}`;
  const say = async (page: Page, text: string) => {
    await page.getByLabel('Say something to the other side').fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await see(page, text);
  };
  await using asker = await visit(browser, { person: 'brand_manager', path });
  await say(asker.page, 'Is a month of it enough for you?');
  await using owner = await visit(browser, { person: 'loyalty_team', path });
  await say(owner.page, 'A month is enough, and no household.');
  await asker.page.reload({ waitUntil: 'networkidle' });
  await see(asker.page, 'A month is enough, and no household.');
  for (const { page } of [asker, owner]) {
    const said = await page.getByRole('region', { name: 'Talk' }).getByRole('listitem').all();
    const lines = await Promise.all(said.map((item) => item.innerText()));
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^Bruno Brand\b.*Is a month of it enough/s);
    assert.match(lines[1] ?? '', /^Liam Loyalty\b.*A month is enough, and no household/s);
    await assertAccessible(page);
  }
  assertQuiet(asker);
  assertQuiet(owner);
});

test('what ends is renewed: asked for on its page, decided by the owner, in force all the while', async (t) => {
  const first = await request('For a month', 'P30D');
  t.after(() => end(first));
  await ask('loyalty_team', `/api/v1/agreements/${first}/approve`, {});
  await using holder = await visit(browser, {
    person: 'brand_manager',
    path: `/p/${PRODUCT}/request?purpose=${PURPOSE}`,
  });
  await holder.page.getByRole('link', { name: 'See or renew your agreement' }).click();
  const renewal = holder.page.getByRole('region', { name: 'For longer' });
  await renewal.getByLabel('Until when instead').fill('2099-12-31');
  await renewal.getByLabel('Why, in a sentence').fill('The campaign goes on');
  await assertAccessible(holder.page);
  await shoot(holder.page, 'renewal-desktop-light');
  await renewal.getByRole('button', { name: 'Ask for longer' }).click();
  await renewal.getByText(/You asked for it until/).waitFor();
  await see(holder.page, /You may read/);
  const later = /agr_\w+/.exec((await renewal.getByRole('link').getAttribute('href')) ?? '')?.[0];
  assert.ok(later !== undefined && later !== first);
  t.after(() => end(later));

  await using owner = await visit(browser, {
    person: 'loyalty_team',
    path: `/agreements/${later}`,
  });
  await see(owner.page, /Bruno Brand has this access until .* and asks for longer/);
  await owner.page.getByRole('button', { name: 'Let Bruno Brand in' }).click();
  await see(owner.page, /Bruno Brand may read/);
  for (const agreement of [first, later]) {
    const now = await ask('brand_manager', `/api/v1/agreements/${agreement}`);
    assert.equal(((await now.json()) as { state: string }).state, 'active');
  }
  await holder.page.reload({ waitUntil: 'networkidle' });
  await renewal.getByText(/It is renewed until/).waitFor();
  assertQuiet(holder);
  assertQuiet(owner);
});

test('agreements are listed by who looks at them, and nothing of others is', async () => {
  await using visited = await visit(browser, { person: 'analyst', path: '/agreements' });
  await see(visited.page, /in force/);
  const rows = await visited.page.locator('tbody tr').count();
  const answer = (await (
    await ask('analyst', '/api/v1/agreements?subject=analyst&limit=200')
  ).json()) as {
    items: unknown[];
  };
  assert.equal(rows, answer.items.length);
  await assertAccessible(visited.page);
  assertQuiet(visited);
});
