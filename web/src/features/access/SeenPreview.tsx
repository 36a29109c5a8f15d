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
  type Treatment,
  treatmentSummary,
  treatmentsOf,
} from '../../components/treatment.ts';
import { rowsWords } from '../../components/words.ts';
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
}

const grainWords = (grain: string | null): string | null =>
  grain === null ? null : words.oneRowPer(grain);

const ROWS = 10;
const ICON = { size: 16, stroke: 1.7 };

export function SeenPreview({ title, view, properties, only, grain }: SeenPreviewProps) {
  const names = properties.map(({ name }) => name);
  const treatments = treatmentsOf(view, names, only);
  const reasons = reasonsOf(treatments);
  const rowIs =
    view.granularity === null ? grainWords(grain) : words.oneGroupPer(view.granularity.by);
  return (
    <div className={classes['preview']}>
      <header className={classes['head']}>
        <h2>{title}</h2>
        <span className="caption">
          {view.granularity === null ? words.invented : words.groupsOnly}
        </span>
      </header>
      <ul className={classes['facts']}>
        <li>
          <IconFilter {...ICON} aria-hidden="true" /> {rowsWords(view)}
        </li>
        {rowIs === null ? null : (
          <li>
            <IconStack2 {...ICON} aria-hidden="true" /> {rowIs}
          </li>
        )}
        <li>
          <IconEyeOff {...ICON} aria-hidden="true" /> {treatmentSummary(treatments)}
        </li>
      </ul>
      {view.granularity === null ? (
        <InventedTable properties={properties} treatments={treatments} filter={view.rows} />
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
  /** In words; null where all rows are seen. */
  filter: string | null;
}

function InventedTable({ properties, treatments, filter }: InventedTableProps) {
  const columns = properties.map((property, at) => ({
    property,
    mask: treatments[at]?.mask ?? null,
  }));
  const rows = inventRows(columns, ROWS, filter);
  return (
    <ScrollArea className={classes['scroll']} label={words.inventedRows}>
      <table className={classes['table']}>
        <caption className="unseen">{words.inventedRows}</caption>
        <thead>
          <tr>
            {treatments.map(({ column, mask, isHidden }) => (
              <th key={column} scope="col">
                <code>{column}</code>
                <div>
                  {isHidden || mask !== null ? (
                    <ColumnVeil mask={isHidden ? 'hidden' : (mask ?? 'hidden')} />
                  ) : (
                    <span className="caption">{words.asIs}</span>
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
        <span className="unseen">{words.hidden}</span>
      </td>
    );
  }
  return (
    <td data-veiled={isVeiled || undefined}>
      {value === null ? <span className="caption">{words.isEmpty}</span> : value}
    </td>
  );
}

function Cells({ view }: { view: SeenView }) {
  if (view.granularity === null) return null;
  const { by, measures } = view.granularity;
  return (
    <table className={classes['table']}>
      <caption className="unseen">{words.groupTells}</caption>
      <thead>
        <tr>
          <th scope="col">{words.column}</th>
          <th scope="col">{words.columnIs}</th>
        </tr>
      </thead>
      <tbody>
        {by.map(({ column, unit }) => (
          <tr key={column}>
            <th scope="row">
              <code>{column}</code>
            </th>
            <td data-veiled={unit !== null || undefined}>
              {unit === null ? words.asIs : words.by(unit)}
            </td>
          </tr>
        ))}
        {measures.map(({ function: measure, column, as }) => (
          <tr key={as}>
            <th scope="row">
              <code>{as}</code>
            </th>
            <td data-veiled>{words.measureOf(measure.replace('_', ' '), column)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Limits({ view }: { view: SeenView }) {
  const limits = [
    ...(view.mayExport ? [] : [words.noFiles]),
    ...(view.rowLimit === null ? [] : [words.rowLimit(view.rowLimit)]),
  ];
  return <p className={classes['limits']}>{limits.join(' ')}</p>;
}
