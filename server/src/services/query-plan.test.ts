/** What a consumer is told of a column that the engine did not find. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import { explainHidden, type PlannedQuery } from './query-plan.ts';

const binder = (column: string) =>
  new WeftError(
    'QUERY_FAILED',
    `Binder Error: Referenced column "${column}" not found in FROM clause! Candidate bindings: "region"`,
  );

const plan = {
  decisions: [
    {
      table: { domain: 'shop', table: 'stores', major: 1 },
      columns: ['region', 'stores'],
      hidden: [{ column: 'city', why: 'granularity' }],
      rollUp: {},
    } as unknown as AccessDecision,
  ],
} as PlannedQuery;

it('says of a column that a roll-up does not show that it is hidden, and what there is', () => {
  const told = explainHidden(binder('city'), plan);
  assert.ok(isWeftError(told, 'ACCESS_DENIED'));
  assert.equal(told.message, 'The column "city" of shop.stores is hidden from you (granularity).');
  assert.match(told.remedy ?? '', /shows groups of rows alone, with region, stores/);
});

it('leaves what the engine says of a column that is nowhere', () => {
  const error = binder('town');
  assert.equal(explainHidden(error, plan), error);
});
