/**
 * Guesses at values on which two versions of a column could differ: at the edges of what either says, and of other kinds.
 *
 * Not a judgement: most guesses are taken or refused by both. Invariant: each guess is one JSON value, none is longer than
 * `LENGTH_MAX`, and the plainest come first.
 */
import { rangeOf, textFormat } from '../contract/compile/property-checks.ts';
import type { ContractProperty } from '../contract/model.ts';
import type { TextFormat } from '../contract/plan.ts';
import { plainDecimal } from '../lib/decimal-text.ts';

/** Longest text that is made, in characters. */
const LENGTH_MAX = 4_000;

/** A text of each format, as standards write it. */
const SAMPLES: Readonly<Record<TextFormat, string>> = {
  email: 'ann@mail.example',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  uri: 'urn:isbn:0451450523',
  url: 'https://shop.example/a',
  hostname: 'shop.example',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  gtin: '4006381333931',
  gtin8: '96385074',
  gtin12: '036000291452',
  gtin13: '4006381333931',
  gtin14: '10614141000415',
  gln: '9506000134352',
  sscc: '106141412345678908',
  country: 'CH',
  currency: 'EUR',
  date: '2024-01-31',
};

/** Values of every kind: what another type reads, or refuses. */
const PLAIN = [
  'null',
  '1',
  '0',
  '-1',
  '1.5',
  '0.1',
  '0.01',
  '0.001',
  '0.0001',
  '0.00001',
  '2147483648',
  '9223372036854775808',
  '1e30',
  'true',
  ...[
    'text',
    'a',
    '',
    '2024-01-31',
    '2024-01-31T10:15:00',
    '2024-01-31T10:15:00Z',
    '2024-01-31T10:15:00.123456Z',
    '10:15:00',
    '31.01.2024',
  ].map((text) => JSON.stringify(text)),
];

export function guessesOf(before: ContractProperty, after: ContractProperty): string[] {
  const both = [after, before];
  const texts = [
    ...both.flatMap(({ enumValues }) => enumValues ?? []),
    ...both.flatMap(({ examples }) => examples),
    ...both.flatMap(textsOfFormat),
    ...lengthsOf(both).map((length) => 'a'.repeat(length)),
    ...both.flatMap(momentsOf),
  ];
  const guesses = [
    ...numbersOf(both),
    ...texts.map((text) => JSON.stringify(text)),
    // Why again bare: a list of allowed numbers is written as texts.
    ...texts.filter((text) => /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?$/.test(text)),
    ...PLAIN,
    ...Object.values(SAMPLES).map((text) => JSON.stringify(text)),
  ];
  return [...new Set(guesses)];
}

function textsOfFormat({ options }: ContractProperty): string[] {
  const format = options.format === null ? null : textFormat(options.format);
  return format === null ? [] : [SAMPLES[format]];
}

function lengthsOf(both: readonly ContractProperty[]): number[] {
  return (
    both
      .flatMap(({ options: { minLength, maxLength } }) => [minLength, maxLength])
      .flatMap((edge) => (edge === null ? [] : [edge, edge + 1, edge - 1]))
      .filter((length) => length >= 0 && length <= LENGTH_MAX)
      // Why the shortest first: the first text beyond a bound says more than the last one before another.
      .sort((a, b) => a - b)
  );
}

/** Around each bound, at the step of the type, and around each step that values must keep. */
function numbersOf(both: readonly ContractProperty[]): string[] {
  return both.flatMap((property) => {
    const { type, options } = property;
    if (!['int', 'long', 'decimal', 'double'].includes(type.kind)) return [];
    const { min, max } = rangeOf(property);
    const scale = type.kind === 'decimal' ? type.scale : 0;
    const divisor = options.multipleOf === null ? null : plainDecimal(options.multipleOf);
    const edges = [max?.value, min?.value, divisor].flatMap((edge) => edge ?? []);
    return edges.flatMap((edge) => [edge, ...stepsFrom(edge, scale)]);
  });
}

/** The values next to an exact decimal, one step of so many places up and down. */
function stepsFrom(value: string, scale: number): string[] {
  const places = Math.max(scale, value.split('.')[1]?.length ?? 0);
  const shifted = plainDecimal(`${value}e${places}`);
  if (shifted === null || shifted.includes('.')) return [];
  const whole = BigInt(shifted);
  return [whole + 1n, whole - 1n, whole * 2n].flatMap(
    (next) => plainDecimal(`${next}e-${places}`) ?? [],
  );
}

const DAY_MS = 86_400_000;

/** Each bound of a day or a moment, and the days beside it in the same form. */
function momentsOf(property: ContractProperty): string[] {
  const { min, max } = rangeOf(property);
  return [max?.value, min?.value].flatMap((edge) => {
    const day = edge === undefined ? null : /^(\d{4}-\d{2}-\d{2})(.*)$/.exec(edge);
    const at = Date.parse(`${day?.[1] ?? ''}T00:00:00Z`);
    if (edge === undefined || day === null || Number.isNaN(at)) return [];
    const beside = [at + DAY_MS, at - DAY_MS].map(
      (ms) => `${new Date(ms).toISOString().slice(0, 10)}${day[2] ?? ''}`,
    );
    return [edge, ...beside];
  });
}
