/**
 * TypeScript exports judged by the compiler: good rows compile, each wrong one is an error on its own line.
 *
 * Not ranges and patterns, which are no types.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildModel, buildObject } from '../fixtures/model-builder.ts';
import { buildShopModel, validOrderLine } from '../fixtures/shop-model.ts';
import { compileTypeScript, interfaceNames } from './typescript.ts';

const TSC = fileURLToPath(new URL('../../../../node_modules/.bin/tsc', import.meta.url));

/** Changes that the compiler must refuse; ranges and patterns are no types, so they are not among them. */
const WRONG: [string, unknown][] = [
  ['order_id', null],
  ['line', '1'],
  ['customer_id', undefined],
  ['state', 'lost'],
  ['pack', 2],
  ['price', 19.95],
  ['gift', 'yes'],
  ['tags', 'a'],
  ['address', { zip: 3000 }],
  ['stock', { north: 'many' }],
  ['surprise', 1],
];

describe('compileTypeScript', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'weft-ts-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('gives types that take good rows and refuse each wrong one', () => {
    const rows = WRONG.map(([name, value], i) => {
      const row: Record<string, unknown> = { ...validOrderLine(), [name]: value };
      if (value === undefined) delete row[name];
      return `export const wrong${i}: OrderLines = ${JSON.stringify(row)};`;
    });
    const good = `export const good: OrderLines = ${JSON.stringify(validOrderLine())};`;
    const lines = ["import type { OrderLines } from './rows.ts';", good, ...rows];
    writeFileSync(join(directory, 'rows.ts'), compileTypeScript(buildShopModel()));
    writeFileSync(join(directory, 'use.ts'), lines.join('\n'));
    const flagged = new Set(
      [...compile(directory).matchAll(/^(\w+)\.ts\((\d+),\d+\): error/gm)].map(
        (match) => `${match[1]}:${match[2]}`,
      ),
    );
    assert.deepEqual(
      [...flagged],
      WRONG.map((_, i) => `use:${i + 3}`),
    );
  });

  it('keeps interface names valid and apart', () => {
    const objects = ['order_lines', 'order-lines', '2024 sales'].map((name) =>
      buildObject(name, []),
    );
    assert.deepEqual(interfaceNames(buildModel(objects)), [
      'OrderLines',
      'OrderLines2',
      'Row2024Sales',
    ]);
  });
});

/** What the compiler prints for all files of a directory under `strict`. */
function compile(directory: string): string {
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
  const modules = ['--module', 'nodenext', '--allowImportingTsExtensions', '--types', ''];
  try {
    return execFileSync(TSC, [...options, ...modules, 'rows.ts', 'use.ts'], {
      cwd: directory,
      encoding: 'utf8',
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
