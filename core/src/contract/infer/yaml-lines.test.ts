/**
 * Written YAML reads back as what was meant, by a parser that we did not write.
 *
 * Not the editing of documents that people wrote (`document-edit.ts`).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { YamlLines, yamlList, yamlText } from './yaml-lines.ts';

const TRICKY = [
  'true',
  'Null',
  'yes',
  'n',
  '~',
  '',
  ' a',
  'a ',
  '1',
  '1e3',
  '0x1',
  '.inf',
  '- a',
  'a: b',
  'a #b',
];
const texts = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);

describe('YAML writing', () => {
  it('reads back as the text that it was, in both versions of YAML', () => {
    fc.assert(
      fc.property(texts, fc.array(texts), (text, list) => {
        const yaml = new YamlLines();
        yaml.add(0, `key: ${yamlText(text)}`, `why ${text}`);
        yaml.add(0, `list: ${yamlList(list)}`);
        yaml.remark(0, text);
        for (const version of ['1.1', '1.2'] as const) {
          assert.deepEqual(parse(yaml.text(), { version }), { key: text, list });
        }
      }),
      { numRuns: 300 },
    );
  });
});
