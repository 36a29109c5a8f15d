/**
 * What a row of the market draws, beside what the mesh says of the same product.
 */
import { expect, test } from 'vitest';
import type { ProductHit } from '../../api/types.ts';
import { threadState } from '../../lib/thread.ts';
import { promisesOf } from './hit-promises.ts';

interface Said {
  promise?: Partial<ProductHit['promise']>;
  measured?: Partial<ProductHit['measured']>;
}

function drawn({ promise = {}, measured = {} }: Said) {
  const hit = {
    promise: { freshness: null, latency: null, age: null, badShareMax: null, ...promise },
    measured: { freshness: null, passRate: null, badShare: null, ...measured },
  } as unknown as ProductHit;
  const [fresh, good] = promisesOf(hit).map((one) => ({
    measured: one.measured.replaceAll('\u00a0', ' '),
    promised: one.promised?.replaceAll('\u00a0', ' ') ?? null,
    state: threadState(one.headroom),
  }));
  return { fresh, good };
}

test('latency is no promise about the age of a batch: a daily product is kept half a day after its batch', () => {
  const { fresh } = drawn({
    promise: { freshness: 'PT12H', latency: 'PT12H', age: 'P1D' },
    measured: { freshness: 'PT12H30M' },
  });
  expect(fresh).toEqual({ measured: '12 h 30 min', promised: '≤ 1 d', state: 'kept' });
});

test('the age is close with less than a tenth left, and missed beyond', () => {
  const state = (freshness: string) =>
    drawn({ promise: { age: 'P1D' }, measured: { freshness } }).fresh?.state;
  expect(state('PT21H')).toBe('kept');
  expect(state('PT23H')).toBe('close');
  expect(state('P1D')).toBe('close');
  expect(state('PT24H1M')).toBe('missed');
});

test('without a promise there is no verdict, and without a batch no number', () => {
  const { fresh, good } = drawn({
    promise: { latency: 'PT1H', freshness: 'PT1H' },
    measured: { freshness: 'P9D', passRate: 0.5 },
  });
  expect(fresh).toEqual({ measured: '9 d', promised: null, state: 'unknown' });
  expect(good).toEqual({ measured: '50 %', promised: null, state: 'unknown' });
  expect(drawn({ promise: { age: 'P1D' } }).fresh?.measured).toBe('not measured yet');
});

test('the share of good records is judged by the newest batch, as the contract bounds it', () => {
  const good = (badShare: number | null) =>
    drawn({ promise: { badShareMax: 0.05 }, measured: { passRate: 0.7, badShare } }).good;
  expect(good(0.02)).toEqual({ measured: '98 %', promised: '≥ 95 % a batch', state: 'kept' });
  expect(good(0)?.state).toBe('kept');
  expect(good(0.049)?.state).toBe('close');
  expect(good(0.2)?.state).toBe('missed');
  // Why no verdict: batches of long ago are not what is promised of the newest one.
  expect(good(null)).toEqual({ measured: '70 %', promised: '≥ 95 % a batch', state: 'unknown' });
});
