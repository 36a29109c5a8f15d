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
import { type FormatName, hasCheckDigit, matchesFormat } from './formats.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from './iso-codes.ts';

const addFormats = ajvFormats.default;

const accepted: [FormatName, string][] = [
  ['gtin', '4006381333931'],
  ['gtin', '73513537'],
  ['gtin', '036000291452'],
  ['gtin', '10614141000415'],
  ['gln', '9506000134352'],
  ['email', "o'brien+tag@mail.example.org"],
  ['uuid', '123e4567-E89B-12d3-a456-426614174000'],
  ['uri', 'https://example.org/a?b=%20c#d'],
  ['uri', 'urn:isbn:0451450523'],
  ['hostname', 'a-1.example'],
  ['ipv4', '192.168.0.1'],
  ['ipv6', '::1'],
  ['ipv6', '2001:db8::8a2e:370:7334'],
  ['ipv6', '::ffff:10.0.0.1'],
  ['country', 'CH'],
  ['currency', 'EUR'],
];
const refused: [FormatName, string][] = [
  ['gtin', '4006381333932'],
  ['gtin', '400638133393'],
  ['gtin', ' 4006381333931'],
  ['gln', '73513537'],
  ['email', 'ann@localhost'],
  ['email', 'ann@@example.org'],
  ['email', `${'a'.repeat(65)}@example.org`],
  ['uuid', '123e4567e89b12d3a456426614174000'],
  ['uri', '/relative'],
  ['uri', 'https://exa mple.org'],
  ['uri', 'https://example.org/%zz'],
  ['hostname', '-a.example'],
  ['ipv4', '256.1.1.1'],
  ['ipv4', '01.1.1.1'],
  ['ipv6', '1::2::3'],
  ['ipv6', '1:2:3:4:5:6:7'],
  ['country', 'XX'],
  ['country', 'ch'],
  ['currency', 'EURO'],
  ['currency', 'DEM'],
];

describe('formats', () => {
  it('accepts what the standards accept and nothing beside it', () => {
    for (const [format, text] of accepted) assert.ok(matchesFormat(format, text), text);
    for (const [format, text] of refused) assert.ok(!matchesFormat(format, text), text);
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
