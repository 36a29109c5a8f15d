/**
 * Takes the pictures of the README from a real mesh: `npm run test:web -- test/web/readme-pictures.ts`.
 *
 * Not part of the suite: the pictures are kept in `docs/images`, and are taken anew when the pages change.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launch, type Person, type Scheme, visit } from './browser.ts';

interface Picture {
  name: string;
  person: Person;
  path: string;
  scheme: Scheme;
  until(page: Page): Promise<unknown>;
}

const STATEMENT = `SELECT p.department, t.week, sum(t.sales_value) AS sales
FROM point_of_sale.transactions AS t
JOIN product_master.products AS p USING (product_id)
WHERE p.department IN ('GROCERY', 'DRUG GM', 'PRODUCE', 'MEAT')
GROUP BY ALL ORDER BY week, department`;

const PICTURES: readonly Picture[] = [
  {
    name: 'market',
    person: 'analyst',
    path: '/market?q=household',
    scheme: 'light',
    until: (page) => page.getByRole('link', { name: 'Loyalty households' }).waitFor(),
  },
  {
    name: 'product',
    person: 'analyst',
    path: '/p/point_of_sale.transactions?purpose=category_planning',
    scheme: 'dark',
    until: (page) => page.getByText('Distinct').first().waitFor(),
  },
  {
    name: 'workbench',
    person: 'analyst',
    path: '/workbench?purpose=category_planning&view=both&chart=line&x=week&y=sales&by=department',
    scheme: 'light',
    until: async (page) => {
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(STATEMENT);
      await page.keyboard.press('Control+Enter');
      await page.getByRole('grid').waitFor();
      await page.locator('canvas').first().waitFor();
    },
  },
];

/** Long enough that profiles and charts stand still. */
const SETTLED_MS = 4_000;

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
await mkdir(folder, { recursive: true });
const browser = await launch();
for (const { name, person, path, scheme, until } of PICTURES) {
  await using visited = await visit(browser, { person, path, scheme });
  await until(visited.page);
  await visited.page.waitForTimeout(SETTLED_MS);
  await visited.page.screenshot({ path: `${folder}${name}.png` });
}
await browser.close();
