/**
 * JSON Schemas judged by Ajv: good rows pass, each broken promise is refused.
 *
 * Not a test of Ajv: formats are tried asserted and ignored, since validators differ in that.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { must } from '../../lib/assert.ts';
import { buildModel, buildObject, buildProperty } from '../fixtures/model-builder.ts';
import { BROKEN_ORDER_LINES, buildShopModel, validOrderLine } from '../fixtures/shop-model.ts';
import type { ContractObject } from '../model.ts';
import { compileJsonSchema } from './json-schema.ts';

function validatorOf(object: ContractObject, withFormats: boolean, names?: 'source') {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: withFormats });
  if (withFormats) ajvFormats.default(ajv);
  const text = compileJsonSchema(
    buildModel([object]),
    object,
    names === undefined ? {} : { names },
  );
  return ajv.compile(JSON.parse(text));
}

const orderLines = must(buildShopModel().objects[1], 'second object');

describe('compileJsonSchema', () => {
  for (const withFormats of [true, false]) {
    it(`accepts a good row and refuses each broken one (formats ${withFormats ? 'on' : 'off'})`, () => {
      const isValid = validatorOf(orderLines, withFormats);
      assert.ok(isValid(validOrderLine()), JSON.stringify(isValid.errors));
      for (const [name, value] of BROKEN_ORDER_LINES) {
        const row = { ...validOrderLine(), [name]: value };
        if (value === undefined) delete row[name];
        assert.ok(!isValid(row), `${name} = ${JSON.stringify(value)} passed`);
      }
    });
  }

  it('accepts null and absence exactly where the contract does not require a value', () => {
    const isValid = validatorOf(orderLines, true);
    for (const property of orderLines.properties) {
      const optional = !property.required && property.primaryKeyPosition === null;
      const absent = validOrderLine();
      delete absent[property.name];
      assert.equal(
        isValid({ ...validOrderLine(), [property.name]: null }),
        optional,
        property.name,
      );
      assert.equal(isValid(absent), optional, property.name);
    }
  });

  it('accepts every value of a type in both forms and nothing beyond it', () => {
    const type = { kind: 'decimal', precision: 6, scale: 2 } as const;
    const object = buildObject('t', [
      buildProperty('n', 'long', { required: true }),
      buildProperty('d', type, { required: true }),
    ]);
    const isValid = validatorOf(object, false);
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const cents = fc.integer({ min: -999_999, max: 999_999 });
    fc.assert(
      fc.property(long, cents, (n, c) => {
        const text = `${c < 0 ? '-' : ''}${Math.floor(Math.abs(c) / 100)}.${String(Math.abs(c) % 100).padStart(2, '0')}`;
        const isSafe = Number.isSafeInteger(Number(n));
        assert.ok(isValid({ n: String(n), d: text }));
        assert.equal(isValid({ n: Number(n), d: c / 100 }), isSafe);
        assert.ok(!isValid({ n: `${n}.0`, d: text }));
        assert.ok(!isValid({ n: String(n), d: `${text}1` }));
      }),
    );
  });

  it('names fields as the producer does when asked', () => {
    const object = buildObject('t', [
      buildProperty('order_id', 'int', { sourceName: 'Order No.', required: true }),
    ]);
    assert.ok(validatorOf(object, false, 'source')({ 'Order No.': 1 }));
    assert.ok(!validatorOf(object, false, 'source')({ order_id: 1 }));
    assert.ok(validatorOf(object, false)({ order_id: 1 }));
  });
});
