/**
 * Takes a picture of a page of a running app: for looking at, at any width, in both schemes.
 *
 *   node bin/weft-node.js test/web/shoot.ts --url http://127.0.0.1:4173 --path /market --out market.png
 *     [--width 1440] [--height 900] [--scheme dark] [--full] [--wait 800] [--click SELECTOR]… [--key KEY]… [--type TEXT]
 *
 * Not a test. Prints what the page's console said and what its content policy refused.
 */
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8787' },
    path: { type: 'string', default: '/' },
    out: { type: 'string', default: 'page.png' },
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    scheme: { type: 'string', default: 'light' },
    full: { type: 'boolean', default: false },
    wait: { type: 'string', default: '800' },
    click: { type: 'string', multiple: true, default: [] },
    key: { type: 'string', multiple: true, default: [] },
    type: { type: 'string' },
  },
});

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--force-color-profile=srgb'],
});
const page = await browser.newPage({
  viewport: { width: Number(values.width), height: Number(values.height) },
  colorScheme: values.scheme === 'dark' ? 'dark' : 'light',
  timezoneId: 'Europe/Berlin',
  locale: 'en-GB',
});
page.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) process.stderr.write(`${message.text()}\n`);
});
page.on('pageerror', (error) => process.stderr.write(`${error.stack ?? error.message}\n`));
await page.goto(values.url + values.path, { waitUntil: 'networkidle' });
for (const selector of values.click) await page.click(selector);
if (values.type !== undefined) await page.keyboard.type(values.type);
for (const key of values.key) await page.keyboard.press(key);
await page.waitForTimeout(Number(values.wait));
await page.screenshot({ path: values.out, fullPage: values.full });
await browser.close();
