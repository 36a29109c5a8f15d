/**
 * The schemas that documents are checked against are valid themselves: the check at run time compiles them without looking,
 * since that would double the start of `contract lint`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { ODCS_VERSIONS } from './schema-check.ts';

const ODCS = fileURLToPath(new URL('../../../spec/odcs/schema/', import.meta.url));
const OWN = fileURLToPath(new URL('./weft-properties.schema.json', import.meta.url));

test('every schema is one of JSON Schema 2019-09', () => {
  const files = ODCS_VERSIONS.map((version) => `${ODCS}odcs-json-schema-${version}.json`);
  const ajv = new Ajv2019({ strict: false, logger: false });
  for (const file of [...files, OWN]) {
    const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    assert.equal(ajv.validateSchema(schema), true, `${file}: ${ajv.errorsText()}`);
  }
  assert.equal(
    ajv.validateSchema({
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      type: 'no-type',
    }),
    false,
  );
});
