/**
 * Paths inside a document: from the root, a key or an index per step, and their text form `$.schema[0].name`.
 *
 * Not JSONPath: no wildcards, no filters. Invariant: `parsePath(formatPath(p))` equals `p`.
 */
export type DocumentPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** `$.schema[0]["odd key"]`. */
export function formatPath(path: DocumentPath): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return PLAIN_KEY.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${steps.join('')}`;
}

/** The inverse of `formatPath`, or null when the text is no such path. */
export function parsePath(text: string): DocumentPath | null {
  if (!text.startsWith('$')) return null;
  const step = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const path: (string | number)[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return null;
    if (match[1] !== undefined) path.push(match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(JSON.parse(match[3] ?? '""') as string);
  }
  return path;
}

/** The path of a JSON pointer (RFC 6901) into `data`; steps into lists become numbers. */
export function pathOfPointer(pointer: string, data: unknown): DocumentPath {
  if (pointer === '') return [];
  const path: (string | number)[] = [];
  let here: unknown = data;
  for (const raw of pointer.slice(1).split('/')) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(here) ? Number(key) : key;
    path.push(step);
    here = childOf(here, step);
  }
  return path;
}

/** The value at `path`, or undefined. */
export function valueAt(data: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((here, step) => childOf(here, step), data);
}

function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}
