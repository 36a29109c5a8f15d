/**
 * What arrived: thirty days of promises, and, for whoever looks after the product, each batch.
 */

import { Button, Select } from '@mantine/core';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import '@mantine/core/styles/Combobox.layer.css';
import '@mantine/core/styles/ScrollArea.layer.css';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, defined, take } from '../../api/client.ts';
import { promisesQuery } from '../../api/promises.ts';
import type { BatchReport } from '../../api/types.ts';
import { Empty } from '../../components/Empty.tsx';
import { More } from '../../components/More.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Picks } from '../../components/Picks.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status, type StatusKind } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { Weave } from '../../components/Weave.tsx';
import { formatBytes, formatName, formatNumber } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { daySummary } from '../../lib/weave.ts';
import classes from './BatchesTab.module.css';
import { BATCH_STATES, type BatchesSearch } from './product-search.ts';
import { useProductRef } from './use-product.ts';
import { batchWords } from './words.ts';
import { words } from './words-batches.ts';

const PAGE = 50;

export function BatchesTab() {
  const { product } = useProductRef();
  return (
    <div className={classes['page']}>
      <Calendar product={product} />
      <Batches product={product} />
    </div>
  );
}

function Calendar({ product }: { product: string }) {
  const promises = useQuery(promisesQuery(product));
  const navigate = useNavigate();
  const { day: chosen } = useSearch({ strict: false }) as BatchesSearch;
  if (promises.isPending) return <Skeleton height={147} phone={185} label={words.loadingDays} />;
  if (promises.error !== null) {
    return <ProblemBox error={promises.error} onRetry={() => void promises.refetch()} />;
  }
  const { days, budget } = promises.data;
  const finding = daySummary(days);
  const choose = (day: string) =>
    void navigate({ to: '.', search: (old) => present({ ...old, day }), replace: true });
  return (
    <Panel
      title={finding.charAt(0).toUpperCase() + finding.slice(1)}
      aside={budget === null ? words.days : <Picks allowed={budget.allowed} left={budget.left} />}
    >
      <Weave
        rows={[{ id: product, title: product, name: product, days }]}
        label={words.promisesByDay(product)}
        hasNames={false}
        onDay={(_, { day }) => choose(day)}
        chosen={chosen}
      />
    </Panel>
  );
}

function useBatches(product: string, state: string | undefined, day: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['batches', product, state, day],
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/api/v1/batches', {
          params: { query: defined({ product, state, day, limit: PAGE, after: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });
}

function Batches({ product }: { product: string }) {
  const { state, day } = useSearch({ strict: false }) as BatchesSearch;
  const batches = useBatches(product, state, day);
  const navigate = useNavigate();
  const items = batches.data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (value: string | null) =>
    void navigate({
      to: '.',
      search: (old) => present({ ...old, state: BATCH_STATES.find((known) => known === value) }),
      replace: true,
    });
  return (
    <Panel
      title={day === undefined ? batchWords.title : batchWords.ofDay(day)}
      isFlush
      aside={
        <div className={classes['choices']}>
          {day === undefined ? null : (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() =>
                void navigate({
                  to: '.',
                  search: (old) => present({ ...old, day: undefined }),
                  replace: true,
                })
              }
            >
              {batchWords.allDays}
            </Button>
          )}
          <Select
            aria-label={words.states}
            placeholder={words.anyState}
            clearable
            size="xs"
            data={BATCH_STATES.map((value) => ({ value, label: formatName(value) }))}
            value={state ?? null}
            onChange={choose}
          />
        </div>
      }
    >
      {batches.isPending ? <Skeleton height={260} lines={6} label={words.loading} /> : null}
      {batches.error === null ? null : (
        <ProblemBox error={batches.error} onRetry={() => void batches.refetch()} />
      )}
      {items.length > 0 ? <BatchTable items={items} product={product} /> : null}
      {batches.data !== undefined && items.length === 0 ? (
        <Empty title={batchWords.none(state, day)}>
          {state === undefined && day === undefined ? words.noneHelp : batchWords.chooseOther}
        </Empty>
      ) : null}
      <More answer={batches} className={classes['more']}>
        {words.older}
      </More>
    </Panel>
  );
}

const KINDS: Readonly<Record<string, StatusKind>> = {
  landed: 'waiting',
  checking: 'waiting',
  committed: 'kept',
  held: 'missed',
  failed: 'missed',
  discarded: 'unknown',
};

function BatchTable({ items, product }: { items: readonly BatchReport[]; product: string }) {
  return (
    <ScrollArea className={classes['scroll']} label={words.table}>
      <table className={classes['table']}>
        <caption className="unseen">{words.tableHelp}</caption>
        <thead>
          <tr>
            <th scope="col">{words.batch}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.came}</th>
            <th scope="col" data-number>
              {words.in}
            </th>
            <th scope="col" data-number>
              {words.good}
            </th>
            <th scope="col" data-number>
              {words.quarantined}
            </th>
            <th scope="col" data-number>
              {words.duplicates}
            </th>
            <th scope="col" data-number>
              {words.size}
            </th>
            <th scope="col">{words.contract}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ batch, key, state, started, records, source, contract }) => (
            <tr key={batch}>
              <th scope="row">
                <Link to="/make/$product/batches/$batch" params={{ product, batch }}>
                  {key ?? source.name ?? batch}
                </Link>
                <div className="caption mono">{batch}</div>
              </th>
              <td>
                <Status kind={KINDS[state] ?? 'unknown'}>{state}</Status>
              </td>
              <td>
                <TimeText at={started} />
              </td>
              <td data-number>{formatNumber(records.in)}</td>
              <td data-number>{formatNumber(records.good)}</td>
              <td data-number data-some={records.quarantined > 0 || undefined}>
                {formatNumber(records.quarantined)}
              </td>
              <td data-number>{formatNumber(records.duplicates)}</td>
              <td data-number>{formatBytes(source.bytes)}</td>
              <td>
                <code>{contract.version}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
