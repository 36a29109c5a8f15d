/**
 * Versions of a contract in order, and pairs of them as they stand in an address: `1.0.0...1.1.0`.
 */
export interface VersionLike {
  version: string;
}

/** The newest first, by their numbers. */
export function sortVersions<T extends VersionLike>(versions: readonly T[]): T[] {
  return versions.toSorted((a, b) => compareVersions(b.version, a.version));
}

export function compareVersions(a: string, b: string): number {
  const [first, second] = [a, b].map((version) => version.split('.').map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (first?.[at] ?? 0) - (second?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const PAIR = /^(\d+\.\d+\.\d+)\.\.\.(\d+\.\d+\.\d+)$/;

/** The older and the newer side of a pair; null for anything else. */
export function readPair(text: string): { a: string; b: string } | null {
  const found = PAIR.exec(text);
  if (found === null) return null;
  const [, a = '', b = ''] = found;
  return { a, b };
}
