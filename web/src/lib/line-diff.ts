/**
 * Two texts side by side, line by line: what both have, what the one has, what the other has.
 *
 * For texts of a screen or two; a long one is compared as a whole. Invariant: the left lines joined are the one text, the
 * right lines joined the other.
 */

export interface DiffRow {
  left: string | null;
  right: string | null;
  isSame: boolean;
}

/** Cells of the table that finds the longest common lines. */
const CELLS_MAX = 4_000_000;

export function diffLines(one: string, other: string): DiffRow[] {
  const [a, b] = [one.split('\n'), other.split('\n')];
  const isLong = a.length * b.length > CELLS_MAX;
  return isLong ? pair(a, b) : walk(a, b, commonLengths(a, b));
}

function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}

function walk(a: readonly string[], b: readonly string[], lengths: Uint32Array): DiffRow[] {
  const width = b.length + 1;
  const rows: DiffRow[] = [];
  let [gone, come]: [string[], string[]] = [[], []];
  const flush = () => {
    rows.push(...pair(gone, come));
    [gone, come] = [[], []];
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      flush();
      rows.push({ left, right, isSame: true });
      i++;
      j++;
    } else if (
      right === undefined ||
      (left !== undefined &&
        (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      gone.push(left ?? '');
      i++;
    } else {
      come.push(right);
      j++;
    }
  }
  flush();
  return rows;
}

/** Lines that differ, beside each other. */
function pair(gone: readonly string[], come: readonly string[]): DiffRow[] {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => ({
    left: gone[at] ?? null,
    right: come[at] ?? null,
    isSame: false,
  }));
}
