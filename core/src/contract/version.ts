/**
 * Semantic versions of contracts: read, ordered, raised.
 *
 * Source: Semantic Versioning 2.0.0. Not version ranges: a product is referred to by an exact version or a major.
 */
export interface Version {
  major: number;
  minor: number;
  patch: number;
  /** Identifiers after `-`, in order; empty for a release. */
  prerelease: string[];
  build: string | null;
}

/** What changed between two versions, from the least to the most. */
export type Bump = 'none' | 'patch' | 'minor' | 'major';

const NUMBER = '(0|[1-9]\\d{0,8})';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const PATTERN = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
);

/** The parts of `1.2.3`, `1.2.3-rc.1`, `1.2.3+build`; null for any other text. */
export function parseVersion(text: string): Version | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  return {
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3]),
    prerelease: match[4]?.split('.') ?? [],
    build: match[5] ?? null,
  };
}

/** The inverse of `parseVersion`. */
export function formatVersion(version: Version): string {
  const { major, minor, patch, prerelease, build } = version;
  const tail = prerelease.length === 0 ? '' : `-${prerelease.join('.')}`;
  return `${major}.${minor}.${patch}${tail}${build === null ? '' : `+${build}`}`;
}

/** Precedence: negative, zero or positive; build metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    comparePrerelease(a.prerelease, b.prerelease)
  );
}

function comparePrerelease(a: string[], b: string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const order = compareIdentifier(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifier(a: string, b: string): number {
  const isNumber = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber[0] === true && isNumber[1] === true) {
    return a.length - b.length || (a < b ? -1 : Number(a > b));
  }
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** The next version after a change of this weight; a pre-release of that very version is released instead. */
export function bumpVersion(version: Version, bump: Bump): Version {
  const { major, minor, patch, prerelease } = version;
  const release = { prerelease: [], build: null };
  const isPrerelease = prerelease.length > 0;
  switch (bump) {
    case 'none':
      return version;
    case 'major':
      if (isPrerelease && minor === 0 && patch === 0) return { major, minor, patch, ...release };
      return { major: major + 1, minor: 0, patch: 0, ...release };
    case 'minor':
      if (isPrerelease && patch === 0) return { major, minor, patch, ...release };
      return { major, minor: minor + 1, patch: 0, ...release };
    case 'patch':
      return { major, minor, patch: isPrerelease ? patch : patch + 1, ...release };
  }
}

/** The weight of the step from `before` to `after`; null when `after` is not above `before`. */
export function bumpBetween(before: Version, after: Version): Bump | null {
  if (compareVersions(after, before) <= 0) return null;
  if (after.major !== before.major) return 'major';
  // Why: a pre-release promises nothing yet beyond its own numbers, so 1.0.0-rc.1 to 1.0.0 may change what a major may.
  const isOwnRelease = after.minor === before.minor && after.patch === before.patch;
  if (isOwnRelease && before.prerelease.length > 0) {
    if (before.patch !== 0) return 'patch';
    return before.minor === 0 ? 'major' : 'minor';
  }
  return after.minor !== before.minor ? 'minor' : 'patch';
}
