/**
 * Agreements: one's own, and those that others have or ask for on products that one looks after.
 */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { agreementsQuery } from '../../api/queries.ts';
import type { Agreement } from '../../api/types.ts';
import { keepingOf, useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './AgreementsPage.module.css';
import { AgreementTable } from './AgreementTable.tsx';
import { STANDINGS, type Standing, WHOSE } from './access-search.ts';
import { agreementsFinding, isOpen, words } from './words.ts';

export function AgreementsPage() {
  const me = useMe();
  const isKeeper = keepingOf(me).includes('review');
  const { whose = 'mine', standing } = useSearch({ strict: false });
  const agreements = useQuery(agreementsQuery());
  const own = (agreements.data?.items ?? []).filter(({ subject }) =>
    whose === 'mine' ? subject === me.id : subject !== me.id,
  );
  const shown = own.filter(
    (agreement) => standing === undefined || standingOf(agreement) === standing,
  );
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>{words.agreements}</h1>
          {agreements.data === undefined ? null : (
            <p className={classes['finding']}>{agreementsFinding(own)}</p>
          )}
        </div>
        <Choices isKeeper={isKeeper} />
      </header>
      {agreements.isPending ? (
        <Skeleton height={320} lines={7} label={words.loadingAgreements} />
      ) : null}
      {agreements.error === null ? null : (
        <ProblemBox error={agreements.error} onRetry={() => void agreements.refetch()} />
      )}
      {shown.length > 0 ? (
        <AgreementTable items={sorted(shown)} hasSubject={whose === 'asked'} />
      ) : null}
      {agreements.data !== undefined && shown.length === 0 ? (
        <None isFiltered={own.length > 0} />
      ) : null}
    </div>
  );
}

function None({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty
      title={words.noneLikeThis}
      action={
        <Link to="/agreements" search={(old) => present({ ...old, standing: undefined })}>
          {words.showAll}
        </Link>
      }
    />
  ) : (
    <Empty
      title={words.empty}
      action={<LinkButton link={{ to: '/market' }}>{words.market}</LinkButton>}
    >
      {words.emptyHelp}
    </Empty>
  );
}

export function standingOf(agreement: Pick<Agreement, 'state'>): Standing {
  if (isOpen(agreement)) return 'open';
  return agreement.state === 'active' || agreement.state === 'approved' ? 'active' : 'ended';
}

/** What waits first, then what is in force, then what ended; the newest first in each. */
function sorted(items: readonly Agreement[]): Agreement[] {
  const rank = (agreement: Agreement) => STANDINGS.indexOf(standingOf(agreement));
  return items.toSorted((a, b) => rank(a) - rank(b) || b.requestedAt.localeCompare(a.requestedAt));
}

function Choices({ isKeeper }: { isKeeper: boolean }) {
  const { whose = 'mine', standing } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <div className={classes['choices']}>
      {isKeeper ? (
        <SegmentedControl
          aria-label={words.whose}
          data={[
            { value: 'mine', label: words.mine },
            { value: 'asked', label: words.ofMine },
          ]}
          value={whose}
          onChange={(value) =>
            void navigate({
              to: '/agreements',
              search: (old) => present({ ...old, whose: WHOSE.find((known) => known === value) }),
              replace: true,
            })
          }
        />
      ) : null}
      <SegmentedControl
        aria-label={words.standing}
        data={[
          { value: 'all', label: words.all },
          { value: 'open', label: words.waiting },
          { value: 'active', label: words.inForce },
          { value: 'ended', label: words.ended },
        ]}
        value={standing ?? 'all'}
        onChange={(value) =>
          void navigate({
            to: '/agreements',
            search: (old) =>
              present({ ...old, standing: STANDINGS.find((known) => known === value) }),
            replace: true,
          })
        }
      />
    </div>
  );
}
