/** Claims to subjects: what is mapped, what never is, and that a claim of another form refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ClaimMapping, mapClaims } from './claims.ts';
import { ROLES, type Role } from './types.ts';

const mapping: ClaimMapping = {
  id: 'sub',
  name: 'name',
  groups: 'realm_access.roles',
  roles: { sales: ['producer'], audit: ['privacy_officer', 'steward'] },
  domains: { sales: ['orders', 'returns'], brands: ['brands'] },
  attributes: { brand: 'https://example.org/brands', region: 'address.region', level: 'level' },
  everyone: ['consumer'],
};

const mapped = (claims: Record<string, unknown>) => {
  const result = mapClaims(mapping, claims);
  assert.ok('value' in result, JSON.stringify(result));
  return result.value;
};
const fault = (claims: Record<string, unknown>) => {
  const result = mapClaims(mapping, claims);
  return 'fault' in result ? result.fault : `mapped: ${JSON.stringify(result.value)}`;
};

test('groups give roles and domains, claims give attributes, by name and by path', () => {
  assert.deepEqual(
    mapped({
      sub: 'u1',
      name: 'Ada',
      realm_access: { roles: ['sales', 'brands', 'unknown'] },
      'https://example.org/brands': ['a', 'b'],
      address: { region: 'EU' },
      level: 3,
    }),
    {
      id: 'u1',
      name: 'Ada',
      roles: ['consumer', 'producer'],
      domains: ['brands', 'orders', 'returns'],
      attributes: { brand: ['a', 'b'], region: 'EU', level: '3' },
    },
  );
});

test('a name in which something cannot be seen is none: its bearer is called by his id, and not kept out', () => {
  for (const name of ['Ada\u200b', 'Ada \u202etaP', '\u2800', 7]) {
    assert.equal(mapped({ sub: 'u1', name }).name, 'u1', JSON.stringify(name));
  }
  assert.equal(mapped({ sub: 'u1', name: 'کتاب\u200cخانه' }).name, 'کتاب\u200cخانه');
});

test('domains come only with a role that speaks for them', () => {
  const { roles, domains } = mapped({ sub: 'u1', realm_access: { roles: ['brands'] } });
  assert.deepEqual([roles, domains], [['consumer'], []]);
});

test('without groups there is what everybody has, and names of objects are no groups', () => {
  assert.deepEqual(mapped({ sub: 'u1' }).roles, ['consumer']);
  const odd = { sub: 'u1', realm_access: { roles: ['constructor', '__proto__', 'toString'] } };
  assert.deepEqual(mapped(odd).roles, ['consumer']);
});

test('a claim of another form refuses the subject', () => {
  assert.match(
    fault({ sub: 'u1', realm_access: { roles: [{ name: 'sales' }] } }),
    /no list of texts/,
  );
  assert.match(
    fault({ sub: 'u1', address: { region: { code: 'EU' } } }),
    /address\.region is neither/,
  );
  for (const sub of [undefined, 7, '', ' ', 'a b', 'a\u0000', 'x'.repeat(181), '\ud800']) {
    assert.match(fault({ sub }), /does not name a subject/, String(sub));
  }
});

test('no mapping and no claim gives the role node', () => {
  const role = fc.constantFrom<Role>(...ROLES);
  const group = fc.constantFrom('a', 'b', 'node');
  fc.assert(
    fc.property(
      fc.dictionary(group, fc.array(role)),
      fc.array(role),
      fc.array(group),
      (roles, everyone, groups) => {
        const result = mapClaims(
          { ...mapping, groups: 'groups', roles, everyone },
          { sub: 'u1', groups, roles: ['node'], role: 'node' },
        );
        assert.ok('value' in result && !result.value.roles.includes('node'));
      },
    ),
  );
});
