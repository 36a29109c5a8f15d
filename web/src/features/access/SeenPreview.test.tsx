/** What a preview says a row is, and whether rows are in sight. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { SeenView } from '../../api/access.ts';
import { show } from '../../testing/render.tsx';
import { SeenPreview } from './SeenPreview.tsx';

const PLAIN: SeenView = {
  columns: [],
  granularity: null,
  hidden: [],
  masks: [],
  mayExport: true,
  rowLimit: null,
  rows: null,
  rowsAbout: null,
} as unknown as SeenView;

const ROLLED: SeenView = {
  ...PLAIN,
  granularity: {
    by: [
      { column: 'region', unit: null },
      { column: 'day', unit: 'month' },
    ],
    measures: [{ function: 'count', column: null, as: 'rows' }],
    minimum: { units: 10, of: 'household_id' },
  },
} as unknown as SeenView;

const preview = (view: SeenView) => (
  <SeenPreview title="Preview" view={view} properties={[]} only={null} grain="store" />
);

test('of a roll-up a row is a group, whatever the contract says of rows, and none is invented', async () => {
  await show(preview(ROLLED));
  screen.getByText('one row per region and month of day');
  screen.getByText('what a group tells, live policy');
  expect(screen.queryByText('one row per store')).toBeNull();
  expect(screen.queryByText(/invented/)).toBeNull();
});

test('without one it is what the contract says, and the rows are said to be invented', async () => {
  await show(preview(PLAIN));
  screen.getByText('one row per store');
  screen.getByText('invented rows, live policy');
});
