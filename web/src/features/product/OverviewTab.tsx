/**
 * A product in a minute: what it promises and how it stands, what its columns hold, how to use it.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { promisesQuery } from '../../api/promises.ts';
import { ContractLedger } from '../../components/ContractLedger.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Selvedge } from '../../components/Selvedge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { ColumnTable } from './ColumnTable.tsx';
import { ConnectPanel } from './ConnectPanel.tsx';
import { overviewRows } from './ledger-rows.ts';
import classes from './OverviewTab.module.css';
import { personalColumns } from './personal.ts';
import { ruleNames } from './rule-names.ts';
import { useOpenProduct } from './use-product.ts';
import { tablesOf, useProfile } from './use-profile.ts';
import { VersionRail } from './VersionRail.tsx';
import { WorstRule } from './WorstRule.tsx';
import { personalText, words } from './words.ts';

const LEDGER_ROWS = 9;
const COLUMNS = 6;

export function OverviewTab() {
  const { product, model } = useOpenProduct();
  const limits = model.description.limitations;
  return (
    <div className={classes['grid']}>
      <div className={classes['main']}>
        <Ledger />
        <FirstColumns />
      </div>
      <div className={classes['side']}>
        <WorstRule product={product.product} />
        <ConnectPanel />
        <VersionRail />
        {limits === null && model.description.usage === null ? null : (
          <Panel title={words.beforeUse}>
            <div className={classes['notes']}>
              {limits === null ? null : <p>{limits}</p>}
              {model.description.usage === null ? null : <p>{model.description.usage}</p>}
            </div>
          </Panel>
        )}
      </div>
    </div>
  );
}

function Ledger() {
  const { product, ref, model } = useOpenProduct();
  const promises = useQuery(promisesQuery(product.product));
  const all = promises.data?.promises ?? [];
  const rows = overviewRows(all, { most: LEDGER_ROWS, names: ruleNames(model) });
  return (
    <section className={classes['ledger']} aria-labelledby="ledger">
      <Selvedge domain={product.domain} />
      <div className={classes['ledgerBody']}>
        <header className={classes['head']}>
          <h2 id="ledger">{words.ledgerTitle}</h2>
          <Link to="/p/$product/versions" params={{ product: ref }} search={{ view: 'source' }}>
            {words.readSource}
          </Link>
        </header>
        {promises.isPending ? (
          <Skeleton height={436} phone={700} lines={9} label={words.loadingPromises} />
        ) : null}
        {promises.error === null ? null : (
          <ProblemBox error={promises.error} onRetry={() => void promises.refetch()} />
        )}
        {rows.length === 0 ? null : <ContractLedger rows={rows} caption={words.ledgerTitle} />}
        {all.length > rows.length ? (
          <p className={classes['more']}>
            <Link to="/p/$product/quality" params={{ product: ref }}>
              {words.allPromises(all.length)}
            </Link>
          </p>
        ) : null}
        <p className={classes['personal']}>
          {personalText(personalColumns(model), model.weft.purposes)}
        </p>
      </div>
    </section>
  );
}

function FirstColumns() {
  const { product, ref, contract, model } = useOpenProduct();
  const [sight] = tablesOf(model, {
    ...contract,
    product: product.product,
    domain: product.domain,
  });
  const { properties = [] } = sight ?? {};
  return (
    <Panel
      title={words.columns}
      isFlush
      aside={
        <Link to="/p/$product/columns" params={{ product: ref }}>
          {words.allOf(properties.length)}
        </Link>
      }
    >
      {sight === undefined ? <Empty title={words.noColumns} /> : <Profiled sight={sight} />}
    </Panel>
  );
}

function Profiled({ sight }: { sight: ReturnType<typeof tablesOf>[number] }) {
  const { ref } = useOpenProduct();
  const { profile, explained, purpose, closed } = useProfile(sight);
  return (
    <ColumnTable
      reference={ref}
      properties={sight.properties.slice(0, COLUMNS)}
      explained={explained.data}
      profile={profile.data}
      isLoading={purpose !== null && (profile.isFetching || explained.isFetching)}
      closed={closed}
      caption={words.firstColumns(sight.table)}
    />
  );
}
