/**
 * The benchmarks: `npm run bench -- [--all] [--only NAME]… [--rows N] [--runs N] [--commits N] [--wait SECONDS] [--write FILE] [--json]`.
 *
 * `--all`: every group, ingest with 5 million rows and queries over 10 million, as the table of docs/performance.md has them.
 * `--wait`: how long each pair of runs waits for a calm machine at most. `--write`: puts the figures into a document, too.
 * Not a test: it never fails for being slow. Invariants: standard output holds the figures and nothing else; what stands
 * beside a baseline was measured in turns with it, in this run.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBatches } from './batches.ts';
import { measureCatalog } from './catalog.ts';
import { measureCommits } from './commits.ts';
import { measureDecisions } from './decisions.ts';
import { writeFigures } from './document.ts';
import { type Figure, renderFigures } from './figure.ts';
import { type IngestOptions, measureIngest } from './ingest.ts';
import { measureIsolation } from './isolation.ts';
import { describeMachine, waitForCalm } from './measure.ts';
import { measureMemory } from './memory.ts';
import { measurePeers } from './peers.ts';
import { measureProjections } from './projections.ts';
import { measureQueries } from './query.ts';
import { measureSmallBatches } from './small-batches.ts';
import { measureStage } from './stage.ts';
import { measureStart } from './start.ts';

const GROUPS: Readonly<Record<string, (options: IngestOptions) => Promise<Figure[]>>> = {
  ingest: measureIngest,
  batches: measureBatches,
  small: measureSmallBatches,
  query: measureQueries,
  start: measureStart,
  memory: measureMemory,
  stage: measureStage,
  catalog: measureCatalog,
  'commits-long': measureCommits,
  peers: measurePeers,
  projections: measureProjections,
  decisions: measureDecisions,
  isolation: measureIsolation,
};
/** Groups that run only when they are named: they install programs of others, or take long. */
const NAMED_ONLY: readonly string[] = [
  'catalog',
  'commits-long',
  'peers',
  'projections',
  'decisions',
  'isolation',
];
/** What the aims speak of. */
const LARGE_ROWS: Readonly<Record<string, number>> = {
  ingest: 5_000_000,
  peers: 5_000_000,
  query: 10_000_000,
  projections: 10_000_000,
};

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string' },
    runs: { type: 'string', default: '3' },
    commits: { type: 'string', default: '10000' },
    wait: { type: 'string', default: '0' },
    write: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
/** Rows of a group when nobody says how many. */
function rowsOf(group: string): number {
  if (!values.all) return 1_000_000;
  return LARGE_ROWS[group] ?? 1_000_000;
}

const optionsOf = (group: string): IngestOptions => ({
  rows: values.rows === undefined ? rowsOf(group) : readCount('rows', values.rows),
  runs: readCount('runs', values.runs),
  commits: readCount('commits', values.commits),
  patience: Number(values.wait),
  say,
});
const unknown = values.only.filter((name) => GROUPS[name] === undefined);
if (unknown.length > 0) {
  say(`There is no figure "${unknown.join('", "')}"; known: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}
say(describeMachine());
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  if (!isWanted(name)) continue;
  const options = optionsOf(name);
  await waitForCalm(options.patience);
  say(`${name}, ${options.rows} rows, load ${loadavg()[0]?.toFixed(2)}`);
  figures.push(...(await measure(options)));
}
if (values.write !== undefined) {
  writeFigures(values.write, figures, describeMachine());
}
process.stdout.write(
  values.json ? `${JSON.stringify(figures, null, 2)}\n` : `${renderFigures(figures)}\n`,
);

function isWanted(group: string): boolean {
  if (values.only.length > 0) return values.only.includes(group);
  return values.all || !NAMED_ONLY.includes(group);
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  say(`--${name} ${text} is no count`);
  process.exit(2);
}
