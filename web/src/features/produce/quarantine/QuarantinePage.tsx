/**
 * All refused rows of a product: counts that add up, search and filters, causes, repairs over all batches, export.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { actsFor, domainOf } from '../../../api/rights.ts';
import { useMe } from '../../../app/session.tsx';
import { Cloth } from '../../../components/Cloth.tsx';
import { Empty } from '../../../components/Empty.tsx';
import classes from '../Produce.module.css';
import { causesQuery } from '../produce-queries.ts';
import type { QuarantineSearch } from '../produce-search.ts';
import { ForKeepers } from '../Refusal.tsx';
import type { Balance, Where } from '../types.ts';
import { quarantineHeadline, shareIn, shareOfOpen } from '../words.ts';
import { BalanceSum } from './BalanceSum.tsx';
import { FixesPanel } from './FixesPanel.tsx';
import { QuarantineExport } from './QuarantineExport.tsx';
import { QuarantineFilters } from './QuarantineFilters.tsx';
import panel from './RefusedPanel.module.css';
import { RefusedPanel } from './RefusedPanel.tsx';
import { words } from './words-quarantine.ts';

export function QuarantinePage() {
  const { product } = useParams({ from: '/make/$product/quarantine' });
  return (
    <ForKeepers product={product}>
      <Quarantine key={product} product={product} />
    </ForKeepers>
  );
}

function Quarantine({ product }: { product: string }) {
  const search = useSearch({ from: '/make/$product/quarantine' });
  const navigate = useNavigate({ from: '/make/$product/quarantine' });
  const me = useMe();
  const mayAct = actsFor(me, domainOf(product));
  // Why not in the address: it is a value of a row.
  const [value, setValue] = useState<string | null>(null);
  const where = whereOf(product, search, value);
  const { data, isPending } = useQuery(causesQuery({ product }));
  const balance = data?.balance.find((one) => one.product === product);
  const change = (next: QuarantineSearch) => void navigate({ search: next, replace: true });
  return (
    <div className={classes['page']}>
      <QuarantineHead product={product} balance={balance}>
        {mayAct ? <QuarantineExport where={where} state={search.state} /> : null}
      </QuarantineHead>
      {balance === undefined && !isPending ? null : <BalanceSum balance={balance} />}
      <QuarantineFilters
        product={product}
        search={search}
        value={value}
        mayRead={mayAct}
        onChange={change}
        onValue={setValue}
      />
      <RefusedPanel
        title={search.state === undefined ? words.byCause : words.byCauseIn(search.state)}
        where={where}
        state={search.state}
        selected={search}
        onSelect={({ rule, column }) =>
          change({ ...search, rule, ...(column === null ? {} : { column }) })
        }
        shareOf={({ open }) => shareOfOpen(shareIn(open, balance?.open ?? 0))}
        mayAct={mayAct}
        empty={<Empty title={words.none}>{words.noneHelp}</Empty>}
        footOf={() => (
          <footer className={panel['foot']}>
            <p className={panel['verdict']}>{mayAct ? words.noneOpen : words.countsOnly}</p>
          </footer>
        )}
      />
      {mayAct ? <FixesPanel product={product} /> : null}
    </div>
  );
}

interface QuarantineHeadProps {
  product: string;
  balance: Balance | undefined;
  children: ReactNode;
}

function QuarantineHead({ product, balance, children }: QuarantineHeadProps) {
  return (
    <header className={classes['head']}>
      <Cloth domain={domainOf(product)} size={40} />
      <div className={classes['titles']}>
        <h1>{balance === undefined ? words.titleShort : quarantineHeadline(balance)}</h1>
        <p className={classes['meta']}>
          <Link to="/p/$product" params={{ product }} className="mono">
            {product}
          </Link>
          <span>{words.neverDeleted}</span>
        </p>
      </div>
      <div className={classes['buttons']}>{children}</div>
    </header>
  );
}

/** The rule and column of the address choose a cause in sight; they narrow the list only together with the other filters. */
function whereOf(
  product: string,
  { batch, reason, since }: QuarantineSearch,
  value: string | null,
): Where {
  return {
    product,
    ...(batch === undefined ? {} : { batch }),
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(value === null ? {} : { value }),
  };
}
