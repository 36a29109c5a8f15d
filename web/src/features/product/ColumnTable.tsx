/**
 * Columns of a table with what they hold under the reader's rights. What is veiled is veiled in every cell.
 */

import { Link } from '@tanstack/react-router';
import type { ContractProperty } from '@weft/core/contract/model';
import type { AccessExplanation } from '../../api/access.ts';
import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Spark } from '../../components/Spark.tsx';
import { formatNumber } from '../../lib/format.ts';
import type { ColumnProfile, TableProfile } from '../../lib/profile.ts';
import classes from './ColumnTable.module.css';
import { type Closed, treatmentOf } from './use-profile.ts';
import { differentText, words } from './words-columns.ts';

export interface ColumnTableProps {
  reference: string;
  properties: readonly ContractProperty[];
  explained: AccessExplanation | undefined;
  profile: TableProfile | undefined;
  /** Whether figures are on their way. */
  isLoading: boolean;
  /** Why nothing is shown; null where something is. */
  closed: Closed | null;
  caption: string;
  /** With description and classification. */
  isLong?: boolean;
}

export function ColumnTable(props: ColumnTableProps) {
  const { properties, caption, isLong = false } = props;
  return (
    <ScrollArea className={classes['scroll']} label={caption}>
      <table className={classes['table']} aria-busy={props.isLoading || undefined}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.type}</th>
            {isLong ? <th scope="col">{words.class}</th> : null}
            <th scope="col" data-number>
              {words.empty}
            </th>
            <th scope="col" data-number>
              {words.distinct}
            </th>
            <th scope="col">{words.spread}</th>
            <th scope="col">{words.examples}</th>
          </tr>
        </thead>
        <tbody>
          {properties.map((property) => (
            <ColumnRow key={property.name} property={property} {...props} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function ColumnRow({
  property,
  reference,
  explained,
  profile,
  isLoading,
  closed,
  isLong = false,
}: ColumnTableProps & { property: ContractProperty }) {
  const { name, logicalType, classification, businessName } = property;
  const treatment = treatmentOf(explained, name);
  const own = profile?.columns.find((column) => column.name === name);
  const mask =
    treatment?.kind === 'mask' ? treatment.mask : treatment?.kind === 'hidden' ? 'hidden' : null;
  return (
    <tr>
      <th scope="row">
        <Link to="/p/$product/columns/$column" params={{ product: reference, column: name }}>
          <code>{name}</code>
        </Link>
        {isLong && businessName !== null ? <div className="caption">{businessName}</div> : null}
      </th>
      <td>{logicalType}</td>
      {isLong ? <td>{classification ?? words.noClass}</td> : null}
      {treatment?.kind === 'hidden' ? (
        <td colSpan={4} className={classes['veiled']}>
          <ColumnVeil mask="hidden" />
        </td>
      ) : closed !== null ? (
        <td colSpan={4}>
          <span className="caption">{words.closed[closed]}</span>
        </td>
      ) : (
        <Figures
          own={own}
          rows={profile?.rows ?? 0}
          mask={mask}
          isLoading={isLoading}
          name={name}
        />
      )}
    </tr>
  );
}

interface FiguresProps {
  own: ColumnProfile | undefined;
  rows: number;
  mask: string | null;
  isLoading: boolean;
  name: string;
}

function Figures({ own, rows, mask, isLoading, name }: FiguresProps) {
  if (own === undefined) {
    const dash = <span className="caption">{isLoading ? '…' : words.notMeasured}</span>;
    return (
      <>
        <td data-number>{dash}</td>
        <td data-number>{isLoading ? dash : null}</td>
        <td />
        <td />
      </>
    );
  }
  return (
    <>
      <td data-number>{formatNumber(rows - own.filled)}</td>
      <td data-number>{own.distinct === null ? null : differentText(own)}</td>
      <td>
        <Spark counts={own.spread} label={words.spreadOf(name)} isVeiled={mask !== null} />
      </td>
      <td className={mask === null ? classes['examples'] : classes['veiled']}>
        {mask === null ? null : <ColumnVeil mask={mask} />}
        <code>{own.examples.map(shorten).join(', ')}</code>
      </td>
    </>
  );
}

const EXAMPLE_MAX = 24;

function shorten(text: string): string {
  return text.length > EXAMPLE_MAX ? `${text.slice(0, EXAMPLE_MAX - 1)}…` : text;
}
