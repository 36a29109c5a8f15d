/**
 * The weave and the dye of a domain: which of six patterns in which of six colours, by its name.
 *
 * Not drawing (`components/Cloth.tsx`). A pattern is a repeat of 8 × 8 crossings; true where the weft lies on top.
 */

export const WEAVES = ['plain', 'twill', 'basket', 'herringbone', 'houndstooth', 'satin'] as const;
export type Weave = (typeof WEAVES)[number];
export const DYES = 6;
/** Crossings of a repeat. */
export const REPEAT = 8;

const OVER: Record<Weave, (row: number, column: number) => boolean> = {
  plain: (row, column) => (row + column) % 2 === 0,
  twill: (row, column) => (row + column) % 4 < 2,
  basket: (row, column) => (Math.floor(row / 2) + Math.floor(column / 2)) % 2 === 0,
  herringbone: (row, column) => (row + (column < 4 ? column : 7 - column)) % 4 < 2,
  houndstooth: (row, column) => HOUNDSTOOTH[row % 8]?.[column % 8] === '#',
  satin: (row, column) => (row * 3 + column) % 5 === 0,
};

const HOUNDSTOOTH = [
  '###..#..',
  '####..#.',
  '####...#',
  '####....',
  '.###....',
  '#..#....',
  '##......',
  '.##.....',
];

export function isOver(weave: Weave, row: number, column: number): boolean {
  return OVER[weave](row % REPEAT, column % REPEAT);
}

/** The same name has the same cloth in every browser (FNV-1a, mixed once more so that all bits decide). */
export function clothOf(domain: string): { weave: Weave; dye: number } {
  let hash = 0x811c9dc5;
  for (const character of domain) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const mixed = (hash ^ (hash >>> 16)) >>> 0;
  const weave = WEAVES[mixed % WEAVES.length] ?? 'plain';
  return { weave, dye: (Math.floor(mixed / WEAVES.length) % DYES) + 1 };
}
