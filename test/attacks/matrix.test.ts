/**
 * Attacks A1, A3 and A7 as a matrix: expressions that fail on hidden values × policies × forms of query × forms of table, on
 * two tables that differ in nothing but what is hidden. A run that tells them apart, or in which a mark comes out, is red.
 *
 * Expressions come from the engine's own list of functions (`throwing.ts`), policies are Cedar through the real check
 * (`policies.ts`), answers come from the real service, processes and projections (`worlds.ts`). How much is asked: `plan.ts`.
 * The controls are in `controls.test.ts`; the other attacks in `threats.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { consumerError, redactError } from '@weft/core/query/engine-error';
import { blocksOfFiles, blocksOfQueries, EVERY, IS_FULL, SEED } from './plan.ts';
import { markIn, searchBlock, searchFiles, searchLogs } from './search.ts';
import { searchExports } from './search-exports.ts';
import { findThrowing, type Throwing } from './throwing.ts';
import { openWorlds, type Worlds } from './worlds.ts';

let worlds: Worlds;
let expressions: Throwing[];
let hashes: string[];

before(async () => {
  [worlds, expressions] = await Promise.all([
    openWorlds(),
    findThrowing({ every: EVERY.function, seed: SEED, perName: IS_FULL ? 2 : 1 }),
  ]);
  hashes = warehouses();
});
after(() => worlds.close());

const warehouses = (): string[] =>
  [worlds.secret, worlds.clean].map(({ fixture }) => fixture.treeHash());

test('functions and casts that fail on hidden values and on no visible one are there', () => {
  const names = new Set(expressions.map(({ name }) => name));
  assert.ok(names.size >= (IS_FULL ? 100 : 1), `${[...names].join(', ')}`);
  if (!IS_FULL) return;
  for (const name of ['list_transform', 'cast integer', 'json_extract', 'regexp_matches', '<<']) {
    assert.ok(names.has(name), name);
  }
});

test('of what the engine says of a value nothing reaches a consumer or a log (A22)', () => {
  const telling = expressions.filter(({ error }) => markIn(error) !== null);
  assert.ok(!IS_FULL || telling.length > expressions.length / 3, 'many texts quote the value');
  for (const { sql, error } of expressions) {
    const { message, remedy, errors } = consumerError(error);
    assert.equal(markIn(JSON.stringify({ message, remedy, errors })), null, sql);
    assert.equal(markIn(redactError(error)), null, sql);
  }
});

test('what a query can open is the same file in both worlds, whatever is hidden beside it', async () => {
  for (const block of blocksOfFiles()) assert.deepEqual(await searchFiles(worlds, block), []);
});

test('what is exported is the same archive in both worlds, and has no mark', async () => {
  for (const block of blocksOfFiles()) assert.deepEqual(await searchExports(worlds, block), []);
});

test('no question tells a table from one in which what is hidden never was (A1, A7)', async () => {
  let [asked, refused] = [0, 0];
  for (const [i, block] of blocksOfQueries().entries()) {
    const options = { expressions, every: EVERY.combination, seed: SEED + i };
    const tally = await searchBlock(worlds, block, options);
    assert.deepEqual(tally.findings, []);
    asked += tally.asked;
    refused += tally.refused;
  }
  assert.ok(asked >= (IS_FULL ? 10_000 : 20), `${asked} questions`);
  assert.ok(refused <= asked / 50, `${refused} of ${asked} questions were refused in both worlds`);
  if (IS_FULL)
    process.stderr.write(`${asked} questions to both worlds, ${refused} refused in both\n`);
});

test('after all of that the warehouse is as it was, and no log has a mark (A5, A22)', () => {
  assert.deepEqual(searchLogs(worlds), []);
  assert.deepEqual(warehouses(), hashes);
});
