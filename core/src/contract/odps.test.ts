/**
 * ODPS documents: the examples of the standard, and what is wrong with others.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readProduct } from './odps.ts';

const ODPS = new URL('../../../spec/odps/', import.meta.url).pathname;

const PRODUCT = `apiVersion: v1.0.0
kind: DataProduct
id: p1
status: active
domain: point_of_sale
outputPorts:
  - {name: sales, version: 1.0.0, contractId: c1}
  - {name: sales, version: 2.0.0, contractId: c1}
`;

test('every example of the standard reads, byte for byte', () => {
  const files = globSync(`${ODPS}docs/examples/*.yaml`);
  assert.equal(files.length, 2);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const { value, diagnostics } = readProduct(text, { file });
    assert.deepEqual(diagnostics, [], file);
    assert.equal(value?.document.toText(), text);
    assert.ok((value?.product.outputPorts.length ?? 0) > 0);
  }
});

test('a product has its ports', () => {
  const product = readProduct(PRODUCT).value?.product;
  assert.deepEqual(
    product?.outputPorts.map((p) => [p.name, p.version, p.contractId]),
    [
      ['sales', '1.0.0', 'c1'],
      ['sales', '2.0.0', 'c1'],
    ],
  );
  assert.deepEqual(
    [product?.domain, product?.status, product?.team],
    ['point_of_sale', 'active', null],
  );
});

test('what is wrong is said with place and remedy', () => {
  const bad = (text: string): string[] => {
    const { value, diagnostics } = readProduct(text);
    assert.equal(value, null);
    return diagnostics.map((d) => `${d.code} ${d.path}`);
  };
  assert.deepEqual(bad(PRODUCT.replace('2.0.0', '1.0.0')), ['ODCS_DUPLICATE $.outputPorts[1]']);
  assert.deepEqual(bad(PRODUCT.replace('status: active\n', '')), ['ODCS_MISSING $']);
  assert.deepEqual(bad(PRODUCT.replace('v1.0.0', 'v7.0.0')), ['ODCS_VERSION $.apiVersion']);
  assert.deepEqual(bad(PRODUCT.replace('DataProduct', 'DataContract')), ['ODCS_KIND $.kind']);
  assert.deepEqual(bad(PRODUCT.replace('domain:', 'domian:')), ['ODCS_UNKNOWN_KEY $.domian']);
});
