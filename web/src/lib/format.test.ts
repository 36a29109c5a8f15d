/**
 * What a reader in a given place sees.
 */
import { beforeEach, expect, test } from 'vitest';
import {
  durationMs,
  formatBytes,
  formatDay,
  formatDuration,
  formatEvery,
  formatExact,
  formatMoney,
  formatNumber,
  formatShare,
  formatWhen,
  plural,
  reader,
} from './format.ts';

beforeEach(() => {
  reader.locale = 'en-GB';
  reader.timeZone = 'Europe/Berlin';
});

const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ');

test('money is written as in the place of the reader, from decimal text and to its last digit', () => {
  expect(plain(formatMoney('1234.5', 'EUR'))).toBe('€1,234.50');
  expect(plain(formatMoney('4.67', 'USD'))).toBe('US$4.67');
  expect(plain(formatMoney('1500', 'JPY'))).toBe('JP¥1,500');
  expect(plain(formatMoney('0.00125', 'EUR'))).toBe('€0.00125');
  expect(plain(formatMoney('90071992547409931.01', 'EUR'))).toBe('€90,071,992,547,409,931.01');
  reader.locale = 'de-DE';
  expect(plain(formatMoney('1234.5', 'EUR'))).toBe('1.234,50 €');
  expect(plain(formatMoney('4.67', 'USD'))).toBe('4,67 $');
  expect(plain(formatMoney('4.67', 'points'))).toBe('4,67 points');
  expect(formatMoney('on request', null)).toBe('on request');
});

test('numbers keep every digit, also beyond what a float can hold', () => {
  expect(formatNumber(75000)).toBe('75,000');
  expect(formatNumber('12345678901234567890.123456')).toBe('12,345,678,901,234,567,890.123456');
  reader.locale = 'de-DE';
  expect(formatNumber('4.67', 2)).toBe('4,67');
});

test('a share is never rounded up to the whole or down to nothing', () => {
  expect(plain(formatShare(0.003))).toBe('0.30 %');
  expect(plain(formatShare(1))).toBe('100 %');
  expect(plain(formatShare(0.999999))).toBe('99.9999 %');
  expect(plain(formatShare(0.0000031))).toBe('0.00031 %');
  expect(plain(formatShare(0))).toBe('0 %');
});

test('durations show their two largest units', () => {
  expect(plain(formatDuration(7_800_000))).toBe('2 h 10 min');
  expect(plain(formatDuration(86_400_000))).toBe('1 d');
  expect(plain(formatDuration(59_999_000))).toBe('16 h 40 min');
  expect(plain(formatDuration(340))).toBe('340 ms');
  expect(plain(formatDuration(2_345))).toBe('2.35 s');
  expect(plain(formatDuration(3_599_900))).toBe('1 h');
});

test('durations of contracts are read, and nothing else is', () => {
  expect(durationMs('P1DT2H')).toBe(93_600_000);
  expect(durationMs('PT0.5S')).toBe(500);
  expect(durationMs('P')).toBeNull();
  expect(durationMs('PT')).toBeNull();
  expect(durationMs('tomorrow')).toBeNull();
  expect(plain(formatEvery('PT6H'))).toBe('every 6 h');
});

test('sizes, times and counts', () => {
  expect(plain(formatBytes(4_123_456))).toBe('4.1 MB');
  expect(plain(formatBytes(999_600))).toBe('1.0 MB');
  const now = new Date('2026-11-22T10:00:00Z');
  expect(formatWhen('2026-11-22T09:46:00Z', now)).toContain('14');
  expect(formatWhen('2026-11-20T09:46:00Z', now)).toBe('20 Nov');
  expect(plural(1, { one: '# row', other: '# rows' })).toBe('1 row');
  expect(plural(1200, { one: '# row', other: '# rows' })).toBe('1,200 rows');
});

test('words of time are in the language of the app, numbers and clocks as the reader writes them', () => {
  reader.locale = 'de-DE';
  const now = new Date('2026-11-22T10:00:00Z');
  expect(formatWhen('2026-11-22T09:46:00Z', now)).toBe('14 min ago');
  expect(formatDay('2026-12-31T10:00:00Z', now)).toBe('31 Dec');
  expect(formatExact('2026-12-31T10:00:00Z')).toMatch(/^Thursday/);
  expect(formatNumber('1234.5')).toBe('1.234,5');
  reader.locale = 'en-US';
  expect(formatDay('2026-12-31T10:00:00Z', now)).toBe('Dec 31');
});
