/**
 * The JSON Schema of a contract with nested data, judged by Ajv: what a batch takes passes, what it refuses does not.
 *
 * A schema cannot say everything: what JSON's own numbers and names lose is left to the batch, and listed here.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileJsonSchema } from '@weft/core/contract/compile/json-schema';
import { readContract } from '@weft/core/contract/read';
import { must } from '@weft/core/lib/assert';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { BAD_ORDERS, GOOD_ORDERS, ORDERS } from '../support/orders.ts';

/** Ids of refused orders that a schema takes: a field or a key twice, of which JSON's own readers keep one. */
const BEYOND_A_SCHEMA = [51, 52];

it('takes the good orders and refuses the bad ones', () => {
  const { model } = must(readContract(ORDERS).value, 'contract');
  const object = must(model.objects[0], 'object');
  const schema = JSON.parse(compileJsonSchema(model, object, { names: 'source' }));
  const isValid = new Ajv2020({ strict: true, validateFormats: false }).compile(schema);
  for (const text of GOOD_ORDERS) {
    // Why: a schema knows neither the digits of a long number nor the zone of a moment without offset.
    const exact = text.replace(/:(\d{19})\b/, ':"$1"').replace('T10:00:00"', 'T10:00:00Z"');
    assert.ok(isValid(JSON.parse(exact)), `${text} ${JSON.stringify(isValid.errors)}`);
  }
  const taken = BAD_ORDERS.filter(({ line }) => isValid(JSON.parse(line)));
  assert.deepEqual(
    taken.map(({ line }) => JSON.parse(line).id),
    BEYOND_A_SCHEMA,
  );
});
