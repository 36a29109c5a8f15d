/**
 * Sign-in in a real browser: Chromium at `/auth/login`, through the provider's own pages, back to the mesh and out again; and what
 * the page of another origin cannot do with the cookie meanwhile.
 *
 * Not the protocol's corners (`oidc.test.ts`, with a browser without a screen). Without a Chromium on this machine it is skipped, and says so.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startMesh, type TestMesh } from '../support/mesh.ts';
import { AUDIENCE, type OidcServer, SECRET, startOidc } from '../support/oidc.ts';

const PLACES = [
  process.env['WEFT_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = PLACES.find((path) => path !== '' && existsSync(path));
const skip =
  executablePath === undefined
    ? 'no Chromium here (Debian: chromium); WEFT_CHROMIUM names one elsewhere'
    : false;

const SESSION = /^(__Host-)?weft/;

describe('a sign-in in Chromium', { skip }, () => {
  let oidc: OidcServer;
  let mesh: TestMesh;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'weft-chromium-'));

  before(async () => {
    oidc = await startOidc();
    oidc.people.set('ada', { name: 'Ada', groups: ['sales'] });
    const file = join(folder, 'oidc.yaml');
    writeFileSync(
      file,
      `name: corp\nissuer: ${oidc.issuer}\naudience: ${AUDIENCE}\nresource: ${AUDIENCE}\nweb: {clientId: weft-web}\nroles: {sales: [producer]}\ndomains: {sales: [orders]}\n`,
    );
    const env = { WEFT_OIDC_CLIENT_SECRET: SECRET };
    mesh = await startMesh({ args: ['--oidc', file], env });
    await oidc.serve(mesh.url);
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    context = await browser.newContext();
    page = await context.newPage();
  });
  after(async () => {
    await browser.close();
    await mesh.stop();
    await oidc.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the page itself is told of who it is. */
  const whoami = () =>
    page.evaluate(async () => {
      const answer = await fetch('/api/v1/whoami');
      const { id, domains } = (await answer.json()) as { id?: string; domains?: string[] };
      return { status: answer.status, id, domains };
    });

  it('begins with nobody, and a link that leads to the provider', async () => {
    await page.goto(mesh.url);
    assert.equal((await whoami()).status, 401);
    await page.getByRole('link', { name: /company account/ }).click();
    await page.waitForURL(`${oidc.issuer}/**`);
    assert.ok(await page.locator('input[name="login"]').isVisible());
  });

  it('comes back signed in, to the page that it came from, without a secret in sight', async () => {
    const seen: string[] = [];
    page.on('request', (request) => seen.push(request.url()));
    await page.goto(`${mesh.url}/auth/login?next=${encodeURIComponent('/?tab=orders')}`);
    await page.locator('input[name="login"]').fill('ada');
    await page.locator('input[name="password"]').fill('any');
    await page.locator('button[type="submit"]').click();
    const consent = page.locator('input[name="prompt"][value="consent"]');
    await consent.waitFor({ state: 'attached' });
    await page.locator('button[type="submit"]').click();
    await page.waitForURL(`${mesh.url}/?tab=orders`);
    assert.deepEqual(await whoami(), { status: 200, id: 'corp:ada', domains: ['orders'] });
    const cookies = (await context.cookies(mesh.url)).filter(({ name }) => SESSION.test(name));
    const session = cookies.find(({ path }) => path === '/');
    assert.ok(session !== undefined, JSON.stringify(cookies));
    assert.equal(session.httpOnly, true);
    assert.equal(session.sameSite, 'Strict');
    assert.equal(await page.evaluate('document.cookie'), '', 'no script reads it');
    assert.ok(!seen.some((url) => url.includes(session.value)), 'nor is it in an address');
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    assert.ok(!kept.includes(session.value), kept);
  });

  it('is of no use to a page of another origin', async () => {
    const other = await context.newPage();
    await other.goto(`${oidc.issuer}/.well-known/openid-configuration`);
    const read = await other
      .evaluate(async (url) => {
        const answer = await fetch(`${url}/api/v1/whoami`, { credentials: 'include' });
        return answer.text();
      }, mesh.url)
      .then(
        (text) => text,
        (error: unknown) => String(error),
      );
    assert.match(read, /Failed to fetch/);
    const logout = `${mesh.url}/auth/logout`;
    // Why no form: another port is the same site to a browser, so the cookie goes along, and only the mesh can refuse.
    const answered = other.waitForResponse(logout);
    await other.evaluate(
      (url) =>
        fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => null),
      logout,
    );
    assert.equal((await answered).status(), 403);
    await other.close();
    assert.equal((await whoami()).id, 'corp:ada', 'nobody was signed out by it');
  });

  it('ends at the mesh and at the provider, and stays ended in every page', async () => {
    const second = await context.newPage();
    await second.goto(mesh.url);
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${oidc.issuer}/**`);
    await page.locator('button[name="logout"]').click();
    await page.waitForURL(`${mesh.url}/`);
    assert.equal((await whoami()).status, 401);
    const status = await second.evaluate(async () => (await fetch('/api/v1/whoami')).status);
    assert.equal(status, 401);
    await page.goto(`${mesh.url}/auth/login`);
    await page.locator('input[name="login"]').waitFor();
  });
});
