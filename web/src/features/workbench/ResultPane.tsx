/**
 * The answer: how much and how fast, what rules shaped it, its rows and its picture; or why there is none.
 */

import { Button, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle, IconChevronDown, IconEyeOff } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Problem, type ProblemDocument } from '../../api/problem.ts';
import type { ResultStatus } from '../../api/result-store.ts';
import { formatShortcut } from '../../app/keys.ts';
import { suggestChart } from '../../components/chart/chart-data.ts';
import { Empty } from '../../components/Empty.tsx';
import { DataGrid } from '../../components/grid/DataGrid.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Split } from '../../components/Split.tsx';
import type { Run } from './bench.ts';
import { ChartPane } from './ChartPane.tsx';
import { useOwnBench } from './own-bench.ts';
import { headOf } from './query-places.ts';
import classes from './ResultPane.module.css';
import { RulesDock } from './RulesDock.tsx';
import type { CatalogTable } from './use-catalog.ts';
import { type Shaping, useBench, useProblem, useShaping, useStatus } from './use-result.ts';
import { words } from './words.ts';
import { VIEWS, type WorkbenchView } from './workbench-search.ts';

export interface ResultPaneProps {
  run: Run | null;
  /** What was asked last: the one in sight, or one that is on its way, or did not come. */
  next: Run | null;
  tables: readonly CatalogTable[];
}

export function ResultPane({ run, next, tables }: ResultPaneProps) {
  const { isCutOff } = useBench();
  if (run === null && isCutOff) return <Empty title={words.cutOffTitle}>{words.cutOff}</Empty>;
  if (run === null) {
    return <Rest />;
  }
  return <Answer run={run} next={next} tables={tables} />;
}

function Rest() {
  const isPhone = useMediaQuery('(max-width: 640px)') ?? false;
  const said = isPhone ? words.restPhone : words.rest(formatShortcut('mod+enter').join(''));
  return <Empty title={words.restTitle}>{said}</Empty>;
}

function Answer({ run, next, tables }: Omit<ResultPaneProps, 'run'> & { run: Run }) {
  const status = useStatus(run.store);
  const shaping = useShaping(run, status, tables);
  const [isDocked, setDocked] = useState(false);
  const { view, canChart, choose } = useView(status);
  const isOther = next !== run;
  const unanswered = useProblem(isOther ? next : null);
  if (status.state === 'failed' && status.rowCount === 0)
    return <Refused problem={status.problem} run={run} />;
  if (status.columns.length === 0) {
    return status.state === 'cancelled' ? (
      <Empty title={words.cancelled(0)}>{null}</Empty>
    ) : (
      <Skeleton height={320} lines={8} label={words.coming} />
    );
  }
  const dock = isDocked ? (
    <RulesDock
      rules={shaping.rules}
      products={status.tail?.products ?? []}
      onClose={() => setDocked(false)}
    />
  ) : null;
  const rows = <Rows run={run} status={status} shaping={shaping} />;
  return (
    <section
      className={classes['answer']}
      data-stale={(isOther && unanswered === null) || undefined}
      aria-label={words.answer}
    >
      {next === null || unanswered === null ? null : <Unanswered run={next} problem={unanswered} />}
      <header className={classes['bar']}>
        <Finding status={status} />
        <Sorting run={run} />
        <RulesButton
          count={shaping.rules.length}
          isOpen={isDocked}
          onToggle={() => setDocked(!isDocked)}
        />
        <Snapshots status={status} />
        {canChart ? (
          <SegmentedControl
            size="xs"
            aria-label={words.answerParts}
            data={VIEWS.map((value) => ({ value, label: words.views[value] }))}
            value={view}
            onChange={(value) => choose(value as WorkbenchView)}
          />
        ) : null}
      </header>
      <Broken status={status} />
      <Panes view={view} rows={rows} chart={<ChartPane run={run} />} dock={dock} />
    </section>
  );
}

interface PanesProps {
  view: WorkbenchView;
  rows: ReactNode;
  chart: ReactNode;
  dock: ReactNode;
}

/** Rows beside picture and rules; on a phone one below the other. */
function Panes({ view, rows, chart, dock }: PanesProps) {
  const isPhone = useMediaQuery('(max-width: 640px)') ?? false;
  const hasSide = view !== 'grid' || dock !== null;
  const side = (
    <div className={classes['side']}>
      {view === 'grid' ? null : chart}
      {dock}
    </div>
  );
  if (isPhone) {
    return (
      <>
        {view === 'chart' ? null : <div className={classes['panes']}>{rows}</div>}
        {hasSide ? side : null}
      </>
    );
  }
  return (
    <div className={classes['panes']}>
      {view === 'chart' ? side : null}
      {view !== 'chart' && !hasSide ? rows : null}
      {view !== 'chart' && hasSide ? (
        <Split
          direction="row"
          initial={view === 'grid' ? 66 : 51}
          label={words.betweenChart}
          first={rows}
          second={side}
        />
      ) : null}
    </div>
  );
}

/** What the address says; else both where a chart makes sense. */
function useView(status: ResultStatus) {
  const search = useSearch({ from: '/workbench' });
  const navigate = useNavigate({ from: '/workbench' });
  const canChart = suggestChart(status.columns) !== null && status.rowCount > 1;
  const view: WorkbenchView = canChart ? (search.view ?? 'both') : 'grid';
  const choose = (next: WorkbenchView): void => {
    void navigate({ search: (old) => ({ ...old, view: next }), replace: true });
  };
  return { view, canChart, choose };
}

