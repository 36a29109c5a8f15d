/**
 * The head of a grid: names of columns, what a policy did to them, order and widths.
 */
// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot be drawn in parts; this is the grid pattern of ARIA.
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells of a grid take the focus, not its rows.
import { IconArrowDown, IconArrowUp, IconEyeOff } from '@tabler/icons-react';
import type { PointerEvent } from 'react';
import classes from './DataGrid.module.css';
import { type GridColumn, isNumeric } from './grid-cells.ts';
import { HEAD } from './grid-cursor.ts';

export interface GridSort {
  column: string;
  isDescending: boolean;
}

export interface GridHeadProps {
  columns: readonly GridColumn[];
  edges: readonly number[];
  firstColumn: number;
  endColumn: number;
  /** Column of the cursor when it is in the head. */
  cursor: number | null;
  sort: GridSort | null;
  isSortable: boolean;
  onResize(column: number, width: number): void;
  /** As wide as its content again. */
  onFit(column: number): void;
}

export function GridHead(props: GridHeadProps) {
  const { columns, edges, firstColumn, endColumn, cursor, sort, isSortable } = props;
  return (
    <div role="rowgroup" className={classes['head']} style={{ minWidth: edges.at(-1) }}>
      <div role="row" aria-rowindex={1} className={classes['headRow']}>
        {columns.slice(firstColumn, endColumn).map((column, offset) => {
          const at = firstColumn + offset;
          const sorted = sort?.column === column.name ? sort : null;
          return (
            <div
              key={at}
              role="columnheader"
              aria-colindex={at + 1}
              aria-sort={sortWord(sorted)}
              tabIndex={cursor === at ? 0 : -1}
              data-place={`${HEAD} ${at}`}
              data-numeric={isNumeric(column.type) || undefined}
              data-veil={column.veil ?? undefined}
              data-sortable={isSortable || undefined}
              className={classes['name']}
              style={{ left: edges[at], width: (edges[at + 1] ?? 0) - (edges[at] ?? 0) }}
              title={titleOf(column)}
            >
              <span className={classes['nameText']}>{column.name}</span>
              {column.veil == null ? null : (
                <IconEyeOff size={13} stroke={1.7} aria-hidden="true" />
              )}
              {column.veil == null ? null : <span className="unseen">, {column.veil}</span>}
              <SortMark sorted={sorted} />
              <Handle {...props} at={at} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const sortWord = (sorted: GridSort | null) =>
  sorted === null ? undefined : sorted.isDescending ? 'descending' : 'ascending';

const titleOf = ({ name, type, veil }: GridColumn): string =>
  veil == null ? `${name}, ${type}` : `${name}, ${type}: ${veil}`;

function SortMark({ sorted }: { sorted: GridSort | null }) {
  if (sorted === null) return null;
  const Icon = sorted.isDescending ? IconArrowDown : IconArrowUp;
  return <Icon size={13} stroke={1.9} aria-hidden="true" />;
}

/** For the pointer; by keyboard a column is resized in its head with Alt and an arrow. */
function Handle({ at, edges, onResize, onFit }: GridHeadProps & { at: number }) {
  const start = (event: PointerEvent<HTMLSpanElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const width = (edges[at + 1] ?? 0) - (edges[at] ?? 0);
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => onResize(at, width + move.clientX - from);
    handle.onpointerup = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
    };
  };
  return (
    <span
      className={classes['handle']}
      aria-hidden="true"
      onPointerDown={start}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => onFit(at)}
    />
  );
}
