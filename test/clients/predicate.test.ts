/**
 * Predicates as Iceberg expressions, read by PyIceberg and by Iceberg's own Java library over a table of ours: the rows that
 * the reference evaluator keeps. Both plan files by our statistics first, so that a wrong bound would hide rows as well.
 * Not part of the default suite. `WEFT_PREDICATES=5000` tries as many.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isPrimitive } from '@weft/core/contract/data-type';
import { must } from '@weft/core/lib/assert';
import type { Predicate } from '@weft/core/lib/predicate';
import { predicateToIceberg } from '@weft/core/lib/predicate-iceberg';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';
import { openTestEngine } from '../support/engine.ts';
import {
  describeFailure,
  makePredicate,
  matching,
  shrinkPredicate,
} from '../support/predicate-cases.ts';
import { CASE_COLUMNS, type CaseRow, placesOf } from '../support/predicate-rows.ts';
import { similarRows, writeCaseTable } from '../support/predicate-table.ts';
import { type Engine, pyiceberg, spark, tellAbsent } from './engines.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_601);
const PREDICATES = Number(process.env['WEFT_PREDICATES'] ?? 200);

const READERS: [string, string, () => Engine][] = [
  ['PyIceberg', 'filter_pyiceberg.py', pyiceberg],
  ["Iceberg's Java library", 'filter_java.py', spark],
];

/** Iceberg's expressions say nothing of structs, lists and maps as such. */
const places = placesOf(CASE_COLUMNS).filter(({ type }) => isPrimitive(type));

function toIceberg(predicate: Predicate): string {
  const isSimple = (path: string): boolean => places.some((place) => place.path === path);
  return must(predicateToIceberg(predicate, isSimple), 'an expression');
}

for (const [name, script, engineOf] of READERS) {
  test(`${name} keeps the rows that the reference evaluator keeps`, async (t) => {
    const found = engineOf();
    if ('absent' in found) return tellAbsent(t, found.absent);
    const random = seededRandom(seed);
    const engine = await openTestEngine();
    t.after(() => engine.close());
    const directory = fs.mkdtempSync(join(os.tmpdir(), 'weft-filters-'));
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const files = Array.from({ length: 30 }, () =>
      similarRows(random, CASE_COLUMNS, { rows: 10, beyond: false }),
    );
    const rows = files.flat();
    const location = await writeCaseTable(t, engine, CASE_COLUMNS, files);
    const kept = (predicates: readonly Predicate[]): string[] => {
      const file = join(directory, 'expressions');
      fs.writeFileSync(file, predicates.map(toIceberg).join('\n'));
      const out = found.run(join(import.meta.dirname, 'scripts', script), [location, file]);
      return out.trim().split('\n');
    };
    const predicates = Array.from({ length: PREDICATES }, () => makePredicate(random, places, 2));
    const failing = async (candidates: readonly Predicate[]): Promise<Predicate[]> => {
      const answers = kept(candidates);
      assert.equal(answers.length, candidates.length);
      return candidates.filter((candidate, i) => answers[i] !== asList(matching(candidate, rows)));
    };
    const failed = await failing(predicates);
    const [first] = failed;
    if (first === undefined) return;
    const small = await shrinkPredicate(first, failing);
    assert.fail(
      `${failed.length} of ${PREDICATES}: ${describe(small, kept([small])[0] ?? '', rows)}`,
    );
  });
}

/** As Python writes it. */
function asList(ids: readonly number[]): string {
  return `[${ids.join(', ')}]`;
}

function describe(predicate: Predicate, got: string, rows: readonly CaseRow[]): string {
  const expected = new Set(matching(predicate, rows));
  const kept = new Set(JSON.parse(got) as number[]);
  const id = rows.findIndex((_, i) => expected.has(i) !== kept.has(i));
  return describeFailure(predicate, toIceberg(predicate), {
    id,
    cells: rows[id] ?? {},
    expected: expected.has(id),
    got: String(kept.has(id)),
  });
}
