/**
 * What somebody may read and asked for, with the way to each agreement.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { agreementsQuery } from '../../api/queries.ts';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './People.module.css';
import { words } from './words.ts';

const SHOWN_MAX = 20;

export function PersonAgreements({ subject }: { subject: string }) {
  const answer = useQuery(agreementsQuery({ subject }));
  return (
    <Panel title={words.agreements} isFlush>
      {answer.error !== null ? (
        <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />
      ) : answer.data === undefined ? (
        <Skeleton height={80} />
      ) : (
        <Held items={answer.data.items} hasMore={answer.data.next !== null} />
      )}
    </Panel>
  );
}

type Agreements = Awaited<ReturnType<NonNullable<ReturnType<typeof agreementsQuery>['queryFn']>>>;

function Held({ items, hasMore }: { items: Agreements['items']; hasMore: boolean }) {
  if (items.length === 0) return <p className={classes['more']}>{words.noAgreement}</p>;
  const rest = items.length - SHOWN_MAX;
  return (
    <>
      <table className={classes['table']}>
        <caption className="unseen">{words.agreementsHelp}</caption>
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            <th scope="col">{words.purpose}</th>
            <th scope="col">{words.agreementState}</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, SHOWN_MAX).map(({ agreement, product, purpose, state }) => (
            <tr key={agreement}>
              <th scope="row">
                <Link to="/agreements/$agreement" params={{ agreement }}>
                  <code>{product}</code>
                </Link>
              </th>
              <td>{formatName(purpose)}</td>
              <td>{words.agreementStates[state]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 ? (
        <p className={`caption ${classes['more']}`}>{words.moreAgreements(rest, hasMore)}</p>
      ) : null}
    </>
  );
}
