/**
 * The benchmarks: `npm run bench -- [--only NAME]… [--rows N] [--runs N] [--commits N] [--wait SECONDS] [--write FILE] [--json]`.
 *
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
};
/** Groups that run only when they are named: they install programs of others, or take long. */
const NAMED_ONLY: readonly string[] = [
  'catalog',
  'commits-long',
  'peers',
  'projections',
  'decisions',
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string', default: '1000000' },
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
const options: IngestOptions = {
  rows: readCount('rows'),
  runs: readCount('runs'),
  commits: readCount('commits'),
  patience: Number(values.wait),
  say,
};
const unknown = values.only.filter((name) => GROUPS[name] === undefined);
if (unknown.length > 0) {
  say(`There is no figure "${unknown.join('", "')}"; known: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}
say(`${describeMachine()}, ${options.rows} rows`);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  const isWanted = values.only.length > 0 ? values.only.includes(name) : !NAMED_ONLY.includes(name);
  if (!isWanted) continue;
  await waitForCalm(options.patience);
  say(`${name}, load ${loadavg()[0]?.toFixed(2)}`);
  figures.push(...(await measure(options)));
}
if (values.write !== undefined) {
  writeFigures(values.write, figures, describeMachine());
}
process.stdout.write(
  values.json ? `${JSON.stringify(figures, null, 2)}\n` : `${renderFigures(figures)}\n`,
);

function readCount(name: 'rows' | 'runs' | 'commits'): number {
  const count = Number(values[name]);
  if (Number.isSafeInteger(count) && count > 0) return count;
  say(`--${name} ${values[name]} is no count`);
  process.exit(2);
}
