/**
 * Up to four products side by side: the same fact on the same line, so that a difference is seen without reading.
 */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { searchQuery } from '../../api/queries.ts';
import type { ProductHit } from '../../api/types.ts';
import { AccessState } from '../../components/AccessState.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Picks } from '../../components/Picks.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Thread } from '../../components/Thread.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { quoteValue } from '../../lib/filter.ts';
import { formatEvery, formatName, formatNumber, plural } from '../../lib/format.ts';
import classes from './ComparePage.module.css';
import { promisesOf } from './hit-promises.ts';
import { COMPARED_MAX } from './use-compare.ts';

export function ComparePage() {
  const { p = '' } = useSearch({ from: '/market/compare' });
  const names = [...new Set(p.split(','))].filter((name) => NAME.test(name)).slice(0, COMPARED_MAX);
  const answer = useInfiniteQuery({
    ...searchQuery({ where: whereOf(names) }),
    enabled: names.length > 0,
  });
  const found = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  // Why by name: products stand in the order in which they were picked.
  const hits = names.flatMap((name) => found.find(({ product }) => product === name) ?? []);
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (names.length > 0 && answer.data === undefined) return <Skeleton height={500} lines={9} />;
  if (hits.length === 0) {
    return (
      <Empty title="Nothing to compare" action={<Link to="/market">Look in the market</Link>}>
        Pick products with the scales on their row.
      </Empty>
    );
  }
  return (
    <div className={classes['page']}>
      <h1>{`${plural(hits.length, { one: '# product', other: '# products' })} side by side`}</h1>
      <div className={classes['scroll']}>
        <table className={classes['table']}>
          <caption className="unseen">Facts of the products, one fact a row</caption>
          <thead>
            <tr>
              <td />
              {hits.map((hit) => (
                <th key={hit.product} scope="col">
                  <Head hit={hit} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {FACTS.map(({ name, show }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {hits.map((hit) => (
                  <td key={hit.product}>{show(hit)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const NAME = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

function whereOf(names: readonly string[]): string {
  return names
    .map((name) => {
      const [domain = '', product = ''] = name.split('.');
      return `(domain = ${quoteValue(domain)} and name = ${quoteValue(product)})`;
    })
    .join(' or ');
}

function Head({ hit }: { hit: ProductHit }) {
  return (
    <div className={classes['head']}>
      <Cloth domain={hit.domain} size={32} />
      <div>
        <Link to="/p/$product" params={{ product: hit.product }}>
          {hit.title}
        </Link>
        <p className="mono">
          {hit.product}@{hit.version}
        </p>
      </div>
    </div>
  );
}

const FACTS: readonly { name: string; show(hit: ProductHit): ReactNode }[] = [
  { name: 'For', show: ({ description }) => description ?? 'not said' },
  { name: 'One row is', show: ({ granularity }) => granularity ?? 'not said' },
  {
    name: 'New data',
    show: ({ frequency }) => (frequency === null ? 'not promised' : formatEvery(frequency)),
  },
  { name: 'Promises', show: (hit) => <Promises hit={hit} /> },
  {
    name: 'Misses left',
    show: ({ budget }) =>
      budget === null ? (
        'no budget promised'
      ) : (
        <Picks allowed={budget.allowed} left={budget.left} />
      ),
  },
  { name: 'Rules', show: ({ promise }) => formatNumber(promise.rules) },
  {
    name: 'Rows',
    show: ({ measured }) =>
      measured.rows === null ? 'not measured yet' : formatNumber(measured.rows),
  },
  {
    name: 'Last batch',
    show: ({ measured }) => <TimeText at={measured.lastBatch} missing="no batch yet" />,
  },
  { name: 'Sensitivity', show: ({ classification }) => classification ?? 'not said' },
  { name: 'Purposes', show: ({ purposes }) => purposes.map(formatName).join(', ') },
  { name: 'Consumers', show: ({ consumers }) => formatNumber(consumers) },
  { name: 'Access', show: ({ access }) => <AccessState access={access} /> },
];

function Promises({ hit }: { hit: ProductHit }) {
  return promisesOf(hit).map((promise) => (
    <div key={promise.name} className={classes['promise']}>
      <span>{promise.name}</span>
      {promise.promised === null ? (
        <span />
      ) : (
        <Thread headroom={promise.headroom} label={promise.name} />
      )}
      <b>{promise.measured}</b>
      <span className="caption">{promise.promised ?? 'not promised'}</span>
    </div>
  ));
}
