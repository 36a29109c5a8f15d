/**
 * The same points as a table, for whoever reads rather than looks.
 */
import { formatNumber } from '../../lib/format.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import classes from './Chart.module.css';
import type { ChartData } from './chart-data.ts';
import { words } from './words.ts';

const ROWS_MAX = 500;

export function ChartTable({ data, caption }: { data: ChartData; caption: string }) {
  const rows = data.series.flatMap(({ name, points }) =>
    points.map((point) => ({ name, ...point })),
  );
  const hasSeries = data.series.length > 1 || data.series[0]?.name !== '';
  return (
    <ScrollArea className={classes['scroll']} label={caption}>
      <table className={classes['table']}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {hasSeries ? <th scope="col">{words.series}</th> : null}
            <th scope="col">{data.x}</th>
            <th scope="col" data-numeric>
              {data.y}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_MAX).map(({ name, x, y }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points of a cloud may be equal.
            <tr key={at}>
              {hasSeries ? <td>{name}</td> : null}
              <td>{x}</td>
              <td data-numeric>{formatNumber(y)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS_MAX ? (
        <p className="caption">{words.firstPoints(ROWS_MAX, rows.length)}</p>
      ) : null}
    </ScrollArea>
  );
}
