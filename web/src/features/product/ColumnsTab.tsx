/**
 * Every column of a product, table by table, with what it holds under the reader's own rights.
 */
import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AccessExplanation } from '../../api/access.ts';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './ColumnsTab.module.css';
import { ColumnTable } from './ColumnTable.tsx';
import { useOpenProduct } from './use-product.ts';
import {
  type Closed,
  type TableInSight,
  tablesOf,
  treatmentOf,
  useProfile,
} from './use-profile.ts';
import { sightText, words } from './words.ts';

export function ColumnsTab() {
  const { product, contract, model } = useOpenProduct();
  const { table: wanted } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tables = tablesOf(model, { ...contract, product: product.product, domain: product.domain });
  const sight = tables.find(({ table }) => table === wanted) ?? tables[0];
  if (sight === undefined) return <Empty title={words.noColumns} />;
  return (
    <div className={classes['page']}>
      {tables.length > 1 ? (
        <SegmentedControl
          aria-label={words.table}
          data={tables.map(({ table }) => table)}
          value={sight.table}
          onChange={(table) =>
            void navigate({ to: '.', search: (old) => present({ ...old, table }), replace: true })
          }
        />
      ) : null}
      <TableColumns key={sight.table} sight={sight} />
    </div>
  );
}

function TableColumns({ sight }: { sight: TableInSight }) {
  const { ref } = useOpenProduct();
  const { purpose, isKnown, explained, closed, view, profile } = useProfile(sight);
  const isLoading = purpose !== null && (profile.isFetching || explained.isFetching);
  return (
    <>
      <Standing
        sight={sight}
        explained={explained.data}
        purpose={purpose}
        isKnown={isKnown}
        closed={closed}
        rows={profile.data?.rows ?? null}
      />
      {profile.error === null ? null : (
        <ProblemBox error={profile.error} onRetry={() => void profile.refetch()} />
      )}
      <Panel title={`${sight.table}: ${words.columnCount(sight.properties.length)}`} isFlush>
        <ColumnTable
          reference={ref}
          properties={sight.properties}
          explained={explained.data}
          profile={profile.data}
          isLoading={isLoading && view !== null}
          closed={closed}
          caption={words.allColumns(sight.table)}
          isLong
        />
      </Panel>
    </>
  );
}

interface StandingProps {
  sight: TableInSight;
  explained: AccessExplanation | undefined;
  purpose: string | null;
  isKnown: boolean;
  closed: Closed | null;
  rows: number | null;
}

/** The line that will stand here: what is below it stays where it is. */
const StandingRoom = () => <p className={classes['standing']}>{'\u00a0'}</p>;

/** What the figures are read under: the purpose, how columns are treated, how many rows. */
function Standing({ sight, explained, purpose, isKnown, closed, rows }: StandingProps) {
  const { ref } = useOpenProduct();
  if (!isKnown || (purpose !== null && explained === undefined)) return <StandingRoom />;
  if (purpose === null || closed !== null) {
    return (
      <Empty
        title={closed === 'policy' ? words.hiddenByPolicy : words.noAgreement}
        action={
          <LinkButton link={{ to: '/p/$product/request', params: { product: ref } }}>
            {closed === 'policy' ? words.requestOther : words.request}
          </LinkButton>
        }
      >
        {purpose === null ? words.noAgreementHelp : explained?.reason}
      </Empty>
    );
  }
  if (explained?.seen === undefined || explained.seen === null) return null;
  const treatments = sight.properties.map(({ name }) => treatmentOf(explained, name)?.kind);
  const count = (kind: string) => treatments.filter((own) => own === kind).length;
  const { granularity, rows: filter } = explained.seen;
  return (
    <p className={classes['standing']}>
      {sightText({
        purpose,
        treated: { plain: count('plain'), changed: count('mask'), hidden: count('hidden') },
        rows,
        isGrouped: granularity !== null,
        isFiltered: filter !== null,
      })}
    </p>
  );
}
