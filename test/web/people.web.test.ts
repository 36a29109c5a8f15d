/**
 * People and domains in a browser: the platform team makes a domain and somebody who produces for it, gives and takes roles,
 * and lets him in by a link; he is who he was made, until he is disabled.
 *
 * What the pages do is compared with what the mesh says beside them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  ask,
  assertAccessible,
  assertQuiet,
  launch,
  meshUrl,
  shoot,
  type Visit,
  visit,
  walk,
} from './browser.ts';

const MARK = Date.now().toString(36);
const DOMAIN = `logistics_${MARK}`;
const PERSON = `lena_${MARK}`;

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

interface User {
  id: string;
  name: string;
  roles: string[];
  domains: string[];
  attributes: Record<string, unknown>;
  state: string;
}

async function user(): Promise<User> {
  const answer = await ask('platform', `/api/v1/users/${PERSON}`);
  assert.equal(answer.status, 200);
  return (await answer.json()) as User;
}

async function makeDomain(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New domain' }).click();
  await page.getByLabel('Name', { exact: true }).fill(DOMAIN);
  await page.getByLabel('Title').fill('Logistics');
  await page.getByRole('combobox', { name: 'Stewards' }).fill('steward');
  await page.getByRole('combobox', { name: 'Stewards' }).press('Enter');
  await shoot(page, 'people-new-domain');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Make the domain' }).click();
  await page.getByRole('heading', { level: 1, name: 'Logistics' }).waitFor();
}

async function makeProducer(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New producer' }).click();
  const producer = page.getByRole('checkbox', { name: 'Producer' });
  await producer.waitFor();
  assert.ok(await producer.isChecked(), 'who comes from a domain makes a producer for it');
  await page.getByLabel('Id', { exact: true }).fill(PERSON);
  await page.getByLabel('Name', { exact: true }).fill('Lena Lager');
  await page.getByRole('button', { name: 'Add an attribute' }).click();
  await page.getByLabel('Name of the attribute').fill('region');
  await page.getByRole('combobox', { name: 'Values of region' }).fill('EU');
  await page.getByRole('combobox', { name: 'Values of region' }).press('Enter');
  await shoot(page, 'people-new-producer');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Make this subject' }).click();
  await page.getByRole('heading', { level: 1, name: 'Lena Lager' }).waitFor();
}

async function makeLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make a sign-in link' }).click();
  const made = page.getByRole('region', { name: 'The new sign-in link' });
  const link = (await made.locator('code').textContent()) ?? '';
  await shoot(page, 'people-link');
  await assertAccessible(page);
  await made.getByRole('button', { name: 'I have it' }).click();
  assert.ok(!(await page.content()).includes(link.slice(-20)), 'it is shown once');
  const kept = await page.evaluate(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])',
  );
  assert.ok(!String(kept).includes(link.slice(-20)), 'and kept nowhere');
  return link;
}

async function enterBy(link: string): Promise<Visit> {
  const visited = await visit(browser, { person: null });
  await visited.page.goto(link, { waitUntil: 'networkidle' });
  await visited.page.getByRole('button', { name: /Lena Lager/ }).waitFor();
  return visited;
}

test('a domain, a producer for it, his roles, his way in, and his end', async () => {
  await using visited = await visit(browser, { person: 'platform', path: '/domains' });
  const { page } = visited;
  await makeDomain(page);
  await makeProducer(page);
  assert.deepEqual(
    { ...(await user()), since: null, updatedAt: null },
    {
      id: PERSON,
      name: 'Lena Lager',
      kind: 'user',
      roles: ['producer'],
      domains: [DOMAIN],
      attributes: { region: ['EU'] },
      state: 'active',
      disabledBy: null,
      disabledAt: null,
      since: null,
      updatedAt: null,
    },
  );

  await page.getByRole('checkbox', { name: 'Consumer' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Tokens that were made before are refused from now on').waitFor();
  assert.deepEqual((await user()).roles, ['producer', 'consumer']);

  const link = await makeLink(page);
  assert.ok(link.startsWith(`${meshUrl()}/#code=`), link);
  await using entered = await enterBy(link);
  await entered.page.goto('/make/new', { waitUntil: 'networkidle' });
  const domains = entered.page.getByLabel('Domain');
  assert.equal(await domains.inputValue(), DOMAIN, 'he may make products for it');
  await shoot(entered.page, 'people-producer-makes');
  assert.equal(await entered.page.getByRole('link', { name: 'People', exact: true }).count(), 0);
  await using late = await visit(browser, { person: null });
  await late.page.goto(link, { waitUntil: 'networkidle' });
  await late.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  assert.equal((await user()).state, 'active', 'asked, not yet done');
  await page.getByRole('button', { name: 'Disable now' }).click();
  await page.getByRole('button', { name: 'Enable again' }).waitFor();
  assert.equal((await user()).state, 'disabled');
  await entered.page.reload({ waitUntil: 'networkidle' });
  await entered.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Enable again' }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).waitFor();
  assertQuiet(visited);
});

test('two who change one person: the slower one is told, and sees what is there', async () => {
  await using visited = await visit(browser, { person: 'platform', path: `/people/${PERSON}` });
  const { page } = visited;
  await page.getByRole('checkbox', { name: 'Privacy officer' }).check();
  await ask('platform', `/api/v1/users/${PERSON}`, { attributes: { region: 'FR' } }, 'PATCH');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByText(/was changed meanwhile/)
    .first()
    .waitFor();
  assert.deepEqual((await user()).roles, ['producer', 'consumer']);
  await shoot(page, 'people-overtaken');
  await page.getByRole('button', { name: 'Show what is there now' }).click();
  await page.getByText('FR', { exact: true }).waitFor();
  assert.ok(!(await page.getByRole('checkbox', { name: 'Privacy officer' }).isChecked()));
  assertQuiet(visited, [/412/]);
});

test('owners are changed at the domain, and found while one types', async () => {
  await using visited = await visit(browser, { person: 'platform', path: `/domains/${DOMAIN}` });
  const { page } = visited;
  await page.getByRole('combobox', { name: 'Owners' }).fill(`${PERSON}x`);
  await page.getByRole('combobox', { name: 'Owners' }).press('Enter');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`there is no subject "${PERSON}x"`).waitFor();
  await page.getByRole('button', { name: `Take ${PERSON}x away` }).click();
  await page.getByRole('combobox', { name: 'Owners' }).fill(PERSON);
  await page.getByRole('combobox', { name: 'Owners' }).press('Enter');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It acts at once.').waitFor();
  const domain = await ask('platform', `/api/v1/domains/${DOMAIN}`);
  const { owners, stewards, title } = (await domain.json()) as Record<string, unknown>;
  assert.deepEqual([owners, stewards, title], [[PERSON], ['steward'], 'Logistics']);

  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('heading', { name: 'People and services' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('LENA LAG');
  await page.waitForURL(/\/people\?q=LENA/);
  await page.getByText('1 subject', { exact: true }).waitFor();
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('link', { name: 'Lena Lager' }).click();
  await page.getByRole('heading', { level: 1, name: 'Lena Lager' }).waitFor();
  assertQuiet(visited, [/400/]);
});

test('who may not is told the rule', async () => {
  for (const [path, rule] of [
    ['/people', 'People are looked after by the platform team'],
    ['/people/platform', 'People are looked after by the platform team'],
    ['/people/-/new', 'People are looked after by the platform team'],
    ['/domains/-/new', 'Domains are made by the platform team'],
    ['/domains/loyalty', 'You do not keep Loyalty'],
  ] as const) {
    await using visited = await visit(browser, { person: 'analyst', path });
    await visited.page.getByText(rule).waitFor();
    await assertAccessible(visited.page);
    assertQuiet(visited);
  }
  await using own = await visit(browser, { person: 'analyst', path: '/people' });
  await own.page.getByRole('link', { name: 'What you are yourself' }).click();
  await own.page.getByText('The platform team changes this.').waitFor();
  assert.equal(await own.page.getByRole('button', { name: 'Save' }).count(), 0);
  await shoot(own.page, 'people-own');
  await assertAccessible(own.page);
  await using looks = await visit(browser, { person: 'privacy_officer', path: '/people/analyst' });
  await looks.page.getByText('The platform team changes this.').waitFor();
  assert.equal(await looks.page.getByRole('button', { name: 'Disable' }).count(), 0);
  assertQuiet(looks);
});

test('the platform person is led from a page that he may not use to people', async () => {
  await using visited = await visit(browser, { person: 'platform', path: '/make/new' });
  await visited.page.getByRole('link', { name: 'People and their roles' }).click();
  await visited.page.getByRole('heading', { name: 'People and services' }).waitFor();
  assertQuiet(visited);
});

test('a mark is seen on its ground, in light and in the dark', async () => {
  for (const scheme of ['light', 'dark'] as const) {
    await using visited = await visit(browser, {
      person: 'platform',
      path: '/people/-/new',
      scheme,
    });
    const { page } = visited;
    await page.getByRole('radio', { name: 'A person', checked: true }).waitFor();
    for (const kind of ['checkbox', 'radio']) {
      const box = `document.querySelector('input[type=${kind}]:checked')`;
      const [under = '', over = ''] = (await page.evaluate(
        `[getComputedStyle(${box}).backgroundColor, getComputedStyle(${box}.nextElementSibling).color]`,
      )) as string[];
      const apart = Math.abs(lightness(under) - lightness(over));
      assert.ok(apart > 120, `${kind}, ${scheme}: ${over} on ${under}`);
    }
  }
});

/** Of a colour as the browser writes it, from 0 to 255. */
function lightness(colour: string): number {
  const parts = (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}

test('every page at every size, in both schemes', async () => {
  const stories = [
    ['people', '/people'],
    ['people-person', `/people/${PERSON}`],
    ['people-new', '/people/-/new'],
    ['domains', '/domains'],
    ['domains-change', `/domains/${DOMAIN}`],
    ['domains-domain', `/d/${DOMAIN}`],
  ] as const;
  const until = (page: Page) => page.getByRole('heading', { level: 1 }).waitFor();
  for (const [name, path] of stories) {
    await walk(browser, { name, person: 'platform', path, until });
  }
});
