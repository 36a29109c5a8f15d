/**
 * Up to four products side by side: the same fact on the same line, so that a difference is seen without reading.
 */

import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { searchQuery } from '../../api/queries.ts';
import type { ProductHit } from '../../api/types.ts';
import { AccessState } from '../../components/AccessState.tsx';
import { Breakable } from '../../components/Breakable.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Picks } from '../../components/Picks.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { priceWords } from '../../components/price-words.ts';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { quoteValue } from '../../lib/filter.ts';
import { formatEvery, formatName, formatNumber } from '../../lib/format.ts';
import classes from './ComparePage.module.css';
import { GetButton, olderMajorOf } from './GetButton.tsx';
import { promisesOf } from './hit-promises.ts';
import { readCompared } from './market-search.ts';
import { useCompare } from './use-compare.ts';
import { STATE_WORDS, words } from './words.ts';

export function ComparePage() {
  const { p = '' } = useSearch({ from: '/market/compare' });
  const names = readCompared(p);
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
      <>
        <h1 className="unseen">{words.compareEmptyTitle}</h1>
        <Empty title={words.compareEmptyTitle} action={<Link to="/market">{words.toMarket}</Link>}>
          {words.compareEmpty}
        </Empty>
      </>
    );
  }
  return (
    <div className={classes['page']}>
      <h1>{words.sideBySide(hits.length)}</h1>
      <ScrollArea className={classes['scroll']} label={words.compareTable}>
        <table className={classes['table']}>
          <caption className="unseen">{words.compareTable}</caption>
          <thead>
            <tr>
              <td />
              {hits.map((hit) => (
                <th key={hit.product} scope="col">
                  <Head hit={hit} names={names} />
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
      </ScrollArea>
    </div>
  );
}

function whereOf(names: readonly string[]): string {
  return names
    .map((name) => {
      const [domain = '', product = ''] = name.split('.');
      return `(domain = ${quoteValue(domain)} and name = ${quoteValue(product)})`;
    })
    .join(' or ');
}

function Head({ hit, names }: { hit: ProductHit; names: readonly string[] }) {
  const { product } = hit;
  const { products } = useCompare();
  const navigate = useNavigate();
  const without = (list: readonly string[]) =>
    list.filter((name) => name !== product).join(',') || undefined;
  const leaveOut = () =>
    navigate({
      to: '/market/compare',
      search: { p: without(names), compare: without(products) },
      replace: true,
    });
  return (
    <div className={classes['head']}>
      <Cloth domain={hit.domain} size={32} />
      <div>
        <Link to="/p/$product" params={{ product }}>
          {hit.title}
        </Link>
        <p className="mono">
          <Breakable text={product} />
          <span className={classes['version']}>@{hit.version}</span>
        </p>
      </div>
      <ActionIcon
        variant="subtle"
        aria-label={words.leaveCompare(product)}
        onClick={() => void leaveOut()}
      >
        <IconX size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

/** A name that wraps where its parts meet: a long one makes no column wide. */
const named = (name: string | null): ReactNode =>
  name === null ? words.notSaid : <Breakable text={name} />;

const FACTS: readonly { name: string; show(hit: ProductHit): ReactNode }[] = [
  { name: words.forWhat, show: ({ description }) => description ?? words.notSaid },
  { name: words.oneRow, show: ({ granularity }) => named(granularity) },
  {
    name: words.newData,
    show: ({ frequency }) => (frequency === null ? words.notPromised : formatEvery(frequency)),
  },
  {
    name: words.state,
    show: ({ state }) => <Status kind={state}>{STATE_WORDS[state]}</Status>,
  },
  { name: words.promises, show: (hit) => <Promises hit={hit} /> },
  {
    name: words.missesLeft,
    show: ({ budget }) =>
      budget === null ? words.noBudget : <Picks allowed={budget.allowed} left={budget.left} />,
  },
  { name: words.rules, show: ({ promise }) => formatNumber(promise.rules) },
  {
    name: words.rows,
    show: ({ measured }) =>
      measured.rows === null ? words.notMeasured : formatNumber(measured.rows),
  },
  {
    name: words.lastBatch,
    show: ({ measured }) => <TimeText at={measured.lastBatch} missing={words.noBatch} />,
  },
  { name: words.sensitivity, show: ({ classification }) => named(classification) },
  { name: words.purposes, show: ({ purposes }) => purposes.map(formatName).join(', ') },
  { name: words.price, show: ({ price }) => priceWords(price) ?? words.notSaid },
  { name: words.licence, show: ({ licence }) => named(licence) },
  { name: words.region, show: ({ region }) => named(region) },
  {
    name: words.owner,
    show: ({ owner }) => (owner === null ? named(null) : <PersonName id={owner} hasId={false} />),
  },
  { name: words.consumers, show: ({ consumers }) => formatNumber(consumers) },
  {
    name: words.access,
    show: (hit) => (
      <AccessState access={hit.access} answersIn={hit.answersIn} olderMajor={olderMajorOf(hit)} />
    ),
  },
  { name: words.actions, show: (hit) => <GetButton hit={hit} /> },
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
      <span className="caption">{promise.promised ?? words.notPromised}</span>
    </div>
  ));
}
