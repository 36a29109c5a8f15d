/**
 * Controls of the attack suite: builds in which one thing that keeps hidden rows and cells away is taken out. The same
 * search that is green on the real build must be red on each of them.
 *
 * WEFT_ATTACKS=full or WEFT_CONTROLS=all run every control, else two of them that WEFT_SEED picks. What a green suite would be
 * worth without them: nothing.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { assertFollows, type Weakness, weaken } from '../support/weakened.ts';
import { IS_FULL, SEED } from './plan.ts';
import type { Probe, probe } from './probes.ts';

interface Control extends Weakness {
  probe: Probe;
  /** What the finding says. */
  finds: RegExp;
}

const PROJECT = 'core/src/query/project.ts';
const PARTS = `  return {
    parts: partsOf(table, shown),
    // Why the list of columns: without it the engine's own columns (file name, row number) would be there, too.
    viewOver: (paths) =>
      \`CREATE VIEW \${name} AS SELECT \${list} FROM \${readParquetSql(paths, shown.columns)}\`,`;

const CONTROLS: readonly Control[] = [
  {
    name: 'the row filter is a view',
    file: PROJECT,
    find: PARTS,
    replace: `  return {
    parts: partsOf({ ...table, decision: { ...decision, rowFilter: { op: 'true' } } }, shown),
    viewOver: (paths) =>
      \`CREATE VIEW \${name} AS SELECT \${list} FROM \${readParquetSql(paths, shown.columns)} WHERE \${predicateToDuckdb(decision.rowFilter)}\`,`,
    probe: { of: 'queries', policy: 'like', form: 'mixed' },
    finds: /instead of/,
  },
  {
    name: 'masks are a view over raw values',
    file: PROJECT,
    find: PARTS,
    replace: `  const raw = table.columns.filter((column) => shown.reads.includes(column.name));
  return {
    parts: partsOf(table, { ...shown, columns: raw, select: (rows) => \`SELECT * FROM \${rows}\` }),
    viewOver: (paths) => \`CREATE VIEW \${name} AS \${shown.select(readParquetSql(paths, raw))}\`,`,
    probe: { of: 'files', policy: 'set', form: 'mixed' },
    finds: /is in a file/,
  },
  {
    name: 'rows stand in the order in which they are stored',
    file: 'core/src/query/shown.ts',
    find: 'return isWhole ? select : `SELECT * FROM (${select}) ORDER BY ${orderOf(columns)}`;',
    replace: 'return select;',
    probe: { of: 'queries', policy: 'set', form: 'mixed' },
    finds: /instead of/,
  },
  {
    name: 'data files of a masked column stay apart',
    file: 'core/src/query/shown.ts',
    find: 'const isMerged = !(table.groupedBy ?? []).every((id) => plain.has(id));',
    replace: 'const isMerged = false;',
    probe: { of: 'queries', policy: 'set', form: 'grouped' },
    finds: /instead of/,
  },
  {
    name: 'rows that were deleted are read',
    file: PROJECT,
    find: 'readTableSql(files, read)',
    replace: 'readTableSql(files.map((file) => ({ ...file, deletes: [] })), read)',
    probe: { of: 'queries', policy: 'set', form: 'deleted' },
    finds: /came out|instead of/,
  },
  {
    name: 'data files without a row that is shown are handed out',
    file: 'server/src/adapters/projection-files.ts',
    find: "      if (rows === 0) await writeFile(unfinished, '');\n",
    replace: '',
    probe: { of: 'queries', policy: 'not or', form: 'apart' },
    finds: /instead of/,
  },
  {
    name: 'cells of any number of units are shown',
    file: 'core/src/query/roll-up.ts',
    find: ' HAVING count(DISTINCT r.${quoteIdent(UNIT)}) >= ${units}`',
    replace: ' HAVING ${units} > 0`',
    probe: { of: 'queries', policy: 'roll-up', form: 'mixed' },
    finds: /came out|instead of/,
  },
  {
    name: 'one projection for agreements with other keys',
    file: 'core/src/query/shown.ts',
    find: '  return { key: { agreement, generation: keyGeneration } };',
    replace: '  return {};',
    probe: { of: 'hashes', policy: 'set', form: 'mixed' },
    finds: /under two agreements/,
  },
  {
    name: 'what the engine says is passed on',
    file: 'core/src/query/engine-error.ts',
    find: '  const kind = engineErrorKind(message);\n',
    replace:
      "  const kind = engineErrorKind(message);\n  return new WeftError('QUERY_FAILED', message);\n",
    probe: { of: 'errors', policy: 'equality', form: 'mixed' },
    finds: /open-|6ba7b810|"a"|1010/,
  },
  {
    name: 'what the engine says is logged',
    file: 'server/src/workers/query-run.ts',
    find: '      error: redactError(message.message),',
    replace: '      error: message.message,',
    probe: { of: 'errors', policy: 'equality', form: 'mixed' },
    finds: /open-|6ba7b810|"a"|1010/,
  },
  {
    name: 'the gate lets every function of a value through',
    file: 'core/src/query/gate-expression.ts',
    find: 'if (!EXPRESSION_FUNCTIONS.has(name)) {',
    replace: 'if (EXPRESSION_FUNCTIONS.size === 0) {',
    probe: { of: 'gate', policy: 'equality', form: 'mixed' },
    finds: /is reached/,
  },
  {
    name: 'a forbid forbids no row',
    file: 'core/src/policy/evaluate.ts',
    find: 'const rows = and([or(applying.map((outcome) => outcome.rows)), not(forbidden)]);',
    replace: 'const rows = or(applying.map((outcome) => outcome.rows)); not(forbidden);',
    probe: { of: 'queries', policy: 'forbid', form: 'mixed' },
    finds: /came out|instead of/,
  },
  {
    name: 'the filter of an agreement is left out',
    file: 'core/src/policy/decide.ts',
    find: 'and([policy, input.rules.rows, or(same.map((view) => view.filter))])',
    replace: 'and([policy, input.rules.rows])',
    probe: { of: 'queries', policy: 'agreed filter', form: 'mixed' },
    finds: /came out|instead of/,
  },
  {
    name: 'a value that is not there counts like the others',
    file: 'core/src/policy/residual.ts',
    find: "  return { op: 'ne', column: name, value: { type: 'null' } };",
    replace: "  return { op: 'true' };",
    probe: { of: 'queries', policy: 'not null', form: 'mixed' },
    finds: /came out|instead of/,
  },
  {
    name: 'a set has every key',
    file: 'core/src/lib/predicate-normal.ts',
    find: 'return guard(column, membership(column, values.filter(isValue), wanted), wanted);',
    replace: 'return always(wanted || values.length < 0);',
    probe: { of: 'queries', policy: 'keys', form: 'mixed' },
    finds: /came out|instead of/,
  },
  {
    name: 'an export hands data files out as they are',
    file: 'server/src/adapters/export-files.ts',
    find: '    if (part.form !== null) return part;\n',
    replace: '    if (part.form !== null) return { ...part, form: null };\n',
    probe: { of: 'exports', policy: 'equality', form: 'mixed' },
    finds: /is in an export/,
  },
  {
    name: 'an export says who the base table is',
    file: 'server/src/services/export-service.ts',
    find: 'properties: propertiesOf(table, request.purpose),',
    replace:
      'properties: { ...table.metadata.properties, files: table.files.map(({ path }) => path).join() },',
    probe: { of: 'exports', policy: 'equality', form: 'apart' },
    finds: /exports of the two worlds differ/,
  },
  {
    name: 'a mask of some rows holds in none',
    file: 'core/src/query/masks.ts',
    find: "return `CASE ${whens.join(' ')} ELSE ${rest.sql?.(value) ?? value} END`;",
    replace: 'return whens.length === 0 ? value : (rest.sql?.(value) ?? value);',
    probe: { of: 'files', policy: 'cells', form: 'mixed' },
    finds: /is in a file/,
  },
];

const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-attacks-')));
after(() => fs.rmSync(base, { recursive: true, force: true }));

const isWhole = IS_FULL || process.env['WEFT_CONTROLS'] === 'all';
const chosen = isWhole
  ? CONTROLS
  : [0, 1].map((i) => must(CONTROLS[(SEED * 2 + i * 5) % CONTROLS.length], 'a control'));

test('every control is of the code as it is', () => {
  for (const control of CONTROLS) assertFollows(control);
});

for (const [i, control] of chosen.entries()) {
  test(`control: ${control.name}`, async () => {
    const root = weaken(join(base, `tree-${i}`), control);
    const weakened = (await import(`${root}test/attacks/probes.ts`)) as { probe: typeof probe };
    const findings = await weakened.probe(control.probe);
    const [first] = findings;
    assert.ok(first !== undefined, 'the suite notices nothing');
    assert.match(first.problem, control.finds, JSON.stringify(first));
  });
}
