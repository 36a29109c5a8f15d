/** No page sends its reader to a command line: what the mesh says for it is replaced, or left out. */
import { ERROR_CATALOG } from '@weft/core/lib/error-catalog';
import { expect, test } from 'vitest';
import { remedyHere } from './remedies.ts';

const ALL = Object.entries(ERROR_CATALOG).map(([code, { remedy }]) => [code, remedy] as const);

test.each(ALL)('%s names no command, no option and no file', (code, remedy) => {
  expect(remedyHere(code, remedy) ?? '').not.toMatch(/weft |--[a-z]|docs\/|\/openapi|WEFT_/);
});

test('what the mesh says for everybody stays, and what this page knows no other words for is left out', () => {
  expect(remedyHere('CONTRACT_INVALID', 'Correct the named lines.')).toBe(
    'Correct the named lines.',
  );
  expect(remedyHere('NOT_FOUND', 'Create it first: weft domain create sales.')).toBe(
    'Create it first.',
  );
  expect(remedyHere('CONFLICT', 'Run `weft queue`.')).toBeUndefined();
  expect(remedyHere(undefined, 'Write --key.')).toBeUndefined();
  expect(remedyHere('CONFLICT', '')).toBeUndefined();
  expect(remedyHere('REPAIR_INVALID', ERROR_CATALOG.REPAIR_INVALID.remedy)).toBe(
    'Correct the named lines or expressions.',
  );
});
