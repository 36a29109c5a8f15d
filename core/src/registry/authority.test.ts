/** Who acts for a domain and who does not. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { actsForDomain, decidesForDomain, seesAll, stewardsDomain } from './authority.ts';
import type { Role, Subject } from './types.ts';

const SALES = { name: 'sales', owners: ['olga'], stewards: ['stella'] };
const subject = (id: string, roles: Role[], domains: string[] = []): Subject => ({
  id,
  name: id,
  roles,
  domains,
  attributes: {},
});

it('lets owners and producers of the domain act, and nobody else', () => {
  assert.ok(actsForDomain(subject('olga', ['consumer']), SALES));
  assert.ok(actsForDomain(subject('pia', ['producer'], ['sales']), SALES));
  assert.ok(!actsForDomain(subject('pia', ['producer'], ['other']), SALES));
  assert.ok(!actsForDomain(subject('carl', ['consumer'], ['sales']), SALES));
  assert.ok(!actsForDomain(subject('pat', ['platform'], []), SALES));
  assert.ok(!actsForDomain(subject('node:sales', ['node'], ['sales']), SALES));
});

it('knows stewards by name, by domain and of the whole mesh', () => {
  assert.ok(stewardsDomain(subject('stella', []), SALES));
  assert.ok(stewardsDomain(subject('s', ['steward'], ['sales']), SALES));
  assert.ok(stewardsDomain(subject('s', ['steward']), SALES));
  assert.ok(!stewardsDomain(subject('s', ['steward'], ['other']), SALES));
  assert.ok(!decidesForDomain(subject('pat', ['platform', 'privacy_officer']), SALES));
  assert.ok(seesAll(subject('pat', ['platform'])));
  assert.ok(!seesAll(subject('s', ['steward'])));
});
