/** The policies that docs/access.md shows are ones that a mesh takes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import type { SetKeyType } from '@weft/core/lib/set-declaration';
import { lintPolicies } from '@weft/core/policy/lint';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import { parse } from 'yaml';
import { loadCedar } from '../../server/src/adapters/cedar.ts';

const TEXT = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
const column = (name: string, kind: 'string' | 'long' | 'timestamptz', required: boolean) => {
  const type: DataType = { kind };
  return { name, type, required, classification: 'internal', tags: {} };
};
/** `sales.orders`, as the text says, with what later parts of it add. */
const COLUMNS = [
  column('id', 'long', true),
  column('shop', 'string', false),
  column('brand', 'string', true),
  column('units', 'long', true),
  column('amount', 'long', true),
  column('sold_at', 'timestamptz', true),
  { ...column('email', 'string', false), classification: 'restricted' },
];

interface Written {
  product?: string;
  cedar?: string;
  rowFilter?: string;
  sets?: Record<string, { keys?: string }>;
}

function blocks(language: string): string[] {
  return [...TEXT.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
}

test('each of them passes the checks', async () => {
  const engine = await loadCedar();
  const written: Written[] = [
    ...blocks('cedar').map((cedar) => ({ cedar })),
    ...blocks('yaml').map((text) => parse(text) as Written),
  ];
  const policies = written.filter(({ cedar }) => cedar !== undefined);
  assert.ok(policies.length >= 4, `${policies.length} policies were found`);
  for (const { product, cedar = '', rowFilter, sets = {} } of policies) {
    const types = Object.keys(sets).map((name): [string, SetKeyType] => [name, 'string']);
    const tables = product === 'mesh' ? [] : [{ table: 'orders', columns: COLUMNS }];
    const options = { engine, tables, attributes: ['brands'], path: '$.cedar' };
    const { faults } = lintPolicies(cedar, { ...options, sets: Object.fromEntries(types) });
    assert.deepEqual(faults, [], cedar);
    if (rowFilter === undefined) continue;
    const { value, diagnostics } = compileRowFilter(rowFilter, COLUMNS);
    assert.ok(value !== null, JSON.stringify(diagnostics));
  }
});
