/**
 * Any id, pasted or mailed: leads to its page, or says that nothing is known by it.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { Problem } from '../../api/problem.ts';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import classes from './LookupPage.module.css';
import { placeOf } from './place-of.ts';
import { resolvedQuery } from './resolved.ts';

export function LookupPage() {
  const { id } = useParams({ from: '/i/$id' });
  const answer = useQuery(resolvedQuery(id));
  const place = answer.data === undefined ? null : placeOf(answer.data);
  if (place !== null) return <Navigate {...place} replace />;
  if (answer.error === null && answer.data === undefined)
    return <Skeleton height={120} label={`Looking for ${id}`} />;
  return (
    <div className={classes['page']}>
      <h1>
        {answer.data === undefined
          ? 'Nothing known by this id that you may see'
          : `This is a ${answer.data.kind}`}
      </h1>
      <p className="mono">{id}</p>
      {answer.data !== undefined ? (
        <Empty title="It has no page of its own" action={<Link to="/">Go home</Link>}>
          {answer.data.product === null ? null : (
            <>
              It belongs to{' '}
              <Link to="/p/$product" params={{ product: answer.data.product }}>
                {answer.data.product}
              </Link>
              .
            </>
          )}
        </Empty>
      ) : isUnknown(answer.error) ? (
        <Empty
          title="It may be mistyped, be gone, or be of somebody else"
          action={<Link to="/market">Look in the market</Link>}
        >
          An id has a prefix such as agr_ or bat_, and 26 letters and digits behind it.
        </Empty>
      ) : (
        <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />
      )}
    </div>
  );
}

function isUnknown(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.status === 403);
}
