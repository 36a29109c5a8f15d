/** How one text becomes another by a single change. */

export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** The one part that differs, so that what stands around it keeps its place, its colours and the caret. */
export function changeOf(now: string, value: string): TextChange {
  const most = Math.min(now.length, value.length);
  let from = 0;
  while (from < most && now[from] === value[from]) from++;
  let same = 0;
  while (same < most - from && now.at(-1 - same) === value.at(-1 - same)) same++;
  return { from, to: now.length - same, insert: value.slice(from, value.length - same) };
}
