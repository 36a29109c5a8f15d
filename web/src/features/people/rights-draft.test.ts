/**
 * What a draft of rights changes: what was touched and nothing else, and nothing that the mesh would refuse.
 */
import { expect, test } from 'vitest';
import { attributesOf, changeOf, draftOf, faultOf, type RightsDraft } from './rights-draft.ts';

const LENA = {
  name: 'Lena',
  roles: ['producer' as const, 'consumer' as const],
  domains: ['sales'],
  attributes: { region: 'EU', brands: ['a', 'b'] },
};

const draft = (part: Partial<RightsDraft> = {}): RightsDraft => ({ ...draftOf(LENA), ...part });

test('a draft as it began, in another order or with an empty row changes nothing', () => {
  expect(changeOf(LENA, draft())).toBeNull();
  expect(changeOf(LENA, draft({ roles: ['consumer', 'producer'] }))).toBeNull();
  const rows = [
    { name: '', values: [] },
    { name: 'brands', values: ['b', 'a'] },
    { name: ' region ', values: ['EU'] },
  ];
  expect(changeOf(LENA, draft({ attributes: rows, name: ' Lena ' }))).toBeNull();
});

test('what was touched is sent, and an attribute that went is taken away', () => {
  expect(changeOf(LENA, draft({ roles: ['producer'] }))).toEqual({ roles: ['producer'] });
  expect(changeOf(LENA, draft({ domains: [] }))).toEqual({ domains: [] });
  const rows = [
    { name: 'brands', values: ['a'] },
    { name: 'team', values: ['x', 'y'] },
  ];
  expect(changeOf(LENA, draft({ attributes: rows }))).toEqual({
    attributes: { brands: 'a', team: ['x', 'y'], region: null },
  });
});

test('an attribute may be called as anything, such as what every object has', () => {
  const rows = [{ name: 'constructor', values: ['x'] }];
  expect(changeOf({ ...LENA, attributes: {} }, draft({ attributes: rows }))).toEqual({
    attributes: { constructor: 'x' },
  });
  const owned = { ...LENA, attributes: { toString: 'x' } };
  expect(changeOf(owned, draft({ attributes: [] }))).toEqual({ attributes: { toString: null } });
});

test('one value is a text, several are a list', () => {
  expect(attributesOf(draftOf(LENA).attributes)).toEqual(LENA.attributes);
});

test('the first fault is told, and rights that fit have none', () => {
  const attribute = (name: string, values: string[]) => ({ name, values });
  expect(faultOf(draft())).toBeNull();
  expect(faultOf(draft({ name: ' ' }))).toBe('name');
  expect(faultOf(draft({ roles: [] }))).toBe('role');
  expect(faultOf(draft({ roles: ['consumer', 'platform'] }))).toBe('domain-role');
  expect(faultOf(draft({ roles: ['consumer'], domains: [] }))).toBeNull();
  expect(faultOf(draft({ attributes: [attribute('', ['x'])] }))).toBe('attribute-name');
  expect(faultOf(draft({ attributes: [attribute('a', [])] }))).toBe('attribute-value');
  const twice = [attribute('a', ['x']), attribute(' a', ['y'])];
  expect(faultOf(draft({ attributes: twice }))).toBe('attribute-twice');
});
