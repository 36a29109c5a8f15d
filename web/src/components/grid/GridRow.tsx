/**
 * One row of a grid: the cells that are in sight, each where its column is.
 */
// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot be drawn in parts; this is the grid pattern of ARIA.
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells of a grid take the focus, not its rows.
import { memo } from 'react';
import classes from './DataGrid.module.css';
import { CHARACTER_PX, cellText, EMPTY, type GridColumn, isNumeric } from './grid-cells.ts';

export interface GridRowProps {
  index: number;
  /** Null while it is on its way. */
  values: readonly unknown[] | null;
  columns: readonly GridColumn[];
  edges: readonly number[];
  firstColumn: number;
  endColumn: number;
  /** Column of the cursor when it is in this row. */
  cursor: number | null;
  /** Columns that are selected in this row. */
  selectedFrom: number;
  selectedTo: number;
}

export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, values, columns, edges, firstColumn, endColumn, cursor } = props;
  return (
    <div className={classes['row']} role="row" aria-rowindex={index + 2}>
      {columns.slice(firstColumn, endColumn).map((column, offset) => {
        const at = firstColumn + offset;
        const isSelected = at >= props.selectedFrom && at <= props.selectedTo;
        return (
          <Cell
            key={at}
            place={`${index} ${at}`}
            column={column}
            at={at}
            left={edges[at] ?? 0}
            width={(edges[at + 1] ?? 0) - (edges[at] ?? 0)}
            value={values === null ? undefined : values[at]}
            isLoaded={values !== null}
            isCursor={cursor === at}
            isSelected={isSelected}
          />
        );
      })}
    </div>
  );
});

interface CellProps {
  place: string;
  column: GridColumn;
  at: number;
  left: number;
  width: number;
  value: unknown;
  isLoaded: boolean;
  isCursor: boolean;
  isSelected: boolean;
}

function Cell({
  place,
  column,
  at,
  left,
  width,
  value,
  isLoaded,
  isCursor,
  isSelected,
}: CellProps) {
  const text = isLoaded ? cellText(value, column) : '';
  const isEmpty = isLoaded && text === EMPTY && (value === null || value === undefined);
  return (
    <div
      className={classes['cell']}
      role="gridcell"
      aria-colindex={at + 1}
      aria-selected={isSelected}
      tabIndex={isCursor ? 0 : -1}
      data-place={place}
      data-numeric={isNumeric(column.type) || undefined}
      data-veil={column.veil ?? undefined}
      data-empty={isEmpty || undefined}
      data-loading={!isLoaded || undefined}
      title={text.length * CHARACTER_PX > width ? text : undefined}
      style={{ left, width }}
    >
      {text}
    </div>
  );
}
