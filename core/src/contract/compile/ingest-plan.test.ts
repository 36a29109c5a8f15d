/**
 * The ingest plan holds every promise of a contract exactly once, and never weaker than the contract.
 *
 * Not the checking of rows (`quality/`, `ingest/`).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildModel, buildObject, buildProperty, buildQuality } from '../fixtures/model-builder.ts';
import type { ContractProperty } from '../model.ts';
import { compileIngestPlan } from './ingest-plan.ts';
import { tablesOf } from './tables.ts';

const HASH = 'ab'.repeat(32);

function planOf(properties: ContractProperty[], quality = [] as ReturnType<typeof buildQuality>[]) {
  return compileIngestPlan(buildModel([buildObject('orders', properties, { quality })]), {
    hash: HASH,
  });
}

function ruleIds(
  properties: ContractProperty[],
  quality = [] as ReturnType<typeof buildQuality>[],
) {
  return planOf(properties, quality).rules.map((rule) => rule.id);
}

describe('compileIngestPlan', () => {
  it('derives one rule for each promise, in column order', () => {
    const sku = buildProperty('sku', 'string', {
      required: true,
      unique: true,
      enumValues: ['a', 'b'],
      references: [{ object: 'items', column: 'sku' }],
      options: { minLength: 1, maxLength: 20, pattern: '^[ab]$', format: 'gtin-13' },
    });
    const price = buildProperty(
      'price',
      { kind: 'decimal', precision: 10, scale: 2 },
      {
        options: { minimum: '0', exclusiveMaximum: '1e3', multipleOf: '0.05' },
      },
    );
    const id = buildProperty('id', 'long', { primaryKeyPosition: 1 });
    const plan = planOf([id, sku, price]);
    assert.deepEqual(
      plan.rules.map((rule) => rule.id),
      [
        'id.type',
        'id.required',
        'sku.type',
        'sku.required',
        'sku.length',
        'sku.pattern',
        'sku.format',
        'sku.values',
        'sku.unique',
        'sku.reference',
        'price.type',
        'price.range',
        'price.multipleOf',
        'primary_key',
      ],
    );
    assert.deepEqual(plan.rules.find((rule) => rule.id === 'price.range')?.check, {
      kind: 'range',
      column: 'price',
      min: { value: '0', inclusive: true },
      max: { value: '1000', inclusive: false },
    });
    assert.equal(plan.rules.find((r) => r.id === 'sku.unique')?.dimension, 'uniqueness');
    assert.equal(plan.rules.find((r) => r.id === 'sku.pattern')?.dimension, 'conformity');
    assert.deepEqual(plan.primaryKey, ['id']);
    assert.deepEqual(plan.contract, { id: 'sales-orders', version: '1.0.0', hash: HASH });
  });

  it('makes key columns required and a unique single key one rule', () => {
    const id = buildProperty('id', 'int', { primaryKeyPosition: 1, unique: true });
    const plan = planOf([id]);
    assert.deepEqual(
      plan.rules.map((r) => r.id),
      ['id.type', 'id.required', 'primary_key'],
    );
    assert.equal(plan.columns[0]?.required, true);
    assert.equal(plan.rules[2]?.column, 'id');
  });

  it('orders the primary key by position, not by column', () => {
    const plan = planOf([
      buildProperty('line', 'int', { primaryKeyPosition: 2 }),
      buildProperty('basket', 'long', { primaryKeyPosition: 1 }),
    ]);
    assert.deepEqual(plan.primaryKey, ['basket', 'line']);
  });

  it('puts a repeating declaration in the place of the derived promise, never weaker', () => {
    const check = { kind: 'required', column: 'sku' } as const;
    const sku = buildProperty('sku', 'string', {
      required: true,
      quality: [buildQuality('sku_given', { check, consequence: 'warn', severity: 'high' })],
    });
    const rules = planOf([sku]).rules;
    assert.deepEqual(
      rules.map((r) => r.id),
      ['sku.type', 'sku_given'],
    );
    assert.equal(rules[1]?.consequence, 'quarantine');
    assert.equal(rules[1]?.severity, 'high');
    assert.equal(rules[1]?.dimension, 'completeness');
  });

  it('keeps a declaration with another threshold beside the promise', () => {
    const check = { kind: 'duplicates', columns: ['b', 'a'] } as const;
    const within = { op: 'mustBeLessThan', values: [5], unit: 'percent' } as const;
    const key = [
      buildProperty('a', 'int', { primaryKeyPosition: 1 }),
      buildProperty('b', 'int', { primaryKeyPosition: 2 }),
    ];
    const mutable = { kind: 'duplicates' as const, columns: [...check.columns] };
    const quality = [
      buildQuality('few', { check: mutable, must: { ...within, values: [5] } }),
      buildQuality('none_at_all', {
        check: mutable,
        must: { op: 'mustBeLessOrEqualTo', values: [0], unit: 'percent' },
        consequence: 'hold',
      }),
    ];
    const rules = planOf(key, quality).rules;
    assert.deepEqual(
      rules.map((r) => r.id),
      ['a.type', 'a.required', 'b.type', 'b.required', 'none_at_all', 'few'],
    );
    assert.equal(rules[4]?.consequence, 'hold');
  });

  it('skips declarations that nothing can check, and keeps ids unique', () => {
    const count = { kind: 'rowCount' } as const;
    const ids = ruleIds(
      [buildProperty('a', 'int')],
      [
        buildQuality('prose'),
        buildQuality('count', {
          check: count,
          must: { op: 'mustBeGreaterThan', values: [0], unit: 'rows' },
        }),
        buildQuality('count', {
          check: count,
          must: { op: 'mustBeLessThan', values: [9], unit: 'rows' },
        }),
      ],
    );
    assert.deepEqual(ids, ['a.type', 'count', 'count_2']);
  });

  it('turns integer bounds into inclusive whole numbers and drops what the type keeps', () => {
    const range = (options: Record<string, string>, kind: 'int' | 'long' = 'int') => {
      const rule = planOf([buildProperty('n', kind, { options })]).rules[1];
      return rule?.check.kind === 'range' ? [rule.check.min?.value, rule.check.max?.value] : null;
    };
    assert.deepEqual(range({ exclusiveMinimum: '0', maximum: '9.5' }), ['1', '9']);
    assert.deepEqual(range({ minimum: '-1.5', exclusiveMaximum: '10' }), ['-1', '9']);
    assert.deepEqual(range({ minimum: '5', exclusiveMinimum: '5' }), ['6', undefined]);
    assert.deepEqual(range({ format: 'u8' }), ['0', '255']);
    assert.deepEqual(range({ format: 'u8', maximum: '9' }), ['0', '9']);
    assert.equal(range({ format: 'i32' }), null);
    assert.equal(range({ minimum: '-9223372036854775808' }, 'long'), null);
  });

  it('cuts decimal bounds to the places of the column', () => {
    const range = (options: Record<string, string>) => {
      const type = { kind: 'decimal', precision: 5, scale: 2 } as const;
      const rule = planOf([buildProperty('n', type, { options })]).rules[1];
      return rule?.check.kind === 'range' ? [rule.check.min, rule.check.max] : null;
    };
    assert.deepEqual(range({ minimum: '0.001', exclusiveMaximum: '9.999' }), [
      { value: '0.01', inclusive: true },
      { value: '9.99', inclusive: true },
    ]);
    assert.deepEqual(range({ exclusiveMinimum: '0.10' }), [
      { value: '0.1', inclusive: false },
      null,
    ]);
    assert.equal(range({ minimum: '-1e6', maximum: '999.99' }), null);
  });

  it('writes time bounds in the lexical form of the column', () => {
    const plan = planOf([
      buildProperty('at', 'timestamptz', { options: { minimum: '2020-01-01' } }),
      buildProperty('local', 'timestamp', { options: { maximum: '2030-01-01 10:00:00' } }),
    ]);
    const bounds = plan.rules.flatMap((r) => (r.check.kind === 'range' ? [r.check] : []));
    assert.equal(bounds[0]?.min?.value, '2020-01-01T00:00:00Z');
    assert.equal(bounds[1]?.max?.value, '2030-01-01T10:00:00');
  });

  it('names tables: the first object by the product, others by themselves', () => {
    const line = buildProperty('order_id', 'long', {
      references: [{ object: 'order_head', column: 'id' }],
    });
    const model = buildModel([
      buildObject('order_head', [buildProperty('id', 'long')]),
      buildObject('lines', [line]),
    ]);
    assert.deepEqual(
      tablesOf(model).map((t) => t.table),
      ['orders', 'lines'],
    );
    const plan = compileIngestPlan(model, { hash: HASH, object: 'lines' });
    assert.equal(plan.table, 'lines');
    const reference = plan.rules.find((r) => r.id === 'order_id.reference')?.check;
    assert.deepEqual(reference, {
      kind: 'reference',
      column: 'order_id',
      table: 'orders',
      target: 'id',
    });
    assert.throws(() => compileIngestPlan(model, { hash: HASH, object: 'nope' }), {
      code: 'NOT_FOUND',
    });
  });
});