function Rows({ run, status, shaping }: { run: Run; status: ResultStatus; shaping: Shaping }) {
  const bench = useOwnBench();
  if (status.rowCount === 0 && status.state === 'done') {
    return <Empty title={words.zeroTitle}>{words.zero}</Empty>;
  }
  const { store, order, sql, purpose } = run;
  const onSort = (column: string): void => {
    const isDescending = order?.column === column ? !order.isDescending : true;
    bench.run(sql, purpose, { column, isDescending });
  };
  return (
    <DataGrid
      key={run.id}
      label={words.grid(status.rowCount)}
      columns={shaping.columns}
      rowCount={status.rowCount}
      rowAt={store.rowAt}
      version={status.version}
      rowsOf={(from, to) => store.rows(from, to)}
      copyRefusal={
        shaping.exportRefusal === null ? null : words.exportRefused(shaping.exportRefusal)
      }
      sort={order}
      onSort={onSort}
    />
  );
}

function Finding({ status }: { status: ResultStatus }) {
  const { state, rowCount, elapsedMs, tail, bytes } = status;
  return (
    <p className={classes['finding']} role="status">
      {state === 'cancelled' ? (
        words.cancelled(rowCount)
      ) : (
        <>
          <b>{words.rowsIn(rowCount)}</b> {state === 'running' ? '…' : words.took(elapsedMs)}
        </>
      )}
      {tail === null ? null : <span className="caption">{words.cost(tail.cpuSeconds, bytes)}</span>}
      {tail?.truncated === true ? (
        <span className={classes['cut']}>
          <IconAlertTriangle size={15} stroke={1.9} aria-hidden="true" /> {words.truncated}
        </span>
      ) : null}
    </p>
  );
}

/** Why the next answer did not come; the one before it stays in sight. */
function Unanswered({ run, problem }: { run: Run; problem: ProblemDocument }) {
  const bench = useOwnBench();
  return (
    <div className={classes['broken']}>
      <p className={classes['brokenLine']}>{words.unanswered}</p>
      <ProblemBox
        error={new Problem(problem)}
        onRetry={() => bench.run(run.sql, run.purpose, run.order)}
      />
    </div>
  );
}

/** The text says nothing of an order that was chosen by the head of a column. */
function Sorting({ run: { sql, purpose, order } }: { run: Run }) {
  const bench = useOwnBench();
  if (order === null) return null;
  return (
    <span className={classes['sorting']}>
      {words.sorted(order.column, order.isDescending)}{' '}
      <button type="button" onClick={() => bench.run(sql, purpose)}>
        {words.asWritten}
      </button>
    </span>
  );
}

interface RulesButtonProps {
  count: number;
  isOpen: boolean;
  onToggle: () => void;
}

function RulesButton({ count, isOpen, onToggle }: RulesButtonProps) {
  return (
    <button
      type="button"
      className={classes['rules']}
      data-none={count === 0 || undefined}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <IconEyeOff size={15} stroke={1.7} aria-hidden="true" />
      {count === 0 ? words.unshapedShort : words.shaped(count)}
      <IconChevronDown size={14} stroke={1.9} aria-hidden="true" />
    </button>
  );
}

function Snapshots({ status }: { status: ResultStatus }) {
  const snapshots = (status.tail?.products ?? []).flatMap(({ product, snapshot }) =>
    snapshot === null ? [] : [{ product, snapshot }],
  );
  const [first] = snapshots;
  if (first === undefined) return <span className={classes['snapshot']} />;
  const rest = snapshots.length - 1;
  return (
    <span
      className={classes['snapshot']}
      title={snapshots.map(({ product, snapshot }) => `${product}: ${snapshot}`).join('\n')}
    >
      <Phrase parts={words.snapshots(<span className="mono">{first.snapshot}</span>, rest)} />
    </span>
  );
}

/** An answer that ended too early, above the rows that came. */
function Broken({ status }: { status: ResultStatus }) {
  if (status.state !== 'failed' || status.problem === null) return null;
  return (
    <div className={classes['broken']}>
      <p className={classes['brokenLine']}>{words.broken(status.rowCount)}</p>
      <ProblemBox error={new Problem(status.problem)} />
    </div>
  );
}

function Refused({ problem, run }: { problem: ProblemDocument | null; run: Run }) {
  const bench = useOwnBench();
  if (problem === null) return null;
  const product = problem.errors?.find(({ path }) => path?.includes('.'))?.path;
  const isDenied = problem.code === 'ACCESS_DENIED' && product !== undefined;
  const { remedy, errors = [], ...rest } = problem;
  const told = {
    ...rest,
    detail: headOf(problem.detail),
    // Why left out: the text marks what has a place, and the button does what the remedy says.
    errors: errors.filter(({ message, line }) => line === undefined && message !== problem.detail),
    ...(remedy === undefined || isDenied ? {} : { remedy }),
  };
  return (
    <div className={classes['refused']}>
      <ProblemBox
        error={new Problem(told)}
        onRetry={() => bench.run(run.sql, run.purpose, run.order)}
        action={
          isDenied ? (
            <Button
              renderRoot={(props) => (
                <Link to="/p/$product/request" params={{ product }} {...props} />
              )}
            >
              {words.askFor(product)}
            </Button>
          ) : undefined
        }
      />
    </div>
  );
}
