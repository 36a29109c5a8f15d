/**
 * Text formats against ajv-formats, fast-check and the Unicode data of the runtime.
 *
 * Not the SQL that decides the same (`quality/`).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { ACCEPTED, REFUSED } from '../contract/fixtures/format-samples.ts';
import { type FormatName, hasCheckDigit, matchesFormat } from './formats.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from './iso-codes.ts';

const addFormats = ajvFormats.default;

describe('formats', () => {
  it('accepts what the standards accept and nothing beside it', () => {
    for (const [format, text] of ACCEPTED) assert.ok(matchesFormat(format, text), text);
    for (const [format, text] of REFUSED) assert.ok(!matchesFormat(format, text), text);
  });

  it('agrees with ajv-formats on random addresses', () => {
    const ajv = new Ajv2019();
    addFormats(ajv);
    const oracle = (format: string) => ajv.compile({ type: 'string', format });
    const near = (chars: string) =>
      fc.string({ unit: fc.constantFrom(...chars), minLength: 1, maxLength: 24 });
    const cases: [FormatName, fc.Arbitrary<string>][] = [
      ['ipv4', fc.oneof(fc.ipV4(), near('0129.'))],
      ['ipv6', fc.oneof(fc.ipV6(), near('0aF:.1'))],
      ['uuid', fc.oneof(fc.uuid(), near('0aF-'))],
      // Why: ajv also takes the absolute form with a last dot, which RFC 1123 does not call a host name.
      [
        'hostname',
        fc.oneof(
          fc.domain(),
          near('a1-.').filter((text) => !text.endsWith('.')),
        ),
      ],
    ];
    for (const [format, texts] of cases) {
      const isValid = oracle(format);
      fc.assert(
        fc.property(texts, (text) => assert.equal(matchesFormat(format, text), isValid(text))),
        { numRuns: 400 },
      );
    }
  });

  it('takes every address that fast-check makes as e-mail and URL', () => {
    fc.assert(fc.property(fc.webUrl(), (text) => matchesFormat('uri', text)));
    const address = fc
      .tuple(fc.stringMatching(/^[a-z0-9+_.-]{1,20}$/), fc.domain())
      .map(([local, domain]) => `${local}@${domain}`);
    fc.assert(fc.property(address, (text) => matchesFormat('email', text)));
  });

  it('refuses a number with one digit changed', () => {
    const digits = fc.stringMatching(/^[0-9]{12}$/).map((body) => {
      const last = [...'0123456789'].find((d) => hasCheckDigit(body + d));
      return `${body}${last}`;
    });
    fc.assert(
      fc.property(digits, fc.nat(12), fc.integer({ min: 1, max: 9 }), (text, at, change) => {
        const other = String((Number(text[at]) + change) % 10);
        assert.ok(matchesFormat('gtin', text));
        assert.ok(!matchesFormat('gtin', text.slice(0, at) + other + text.slice(at + 1)));
      }),
    );
  });

  it('knows of each GS1 number its own length only', () => {
    const lengths = { gtin8: 8, gtin12: 12, gtin13: 13, gtin14: 14, gln: 13, sscc: 18 } as const;
    const body = fc.stringMatching(/^[0-9]{7,18}$/);
    fc.assert(
      fc.property(body, (digits) => {
        // Why a second way: the table of the GS1 General Specifications weights from the left, by the length of the number.
        const sum = [...digits].reduce(
          (total, digit, i) => total + Number(digit) * ((digits.length - i) % 2 === 1 ? 3 : 1),
          0,
        );
        const text = `${digits}${(10 - (sum % 10)) % 10}`;
        for (const [format, length] of Object.entries(lengths)) {
          assert.equal(matchesFormat(format as FormatName, text), text.length === length, text);
        }
      }),
    );
  });

  it('takes a date exactly when the calendar has it, and a web address when the platform reads it', () => {
    const two = fc.stringMatching(/^[0-3][0-9]$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{4}$/), two, two, (year, month, day) => {
        const text = `${year}-${month}-${day}`;
        const time = Date.parse(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
        assert.equal(matchesFormat('date', text), exists && year !== '0000', text);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.webUrl(), (text) => matchesFormat('url', text)));
    for (const [format, text] of ACCEPTED) if (format === 'url') assert.ok(URL.canParse(text));
  });

  it('lists codes that Unicode knows, each once and sorted', () => {
    const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const currencyNames = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
    assert.equal(COUNTRY_CODES.length, 249);
    assert.deepEqual([...new Set(COUNTRY_CODES)].sort(), COUNTRY_CODES);
    assert.deepEqual([...new Set(CURRENCY_CODES)].sort(), CURRENCY_CODES);
    assert.deepEqual(
      COUNTRY_CODES.filter((code) => regions.of(code) === undefined),
      [],
    );
    assert.equal(CURRENCY_CODES.length, 177);
    const unnamed = CURRENCY_CODES.filter((code) => currencyNames.of(code) === undefined);
    assert.deepEqual(unnamed, []);
  });
});
