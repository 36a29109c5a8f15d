/**
 * What a grid says of what was copied.
 */
import { plural } from '../../lib/format.ts';

export const words = {
  tooMany: (cells: number): string =>
    `Not copied: ${plural(cells, { one: '# cell', other: '# cells' })} are too many. Export the result.`,
  noClipboard: 'Not copied: no clipboard here.',
  copied: (cells: number, formulas: number): string => {
    const copied = `Copied ${plural(cells, { one: '# cell', other: '# cells' })}`;
    if (formulas === 0) return `${copied}.`;
    const forms = { one: '# begins', other: '# begin' };
    return `${copied}; ${plural(formulas, forms)} like a formula, with an apostrophe before it.`;
  },
};
