/**
 * What is known of a query or of long work, for whoever it belongs to: they have no page but this one.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, take } from '../../api/client.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatName, formatNumber } from '../../lib/format.ts';
import classes from './LookupPage.module.css';
import { placeOfSaved } from './place-of.ts';
import { words } from './words.ts';

/** Goes on to the saved thing itself. */
export function SavedThing({ id }: { id: string }) {
  const answer = useQuery({
    queryKey: ['saved', id],
    queryFn: () => take(api.GET('/api/v1/saved/{saved}', { params: { path: { saved: id } } })),
  });
  if (answer.data !== undefined) return <Navigate {...placeOfSaved(answer.data)} replace />;
  return <Waiting answer={answer} id={id} />;
}

export function QueryRecord({ id }: { id: string }) {
  const answer = useQuery({
    queryKey: ['query-record', id],
    queryFn: () => take(api.GET('/api/v1/queries/{query}', { params: { path: { query: id } } })),
  });
  if (answer.data === undefined) return <Waiting answer={answer} id={id} />;
  const { state, code, purpose, products, rowCount, started, finished } = answer.data;
  return (
    <>
      <Facts
        facts={[
          [words.state, state],
          [words.problem, code === null ? null : <code key="code">{code}</code>],
          [words.purpose, formatName(purpose)],
          [words.products, <Products key="of" names={products.map(({ product }) => product)} />],
          [words.rows, rowCount === null ? null : formatNumber(rowCount)],
          [words.began, <TimeText key="began" at={started} />],
          [words.ended, <TimeText key="ended" at={finished} missing={words.ending} />],
        ]}
      />
      <p className="caption">{words.textGone}</p>
    </>
  );
}

export function OperationRecord({ id, product }: { id: string; product: string | null }) {
  const answer = useQuery({
    queryKey: ['operation', id],
    queryFn: () => take(api.GET('/api/v1/operations/{op}', { params: { path: { op: id } } })),
  });
  if (answer.data === undefined) return <Waiting answer={answer} id={id} />;
  const { state, kind, batch, created, updated } = answer.data;
  const isOver = state !== 'running';
  return (
    <Facts
      facts={[
        [words.work, formatName(kind)],
        [words.state, state],
        [words.products, product === null ? null : <Products key="of" names={[product]} />],
        [
          words.batch,
          batch === null || product === null ? (
            batch
          ) : (
            <Link key="batch" to="/make/$product/batches/$batch" params={{ product, batch }}>
              <code>{batch}</code>
            </Link>
          ),
        ],
        [words.began, <TimeText key="began" at={created} />],
        [words.ended, <TimeText key="ended" at={isOver ? updated : null} missing={words.ending} />],
      ]}
    />
  );
}

function Waiting({ answer, id }: { answer: { error: unknown; refetch(): unknown }; id: string }) {
  if (answer.error === null) return <Skeleton height={160} label={words.lookingFor(id)} />;
  return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
}

function Products({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.map((product) => (
        <Link key={product} className="mono" to="/p/$product" params={{ product }}>
          {product}{' '}
        </Link>
      ))}
    </>
  );
}

function Facts({ facts }: { facts: readonly [string, ReactNode][] }) {
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
