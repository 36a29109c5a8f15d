/**
 * Reads the names that DuckDB gives to types, such as `STRUCT(a INTEGER, "b c" VARCHAR[])`.
 *
 * Invariant: total on what DESCRIBE prints; a name that is not understood is one plain type, which fits nothing.
 */
export type FileType = { text: string } & (
  | { kind: 'plain'; name: string }
  | { kind: 'struct'; fields: { name: string; type: FileType }[] }
  | { kind: 'list'; element: FileType }
  | { kind: 'map'; key: FileType; value: FileType }
);

export function readDuckdbType(text: string): FileType {
  const list = /^(.*)\[\]$/s.exec(text);
  if (list?.[1] !== undefined && isBalanced(list[1])) {
    return { kind: 'list', text, element: readDuckdbType(list[1]) };
  }
  const nested = /^(STRUCT|MAP)\((.*)\)$/s.exec(text);
  const inner = nested?.[2];
  if (inner === undefined || !isBalanced(inner)) return { kind: 'plain', text, name: text };
  const parts = splitParts(inner);
  if (nested?.[1] === 'MAP') {
    const [key, value] = parts;
    if (parts.length !== 2 || key === undefined || value === undefined) {
      return { kind: 'plain', text, name: text };
    }
    return { kind: 'map', text, key: readDuckdbType(key), value: readDuckdbType(value) };
  }
  const fields = parts.map((part) => {
    const quoted = /^"((?:[^"]|"")*)" (.*)$/s.exec(part);
    const plain = /^(\S+) (.*)$/s.exec(part);
    const name = quoted?.[1]?.replaceAll('""', '"') ?? plain?.[1] ?? '';
    return { name, type: readDuckdbType(quoted?.[2] ?? plain?.[2] ?? '') };
  });
  return { kind: 'struct', text, fields };
}

/** The parts between the commas that are in no brackets and no quotes. */
function splitParts(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  scan(text, (at, depth) => {
    if (depth !== 0 || text[at] !== ',') return;
    parts.push(text.slice(start, at));
    start = at + 2;
  });
  return [...parts, text.slice(start)];
}

function isBalanced(text: string): boolean {
  let least = 0;
  const end = scan(text, (_, depth) => {
    least = Math.min(least, depth);
  });
  return end === 0 && least === 0;
}

/** Calls `see` for each character outside of quotes with the depth of brackets after it; returns the depth at the end. */
function scan(text: string, see: (at: number, depth: number) => void): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    see(at, depth);
  }
  return depth;
}
