/**
 * Sample data: batches and where their records went, rows, charts, the mesh as a graph, the history of a rule.
 */
import type { FlowCheck } from '../../components/BatchFlow.tsx';
import type { ChartData, ChartKind } from '../../components/chart/chart-data.ts';
import type { GraphEdge, GraphNode } from '../../components/graph/graph-data.ts';
import type { GridColumn } from '../../components/grid/grid-cells.ts';
import type { HistoryLine } from '../../components/history/history-line.ts';
import type { FlowCounts } from '../../lib/flow.ts';

const CHECKS = ['types', 'never empty', 'unique', 'known products'];
const checks = (...failed: number[]): FlowCheck[] =>
  CHECKS.map((label, at) => ({ id: label, label, failed: failed[at] ?? 0 }));

interface Flow {
  name: string;
  counts: FlowCounts;
  checks: FlowCheck[];
  goodIs: string;
}

export const FLOWS: readonly Flow[] = [
  {
    name: 'all good',
    counts: { in: 75_000, good: 75_000, quarantined: 0, duplicates: 0 },
    checks: checks(),
    goodIs: 'in the table',
  },
  {
    name: 'held',
    counts: { in: 75_000, good: 74_178, quarantined: 405, duplicates: 417 },
    checks: checks(12, 0, 0, 393),
    goodIs: 'waiting',
  },
  {
    name: 'being checked',
    counts: { in: 75_000, good: 48_200, quarantined: 0, duplicates: 0 },
    checks: checks(),
    goodIs: 'so far',
  },
  {
    name: 'nothing yet',
    counts: { in: 0, good: 0, quarantined: 0, duplicates: 0 },
    checks: checks(),
    goodIs: 'in the table',
  },
];

export const COLUMNS: readonly GridColumn[] = [
  { name: 'basket_id', type: 'BIGINT' },
  { name: 'household', type: 'VARCHAR', veil: 'a stand-in' },
  { name: 'sales_value', type: 'DECIMAL(9,2)' },
  { name: 'sold_at', type: 'TIMESTAMP' },
  { name: 'note', type: 'VARCHAR' },
];

export function rowAt(index: number): readonly unknown[] | null {
  // Why some are missing: a row that is on its way is a state of the grid, too.
  if (index % 9 === 7) return null;
  const value = `${(index * 37) % 100}.${String((index * 13) % 100).padStart(2, '0')}`;
  const day = String((index % 28) + 1).padStart(2, '0');
  const note = index % 4 === 0 ? null : `till ${index % 12}`;
  return [
    `319691855${76 + index}`,
    `h:${(index * 7919).toString(16)}`,
    value,
    `2026-11-${day}T08:30:00`,
    note,
  ];
}
export const ROWS = 1_000_000;

const MONTHS = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'];

function chartOf(kind: ChartKind, names: readonly string[]): ChartData {
  const isBar = kind === 'bar';
  return {
    kind,
    x: isBar ? 'region' : 'month',
    y: 'sales_value',
    axis: 'category',
    rows: 75_000,
    isSummed: true,
    isThinned: isBar,
    series: names.map((name, at) => ({
      name,
      isOthers: name === 'others',
      points: (isBar ? ['north', 'east', 'south', 'west'] : MONTHS).map((x, month) => ({
        x,
        y: 1_200 + at * 320 + ((month * 7 + at * 5) % 6) * 130,
      })),
    })),
  };
}

export const CHARTS: readonly ChartData[] = [
  chartOf('line', ['north', 'east', 'south', 'west', 'coast', 'others']),
  chartOf('bar', ['']),
];

export const NODES: readonly GraphNode[] = [
  product('point_of_sale', 'transactions', 'kept', '75,000 rows'),
  product('loyalty', 'households', 'close', '2,500 rows'),
  product('trade_promotion', 'campaigns', 'missed', 'late since 22 Nov'),
  product('insights', 'clusters', 'waiting', 'waits for campaigns'),
  {
    id: 'ana',
    kind: 'subject',
    title: 'Ana Ruiz',
    domain: null,
    note: 'campaign analysis',
    state: null,
  },
];

function product(domain: string, name: string, state: GraphNode['state'], note: string): GraphNode {
  return {
    id: `${domain}.${name}`,
    kind: 'product',
    title: `${domain}.${name}`,
    domain,
    note,
    state,
  };
}

const edge = (from: string, to: string, kind: GraphEdge['kind'], isStopped = false): GraphEdge => ({
  from,
  to,
  kind,
  note: null,
  isStopped,
});

export const EDGES: readonly GraphEdge[] = [
  edge('loyalty.households', 'point_of_sale.transactions', 'reference'),
  edge('point_of_sale.transactions', 'insights.clusters', 'input'),
  edge('trade_promotion.campaigns', 'insights.clusters', 'input', true),
  edge('insights.clusters', 'ana', 'agreement'),
];

const SHARES = [1, 1, 0.999, 1, 0.98, 0.997, null, 0.9946];

/** Of a rule over batches; `isSetAside`: what it refused was met by no reader. */
const history = (isSetAside: boolean): HistoryLine => ({
  unit: 'share',
  isSetAside,
  bounds: [1],
  points: SHARES.map((value, at) => ({
    batch: `bat_${at}`,
    at: `2026-11-${String(at + 14)}T06:00:00Z`,
    value,
    isMiss: value !== null && value < 1,
  })),
});

export const HISTORIES: readonly { name: string; line: HistoryLine }[] = [
  { name: 'missed', line: history(false) },
  { name: 'rows set aside', line: history(true) },
  { name: 'one batch', line: { ...history(false), points: history(false).points.slice(0, 1) } },
];

export const data = {
  grid: 'Rows of a query',
  noRows: 'A query without rows',
  graph: 'four products and a reader',
  history: (name: string): string => `Household is known: ${name}`,
};
