/**
 * Semantic versions. Oracle: the precedence examples of semver.org, section 11.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bumpBetween,
  bumpVersion,
  compareVersions,
  formatVersion,
  parseVersion,
  type Version,
} from './version.ts';

function version(text: string): Version {
  const found = parseVersion(text);
  assert.ok(found !== null, text);
  return found;
}

test('only semantic versions are read, and written back', () => {
  for (const text of [
    '0.0.0',
    '1.2.3',
    '1.0.0-alpha.1',
    '1.0.0-0.3.7',
    '1.0.0+build.5',
    '1.0.0-rc.1+x',
  ]) {
    assert.equal(formatVersion(version(text)), text);
  }
  for (const bad of [
    '1',
    '1.2',
    'v1.2.3',
    '01.2.3',
    '1.2.3.4',
    '1.2.3-',
    '1.2.3-01',
    '1.2.x',
    ' 1.2.3',
    '1.2.3\n',
    '9999999999.0.0',
  ]) {
    assert.equal(parseVersion(bad), null, bad);
  }
});

test('precedence is that of the specification', () => {
  const order = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ];
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) {
      assert.equal(
        Math.sign(compareVersions(version(a), version(b))),
        Math.sign(i - j),
        `${a} ${b}`,
      );
    }
  }
  assert.equal(compareVersions(version('1.0.0+a'), version('1.0.0+b')), 0);
});

test('a raised version is above, by the asked step', () => {
  const parts = fc.record({ major: fc.nat(20), minor: fc.nat(20), patch: fc.nat(20) });
  fc.assert(
    fc.property(
      parts,
      fc.constantFrom('patch' as const, 'minor' as const, 'major' as const),
      (p, bump) => {
        const from: Version = { ...p, prerelease: [], build: null };
        assert.equal(bumpBetween(from, bumpVersion(from, bump)), bump);
      },
    ),
  );
  assert.equal(formatVersion(bumpVersion(version('2.0.0-rc.1'), 'major')), '2.0.0');
  assert.equal(formatVersion(bumpVersion(version('1.4.2-rc.1'), 'minor')), '1.5.0');
  assert.equal(bumpBetween(version('1.2.0'), version('1.2.0')), null);
  assert.equal(bumpBetween(version('1.2.0'), version('1.1.9')), null);
});
