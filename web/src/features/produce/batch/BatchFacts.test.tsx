/** The facts of a batch say why it was not taken where nothing above them does. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { show } from '../../../testing/render.tsx';
import type { Batch } from '../types.ts';
import { BatchFacts } from './BatchFacts.tsx';

const FAILED = {
  batch: 'bat_1',
  product: 'shop.stores',
  state: 'failed',
  because: 'the file has ; between its fields',
  source: { name: 'stores.csv', bytes: 10, format: 'csv', sha256: 'ab', files: [] },
  contract: { id: 'shop.stores', version: '1.0.0', hash: 'cd' },
  table: null,
  started: '2026-11-20T08:00:00Z',
  finished: '2026-11-20T08:00:01Z',
  seconds: 1,
} as unknown as Batch;

test('what was wrong with a file stands once on its page', async () => {
  const problem = { code: 'BATCH_UNREADABLE', remedy: 'Send it with `,`.', errors: [] };
  await show(<BatchFacts batch={{ ...FAILED, problem }} />);
  expect(screen.queryByText(FAILED.because ?? '')).toBeNull();
});

test('a reason that somebody gave is told', async () => {
  await show(<BatchFacts batch={FAILED} />);
  screen.getByText(FAILED.because ?? '');
});
