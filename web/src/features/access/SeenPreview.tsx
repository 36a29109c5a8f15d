/**
 * What a view shows: which rows, how each column is treated, and rows in the shape that they would have.
 *
 * The rows are invented and say so: a preview never reads data.
 */

import { IconEyeOff, IconFilter, IconInfoCircle, IconStack2 } from '@tabler/icons-react';
import type { ContractProperty } from '@weft/core/contract/model';
import type { SeenView } from '../../api/access.ts';
import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import {
  reasonsOf,
  rowsSummary,
  type Treatment,
  treatmentSummary,
  treatmentsOf,
} from '../../components/treatment.ts';
import { inventRows } from './invented.ts';
import classes from './SeenPreview.module.css';
import { words } from './words.ts';

export interface SeenPreviewProps {
  title: string;
  view: SeenView;
  properties: readonly ContractProperty[];
  /** Columns that the agreement names; null for all that the policy shows. */
  only: readonly string[] | null;
  /** What one row is, as the contract says. */
  grain: string | null;
  aside: string;
}

const ROWS = 10;
const ICON = { size: 16, stroke: 1.7 };

export function SeenPreview({ title, view, properties, only, grain, aside }: SeenPreviewProps) {
  const names = properties.map(({ name }) => name);
  const treatments = treatmentsOf(view, names, only);
  const reasons = reasonsOf(treatments);
  return (
    <div className={classes['preview']}>
      <header className={classes['head']}>
        <h2>{title}</h2>
        <span className="caption">{aside}</span>
      </header>
      <ul className={classes['facts']}>
        <li>
          <IconFilter {...ICON} aria-hidden="true" /> {rowsSummary(view)}
        </li>
        {grain === null ? null : (
          <li>
            <IconStack2 {...ICON} aria-hidden="true" /> one row per {grain}
          </li>
        )}
        <li>
          <IconEyeOff {...ICON} aria-hidden="true" /> {treatmentSummary(treatments)}
        </li>
      </ul>
      {view.granularity === null ? (
        <InventedTable properties={properties} treatments={treatments} />
      ) : (
        <Cells view={view} />
      )}
      {view.mayExport && view.rowLimit === null ? null : <Limits view={view} />}
      {reasons.length === 0 ? null : (
        <section className={classes['why']}>
          <h3>
            <IconInfoCircle {...ICON} aria-hidden="true" /> {words.whyTitle}
          </h3>
          <dl>
            {reasons.map(({ columns, why }) => (
              <div key={why}>
                <dt>
                  <code>{columns.join(', ')}</code>
                </dt>
                <dd>{why}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

interface InventedTableProps {
  properties: readonly ContractProperty[];
  treatments: readonly Treatment[];
}

function InventedTable({ properties, treatments }: InventedTableProps) {
  const columns = properties.map((property, at) => ({
    property,
    mask: treatments[at]?.mask ?? null,
  }));
  const rows = inventRows(columns, ROWS);
  return (
    <ScrollArea className={classes['scroll']} label="Invented rows in the shape of real ones">
      <table className={classes['table']}>
        <caption className="unseen">Invented rows in the shape of real ones</caption>
        <thead>
          <tr>
            {treatments.map(({ column, mask, isHidden }) => (
              <th key={column} scope="col">
                <code>{column}</code>
                <div>
                  {isHidden || mask !== null ? (
                    <ColumnVeil mask={isHidden ? 'hidden' : (mask ?? 'hidden')} />
                  ) : (
                    <span className="caption">as it is</span>
                  )}
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: invented rows have no identity but their place.
            <tr key={at}>
              {row.map((value, column) => (
                <Cell
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column.
                  key={column}
                  value={value}
                  treatment={treatments[column]}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Cell({ value, treatment }: { value: string | null; treatment: Treatment | undefined }) {
  const isVeiled = treatment !== undefined && (treatment.isHidden || treatment.mask !== null);
  if (treatment?.isHidden === true) {
    return (
      <td data-veiled>
        <span aria-hidden="true">–</span>
        <span className="unseen">hidden</span>
      </td>
    );
  }
  return (
    <td data-veiled={isVeiled || undefined}>
      {value === null ? <span className="caption">empty</span> : value}
    </td>
  );
}

function Cells({ view }: { view: SeenView }) {
  if (view.granularity === null) return null;
  const { by, measures } = view.granularity;
  return (
    <table className={classes['table']}>
      <caption className="unseen">What a group of rows tells</caption>
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        {by.map(({ column, unit }) => (
          <tr key={column}>
            <th scope="row">
              <code>{column}</code>
            </th>
            <td data-veiled={unit !== null || undefined}>
              {unit === null ? 'as it is' : `by ${unit}`}
            </td>
          </tr>
        ))}
        {measures.map(({ function: measure, column, as }) => (
          <tr key={as}>
            <th scope="row">
              <code>{as}</code>
            </th>
            <td data-veiled>
              {measure.replace('_', ' ')} of {column ?? 'rows'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Limits({ view }: { view: SeenView }) {
  const limits = [
    ...(view.mayExport ? [] : ['Results may be looked at and not taken away as files.']),
    ...(view.rowLimit === null ? [] : [`An answer has at most ${view.rowLimit} rows.`]),
  ];
  return <p className={classes['limits']}>{limits.join(' ')}</p>;
}
