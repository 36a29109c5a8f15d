/**
 * One column: what the contract says of it, what is promised, how it is treated for the reader, what it holds most.
 */

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ContractProperty } from '@weft/core/contract/model';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { promisesQuery } from '../../api/promises.ts';
import { runQuery } from '../../api/run-query.ts';
import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { ContractLedger } from '../../components/ContractLedger.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { hiddenReason, maskReason } from '../../components/words.ts';
import { formatNumber, formatShare } from '../../lib/format.ts';
import classes from './ColumnsTab.module.css';
import { ledgerRow } from './ledger-rows.ts';
import { ruleNames } from './rule-names.ts';
import { useOpenProduct } from './use-product.ts';
import {
  ASKED_WITH_ITS_VIEW,
  isSure,
  type TableInSight,
  tablesOf,
  treatmentOf,
  useProfile,
} from './use-profile.ts';
import { differentText, words } from './words-columns.ts';

const TOP = 12;

export function ColumnTab() {
  const { column = '' } = useParams({ strict: false });
  const { product, contract, model, ref } = useOpenProduct();
  const tables = tablesOf(model, { ...contract, product: product.product, domain: product.domain });
  const sight = tables.find(({ properties }) => properties.some(({ name }) => name === column));
  const property = sight?.properties.find(({ name }) => name === column);
  if (sight === undefined || property === undefined) {
    return (
      <Empty
        title={words.noColumn(product.product, contract.version, column)}
        action={
          <Link to="/p/$product/columns" params={{ product: ref }}>
            {words.seeColumns}
          </Link>
        }
      />
    );
  }
  return (
    <div className={classes['page']}>
      <h2>
        <code>{column}</code> {property.businessName === null ? null : `· ${property.businessName}`}
      </h2>
      <div className={classes['columns']}>
        <Facts property={property} sight={sight} />
        <Held property={property} sight={sight} />
      </div>
      <Promised column={column} />
    </div>
  );
}

function Facts({ property, sight }: { property: ContractProperty; sight: TableInSight }) {
  const { options, enumValues } = property;
  const facts: [string, string | null][] = [
    [words.description, property.description],
    [
      words.type,
      [property.logicalType, property.physicalType].filter((part) => part !== null).join(', '),
    ],
    [words.mayBeEmpty, property.required ? words.no : words.yes],
    [
      words.key,
      property.primaryKeyPosition === null ? null : words.keyPart(property.primaryKeyPosition),
    ],
    [words.class, property.classification],
    [words.tags, property.tags.length === 0 ? null : property.tags.join(', ')],
    [words.values, enumValues === null ? null : enumValues.join(', ')],
    [words.range, rangeText(options.minimum, options.maximum)],
    [words.table, sight.table],
  ];
  return (
    <Panel title={words.contractSays}>
      <dl className={classes['facts']}>
        {facts.map(([name, value]) =>
          value === null || value === '' ? null : (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
        {property.references.map(({ object, column }) => (
          <div key={object} style={{ display: 'contents' }}>
            <dt>{words.existsIn}</dt>
            <dd>
              <Phrase parts={words.referred(object, column)} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function rangeText(low: string | null, high: string | null): string | null {
  if (low === null) return high === null ? null : words.atMost(high);
  return high === null ? words.atLeast(low) : words.between(low, high);
}

function Held({ property, sight }: { property: ContractProperty; sight: TableInSight }) {
  const { purpose, explained, profile } = useProfile(sight);
  const treatment = treatmentOf(explained.data, property.name);
  const own = profile.data?.columns.find(({ name }) => name === property.name);
  const isShown = treatment !== null && treatment.kind !== 'hidden';
  return (
    <Panel title={words.holds}>
      {purpose === null || treatment === null ? (
        <p>{explained.data?.reason ?? words.figuresHelp}</p>
      ) : null}
      {treatment?.kind === 'hidden' ? (
        <p>
          <ColumnVeil mask="hidden" /> {hiddenReason(treatment.why)}
        </p>
      ) : null}
      {treatment?.kind === 'mask' ? (
        <p>
          <ColumnVeil mask={treatment.mask} /> {maskReason(treatment.mask)}
        </p>
      ) : null}
      {own === undefined || profile.data === undefined ? null : (
        <dl className={classes['facts']}>
          <dt>{words.rows}</dt>
          <dd>{formatNumber(profile.data.rows)}</dd>
          <dt>{words.empty}</dt>
          <dd>
            {formatNumber(profile.data.rows - own.filled)}
            {profile.data.rows === 0
              ? null
              : ` (${formatShare((profile.data.rows - own.filled) / profile.data.rows)})`}
          </dd>
          <dt>{words.different}</dt>
          <dd>{differentText(own)}</dd>
          <dt>{words.fromTo}</dt>
          <dd>{own.least === null ? words.isEmpty : words.fromToOf(own.least, own.most ?? '')}</dd>
        </dl>
      )}
      {isShown && purpose !== null ? (
        <TopValues
          name={property.name}
          sight={sight}
          purpose={purpose}
          isAsked={isSure(explained)}
        />
      ) : null}
    </Panel>
  );
}

interface TopValuesProps {
  name: string;
  sight: TableInSight;
  purpose: string;
  isAsked: boolean;
}

function TopValues({ name, sight, purpose, isAsked }: TopValuesProps) {
  const { domain, table, major } = sight;
  const column = quoteIdent(name);
  const top = useQuery({
    queryKey: ['top-values', domain, table, major, name, purpose],
    queryFn: ({ signal }) =>
      runQuery(
        `SELECT CAST(${column} AS VARCHAR) AS value, count(*) AS rows FROM ${quoteIdent(domain)}.${quoteIdent(`${table}@${major}`)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP}`,
        { purpose, signal },
      ),
    enabled: isAsked,
    ...ASKED_WITH_ITS_VIEW,
  });
  if (top.isPending) return <Skeleton height={200} lines={6} label={words.counting} />;
  if (top.error !== null)
    return <ProblemBox error={top.error} onRetry={() => void top.refetch()} />;
  const rows = top.data.rows.map(([value, count]) => ({ value, count: Number(count) }));
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <table className={classes['bars']}>
      <caption className="caption">{words.frequent}</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{words.value}</th>
          <th scope="col">{words.share}</th>
          <th scope="col">{words.rows}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, count }) => (
          <tr key={String(value)}>
            <th scope="row">
              {value === null ? (
                <span className="caption">{words.isEmpty}</span>
              ) : (
                <code>{String(value)}</code>
              )}
            </th>
            <td>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  className={classes['bar']}
                  width={Math.max(0.5, (count / most) * 100)}
                  height={10}
                />
              </svg>
            </td>
            <td data-number>{formatNumber(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Promised({ column }: { column: string }) {
  const { product, model } = useOpenProduct();
  const names = ruleNames(model);
  const { data } = useQuery(promisesQuery(product.product));
  const rows = (data?.promises ?? [])
    .filter((promise) => promise.column === column)
    .map((promise) => ledgerRow(promise, names));
  if (rows.length === 0) return null;
  return (
    <Panel title={words.promised}>
      <ContractLedger rows={rows} caption={words.promisedOf(column)} />
    </Panel>
  );
}
