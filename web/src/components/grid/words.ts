/**
 * What a grid says of what was copied.
 */
import { plural } from '../../lib/format.ts';

export const words = {
  tooMany: (cells: number): string =>
    `Not copied: ${plural(cells, { one: '# cell', other: '# cells' })} are too many. Export the result.`,
  noClipboard: 'Not copied: no clipboard here.',
  copied: (cells: number): string =>
    `Copied ${plural(cells, { one: '# cell', other: '# cells' })}.`,
};
