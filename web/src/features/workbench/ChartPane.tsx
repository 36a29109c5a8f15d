/**
 * The answer as a picture: a chart that fits its columns, and a choice of another one. The choice stands in the address.
 */
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Chart } from '../../components/chart/Chart.tsx';
import {
  type ChartKind,
  type ChartSpec,
  KINDS,
  suggestChart,
} from '../../components/chart/chart-data.ts';
import { gather } from '../../components/chart/gather.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import type { ResultColumn } from '../../lib/result-splitter.ts';
import type { Run } from './bench.ts';
import classes from './ChartPane.module.css';
import { useStatus } from './use-result.ts';
import { words } from './words.ts';

const NUMERIC = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\b.*|FLOAT|DOUBLE)$/;

export function ChartPane({ run }: { run: Run }) {
  const status = useStatus(run.store);
  const { spec, choose } = useSpec(status.columns);
  const isWhole = status.state !== 'running';
  const gathered = useQuery({
    queryKey: ['chart', run.id, spec, status.rowCount],
    queryFn: ({ signal }) => {
      if (spec === null) return null;
      const { columns, rowCount } = status;
      return gather({ columns, pages: run.store.pages(), spec, rowCount }, signal);
    },
    enabled: isWhole && spec !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (spec === null) return <p className={classes['none']}>{words.chartNone}</p>;
  return (
    <div className={classes['pane']}>
      <div className={classes['drawing']}>
        {gathered.error !== null ? <ProblemBox error={gathered.error} /> : null}
        {gathered.data == null ? (
          <Skeleton height={220} lines={5} />
        ) : (
          <Chart data={gathered.data} />
        )}
      </div>
      <Choice columns={status.columns} spec={spec} onChoose={choose} />
    </div>
  );
}

/** What the address says, where the answer has such columns; else what fits them. */
function useSpec(columns: readonly ResultColumn[]) {
  const { chart, x, y, by } = useSearch({ from: '/workbench' });
  const navigate = useNavigate({ from: '/workbench' });
  const spec = useMemo(() => {
    const suggested = suggestChart(columns);
    const has = (name: string | undefined): name is string =>
      columns.some((column) => column.name === name);
    if (!has(x) || !has(y)) return suggested;
    return { kind: chart ?? suggested?.kind ?? 'bar', x, y, ...(has(by) ? { by } : {}) };
  }, [columns, chart, x, y, by]);
  const choose = (next: ChartSpec): void => {
    const { kind: chart, x, y, by } = next;
    void navigate({
      search: ({ by: _, ...old }) => ({ ...old, chart, x, y, ...(by === undefined ? {} : { by }) }),
      replace: true,
    });
  };
  return { spec, choose };
}

interface ChoiceProps {
  columns: readonly ResultColumn[];
  spec: ChartSpec;
  onChoose: (spec: ChartSpec) => void;
}

function Choice({ columns, spec, onChoose }: ChoiceProps) {
  const names = columns.map(({ name }) => name);
  const numbers = columns.filter(({ type }) => NUMERIC.test(type)).map(({ name }) => name);
  const others = names.filter((name) => name !== spec.x && name !== spec.y);
  return (
    <div className={classes['choice']}>
      <SegmentedControl
        size="xs"
        aria-label={words.chartKind}
        data={KINDS.map((kind) => ({ value: kind, label: words.chartKinds[kind] }))}
        value={spec.kind}
        onChange={(kind) => onChoose({ ...spec, kind: kind as ChartKind })}
      />
      <NativeSelect
        size="xs"
        className={classes['select']}
        aria-label={words.chartX}
        data={spec.kind === 'scatter' ? numbers : names}
        value={spec.x}
        onChange={(event) => onChoose({ ...spec, x: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        className={classes['select']}
        aria-label={words.chartY}
        data={numbers}
        value={spec.y}
        onChange={(event) => onChoose({ ...spec, y: event.currentTarget.value })}
      />
      {spec.kind === 'bar' ? null : (
        <NativeSelect
          size="xs"
          className={classes['select']}
          aria-label={words.chartBy}
          data={[{ value: '', label: words.chartByNone }, ...others]}
          value={spec.by ?? ''}
          onChange={(event) => {
            const by = event.currentTarget.value;
            onChoose({ ...spec, by: by === '' ? undefined : by });
          }}
        />
      )}
    </div>
  );
}
