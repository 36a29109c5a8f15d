/** Each cause is told the option that can mend it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STRUCTURAL_FAULTS } from '@weft/core/ingest/ports';
import { repairHints } from './repair-hints.ts';

const hint = (
  rule: string,
  column: string | null,
  message: string,
  value: string | null = null,
): string => repairHints('sales.orders', [{ rule, column, message, value }]).join('\n');

test('a record that cannot be read is mended by its text, or by hand where there is no text to see', () => {
  for (const fault of STRUCTURAL_FAULTS) {
    const told = hint(`structure.${fault}`, null, 'the record cannot be read');
    const isByHand = fault === 'too_long' || fault === 'bad_encoding';
    assert.match(told, isByHand ? /^quarantine export .*--file/ : /^quarantine repair .*--raw/);
    assert.ok(!told.includes('--map'), told);
  }
});

test('a value of few is replaced, any other is computed', () => {
  assert.match(
    hint('country.values', 'country', 'is none of the allowed values', 'a=b'),
    /--map 'country:a\\=b=NEW'$/,
  );
  assert.match(
    hint('sku.reference', 'sku', 'does not exist in t.sku'),
    /--map sku:OLD=NEW|--map 'sku/,
  );
  assert.match(hint('country.required', 'country', 'has no value'), /--map 'country:=NEW'$/);
  for (const message of [
    'is no integer',
    'does not match ^a$',
    'is not at least 1',
    'is no gtin',
  ]) {
    assert.match(hint('units.type', 'units', message), /--set 'units=EXPRESSION'$/);
  }
});

test('another kind of JSON is rewritten, a place inside a column by its JSON, several columns by one', () => {
  const kind = 'is no integer: JSON has a text in quotes here, where a number is promised';
  assert.match(hint('units.type', 'units', kind), /--set 'units=units'$/);
  assert.match(hint('lines.type', 'lines[2].qty', 'is no integer'), /--set 'lines=EXPRESSION OVER/);
  assert.match(hint('structure.unknown_field', 'lines[0].x', 'unknown'), /--set 'lines=/);
  assert.match(hint('shipped_later', null, 'breaks a >= b'), /--set 'COLUMN=EXPRESSION'$/);
  assert.match(
    hint('primary_key', 'id', 'another record has the same id'),
    /--set 'id=EXPRESSION'$/,
  );
});

test('several causes are told apart, each once, and the rule that was asked for stands once', () => {
  const reasons = ['a', 'a', 'b', 'c', 'd'].map((column) => ({
    rule: `${column}.type`,
    column,
    message: 'is no integer',
  }));
  assert.deepEqual(
    repairHints('bat_1', reasons).map((text) => /--rule (\S+)/.exec(text)?.[1]),
    ['a.type', 'b.type', 'c.type'],
  );
  assert.equal(repairHints('bat_1 --rule a.type', reasons.slice(0, 2)).length, 1);
});
