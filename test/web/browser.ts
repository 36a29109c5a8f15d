/**
 * A browser for stories about the web app: pages signed in as one of the example's people, with what went wrong on them.
 *
 * Not a test. Everything a page logs as an error, throws, or was refused by its content policy is kept in `faults`, so that
 * a story can end with `assertQuiet`. Pictures go to WEFT_SHOTS, or to `.weft/web-shots`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOTS = process.env['WEFT_SHOTS'] ?? join(ROOT, '.weft', 'web-shots');

/** All of the example. */
export const PEOPLE = [
  'analyst',
  'brand_manager',
  'loyalty_team',
  'master_data_team',
  'platform',
  'privacy_officer',
  'producer',
  'promotion_team',
  'steward',
  'vendor',
] as const;

export type Person = (typeof PEOPLE)[number];

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;

export type Size = keyof typeof SIZES;
export type Scheme = 'light' | 'dark';

export interface VisitOptions {
  /** Null stays signed out. */
  person: Person | null;
  path?: string;
  size?: Size;
  scheme?: Scheme;
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors of the console, thrown errors and what the content policy refused, as they came. */
  faults: string[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Address of the mesh under test, without a slash at its end. */
export function meshUrl(): string {
  const url = process.env['WEFT_WEB_URL'];
  assert.ok(url, 'Run this by `npm run test:web`: WEFT_WEB_URL names the mesh.');
  return url.replace(/\/$/, '');
}

/** A credential of one of the example's people, for requests beside the browser. */
export function tokenOf(person: Person): string {
  const path = process.env['WEFT_CONTEXT'];
  assert.ok(path, 'WEFT_CONTEXT names the context file of the mesh.');
  const context = JSON.parse(readFileSync(path, 'utf8')) as {
    token: string;
    subjects: Record<string, string>;
  };
  return context.subjects[person] ?? context.token;
}

/** Asks the API beside the browser, in the name of a person. */
export async function ask(
  person: Person,
  path: string,
  body?: unknown,
  method = 'POST',
): Promise<Response> {
  const post = body === undefined ? {} : { method, body: JSON.stringify(body) };
  return fetch(meshUrl() + path, {
    ...post,
    headers: {
      authorization: `Bearer ${tokenOf(person)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
}

const SEEN_MS = 450;

/** Presses what came in the place of something that was pressed, as a hand does that has seen it: a double click is sooner. */
export async function pressSeen(button: Locator): Promise<void> {
  await button.waitFor();
  await button.page().waitForTimeout(SEEN_MS);
  await button.click();
}

/** Opens a page of the app, signed in as the person by the session of the app itself. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { person, path, size = 'desktop', scheme = 'light' } = options;
  const url = meshUrl();
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZES[size],
    colorScheme: scheme,
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...(size === 'phone' ? { hasTouch: true, isMobile: true } : {}),
  });
  if (person !== null) await signIn(context, person);
  const page = await context.newPage();
  const faults = await collectFaults(page);
  if (path !== undefined) await page.goto(path, { waitUntil: 'networkidle' });
  const close = () => context.close();
  return { page, context, faults, close, [Symbol.asyncDispose]: close };
}

async function signIn(context: BrowserContext, person: Person): Promise<void> {
  const origin = meshUrl();
  const answer = await context.request.post(`${origin}/auth/session`, {
    data: { token: tokenOf(person) },
    headers: { origin },
  });
  assert.equal(answer.status(), 204, `sign-in of ${person}: ${await answer.text()}`);
}

async function collectFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error')
      faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  await page.exposeFunction('weftRefused', (what: string) =>
    faults.push(`refused by policy: ${what}`),
  );
  await page.addInitScript(`
    document.addEventListener('securitypolicyviolation', (event) =>
      weftRefused(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));
  `);
  return faults;
}

/** Fails with everything that went wrong on the page; `expected` are faults that the story provokes. */
export function assertQuiet(visited: Visit, expected: readonly RegExp[] = []): void {
  const left = visited.faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
  assert.equal(left.join('\n'), '');
}

interface AxeResult {
  violations: {
    id: string;
    help: string;
    nodes: { target: unknown[]; failureSummary: string }[];
  }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails when axe-core finds anything on the page as it stands. */
export async function assertAccessible(page: Page): Promise<void> {
  // Why evaluated: the content policy refuses a script element, and it should.
  await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: RULES } });
  const result = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResult;
  const told = result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.target.join(' ')}\n  ${node.failureSummary}`).join('\n')}`,
  );
  assert.equal(told.join('\n'), '');
}

/** Of a page what is in sight, of a part all of it. */
export async function shoot(page: Page | Locator, name: string): Promise<string> {
  await mkdir(SHOTS, { recursive: true });
  const path = join(SHOTS, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Walks a page through all sizes and both schemes: a picture, no fault, nothing that axe-core finds. */
export async function walk(
  browser: Browser,
  story: { name: string; person: Person; path: string; until?: (page: Page) => Promise<unknown> },
): Promise<void> {
  for (const size of Object.keys(SIZES) as Size[]) {
    for (const scheme of ['light', 'dark'] as const) {
      await using visited = await visit(browser, {
        person: story.person,
        size,
        scheme,
        path: story.path,
      });
      await story.until?.(visited.page);
      await shoot(visited.page, `${story.name}-${size}-${scheme}`);
      await assertAccessible(visited.page);
      assertQuiet(visited);
    }
  }
}
