/**
 * Any id, pasted or mailed: leads to its page, says what is known of it, or that nothing is known by it.
 */

import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { Problem } from '../../api/problem.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import classes from './LookupPage.module.css';
import { placeOf } from './place-of.ts';
import { OperationRecord, QueryRecord, SavedThing } from './Record.tsx';
import { type Resolved, resolvedQuery } from './resolved.ts';
import { words } from './words.ts';

export function LookupPage() {
  const { id } = useParams({ from: '/i/$id' });
  const answer = useQuery(resolvedQuery(id));
  const place = answer.data === undefined ? null : placeOf(answer.data);
  if (place !== null) return <Navigate {...place} replace />;
  if (answer.error === null && answer.data === undefined)
    return <Skeleton height={120} label={words.lookingFor(id)} />;
  return (
    <div className={classes['page']}>
      <h1>{headingOf(answer)}</h1>
      <p className="mono">{id}</p>
      {answer.data !== undefined ? (
        <Known thing={answer.data} />
      ) : isUnknown(answer.error) ? (
        <Empty title={words.maybeGone} action={<Elsewhere id={id} />}>
          {words.idForm}
        </Empty>
      ) : (
        <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />
      )}
    </div>
  );
}

/** Who reads the whole log finds there what was done under an id, also where it is no thing of his own. */
function Elsewhere({ id }: { id: string }) {
  const { roles } = useMe();
  const readsLog = roles.includes('platform') || roles.includes('privacy_officer');
  return readsLog ? (
    <Link to="/audit" search={{ subject: id }}>
      {words.inLog}
    </Link>
  ) : (
    <Link to="/market">{words.market}</Link>
  );
}

function Known({ thing: { kind, id, product } }: { thing: Resolved }) {
  if (kind === 'saved') return <SavedThing id={id} />;
  if (kind === 'query') return <QueryRecord id={id} />;
  if (kind === 'operation') return <OperationRecord id={id} product={product} />;
  return (
    <Empty title={words.noPage} action={<Link to="/">{words.home}</Link>}>
      {kind === 'event' ? words.event : null}{' '}
      {product === null ? null : <Phrase parts={words.belongsTo(product)} />}
    </Empty>
  );
}

/** Why not "nothing known" of every fault: where the mesh did not say so, there may well be something. */
function headingOf({ data, error }: { data: Resolved | undefined; error: unknown }): string {
  if (data !== undefined) return words.isKind(data.kind);
  return isUnknown(error) ? words.unknown : words.notAnswered;
}

function isUnknown(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.status === 403);
}
