/** Copies of published contracts: whole files under the product's folder, and no path that a name could forge. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { createContractArchive } from './contract-archive.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-archive-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const archive = createContractArchive(directory);
const media = 'application/yaml';

it('keeps the published bytes and the bundle', async () => {
  const contract = { product: 'sales.orders', version: '1.0.0', media };
  await archive.keep(contract, 'kind: DataContract # ü\r\n', { contractId: 'x' });
  const folder = join(directory, 'sales', 'orders');
  assert.deepEqual(readdirSync(folder).sort(), ['1.0.0.bundle.json', '1.0.0.odcs.yaml']);
  const source = readFileSync(join(folder, '1.0.0.odcs.yaml'), 'utf8');
  assert.equal(source, 'kind: DataContract # ü\r\n');
  const bundle = JSON.parse(readFileSync(join(folder, '1.0.0.bundle.json'), 'utf8'));
  assert.deepEqual(bundle, { contractId: 'x' });
});

it('never leaves its directory', async () => {
  for (const [product, version] of [
    ['../x', '1.0.0'],
    ['sales.orders', '../../1.0.0'],
    ['sales./etc', '1.0.0'],
  ] as const) {
    await assert.rejects(archive.keep({ product, version, media }, '', {}));
  }
  assert.deepEqual(readdirSync(directory), ['sales']);
});
