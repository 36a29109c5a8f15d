/**
 * The refused rows of a cause, with the value that was refused and the record as it came. Only for who may read values.
 */
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { ScrollArea } from '../../../components/ScrollArea.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import { formatNumber } from '../../../lib/format.ts';
import table from '../Produce.module.css';
import { ROWS, rowsQuery } from '../produce-queries.ts';
import type { Row, RowState, Where } from '../types.ts';
import { STATE_WORDS } from '../words.ts';
import { RawRecord } from './RawRecord.tsx';
import classes from './RefusedPanel.module.css';
import { words } from './words-quarantine.ts';

/** The end of an id tells batches of a product apart. */
const ID_SHOWN = 6;

export interface RefusedRowsProps {
  where: Where;
  state: RowState | undefined;
  /** About how many there are, so that they have their room before they come. */
  expected: number;
  mayRead: boolean;
}

/** Of as many rows as fill the window, with what asks for more below it: as `.window` has it, in pixels. */
export const ROWS_TALL = 477;
const MORE_TALL = 47;
const HEAD_TALL = 31;
/** Of the line that says that there are none. */
const NOTE_TALL = 44;
/** Of a row whose reason takes two lines, as most do. */
const ROW_TALL = 50;

function tallOf(rows: number): number {
  if (rows === 0) return NOTE_TALL;
  const window = Math.min(HEAD_TALL + rows * ROW_TALL, ROWS_TALL - MORE_TALL);
  return rows > ROWS ? window + MORE_TALL : window;
}

export function RefusedRows({ where, state, expected, mayRead }: RefusedRowsProps) {
  const rows = useInfiniteQuery({ ...rowsQuery(where, state), enabled: mayRead });
  if (!mayRead) {
    return <p className={table['note']}>{words.rowsHidden}</p>;
  }
  if (rows.isPending)
    return <Skeleton height={tallOf(expected)} lines={Math.min(8, Math.max(1, expected * 2))} />;
  if (rows.error !== null)
    return <ProblemBox error={rows.error} onRetry={() => void rows.refetch()} />;
  const items = rows.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p className={table['note']}>{words.noRow(state)}</p>;
  const hasOthers = items.some((row) => row.state !== 'open' && row.state !== 'held');
  const hasBatches = where.batch === undefined;
  return (
    <>
      <ScrollArea className={classes['window']} label={words.rows}>
        <table className={table['table']}>
          <caption>{words.rowsTable}</caption>
          <thead>
            <tr>
              <th scope="col" className={table['number']}>
                {words.line}
              </th>
              <th scope="col">{words.wrong}</th>
              {hasOthers ? <th scope="col">{words.state}</th> : null}
              {hasBatches ? <th scope="col">{words.batch}</th> : null}
              <th scope="col">{words.asCame}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <RowLine
                key={row.ref}
                row={row}
                rule={where.rule}
                hasState={hasOthers}
                product={hasBatches ? (where.product ?? null) : null}
              />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {rows.hasNextPage ? (
        <div className={table['note']}>
          <Button
            variant="default"
            size="compact-sm"
            loading={rows.isFetchingNextPage}
            onClick={() => void rows.fetchNextPage()}
          >
            {words.moreThan(items.length)}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface RowLineProps {
  row: Row;
  /** That of the cause in sight: a row may have others. */
  rule: string | undefined;
  hasState: boolean;
  /** Where rows of several batches stand together: the product, so that each leads to its batch. */
  product: string | null;
}

function RowLine({ row, rule, hasState, product }: RowLineProps) {
  const { batch, line, record, reasons, raw, state } = row;
  const own = reasons.filter((reason) => reason.rule === rule);
  return (
    <tr>
      <td className={`${table['number']} ${table['dim']}`}>{formatNumber(line ?? record)}</td>
      <td>
        {reasons.map(({ rule, column, value, message }) => (
          <span className={classes['reason']} key={`${rule} ${column ?? ''}`}>
            {column === null ? null : (
              <>
                <code>{column}</code>{' '}
                <code className={classes['value']}>{value ?? words.noValue}</code>{' '}
              </>
            )}
            {message}
          </span>
        ))}
      </td>
      {hasState ? <td>{STATE_WORDS[state] ?? state}</td> : null}
      {product === null ? null : (
        <td>
          <Link
            to="/make/$product/batches/$batch"
            params={{ product, batch }}
            className={`mono ${classes['batch']}`}
            title={batch}
          >
            …{batch.slice(-ID_SHOWN)}
          </Link>
        </td>
      )}
      <td>
        <RawRecord raw={raw} values={[...own, ...reasons].map(({ value }) => value)} />
      </td>
    </tr>
  );
}
