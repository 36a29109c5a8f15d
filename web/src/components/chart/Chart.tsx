/**
 * A chart of gathered points, with its finding in words and a table that says the same. The drawing comes in a chunk of its own.
 *
 * Not for threads, sparks and weaves: those are our own drawings.
 */
import { Suspense, useState } from 'react';
import { latePart } from '../late.tsx';
import { Skeleton } from '../Skeleton.tsx';
import classes from './Chart.module.css';
import { ChartTable } from './ChartTable.tsx';
import type { ChartData } from './chart-data.ts';
import { findingOf, noteOf, titleOf, words } from './words.ts';

export interface ChartProps {
  data: ChartData;
  /** Instead of the one that follows from the columns. */
  title?: string;
  /** Height of the drawing in pixels; without it, it fills its container. */
  height?: number;
  /** What was promised, as a line with its name. */
  promise?: { at: number; name: string };
}

const Drawing = latePart(() => import('./ChartDrawing.tsx').then((module) => module.ChartDrawing));

export function Chart({ data, title, height, promise }: ChartProps) {
  const [isTable, setTable] = useState(false);
  const note = noteOf(data);
  return (
    <figure className={classes['chart']}>
      <figcaption className={classes['head']}>
        <span className={classes['title']}>{title ?? titleOf(data)}</span>
        {note === null ? null : <span className="caption">{note}</span>}
        <button type="button" className={classes['twin']} onClick={() => setTable(!isTable)}>
          {isTable ? words.asChart : words.asTable}
        </button>
      </figcaption>
      {isTable ? (
        <ChartTable data={data} caption={title ?? titleOf(data)} />
      ) : (
        <div
          className={classes['drawing']}
          role="img"
          aria-label={findingOf(data)}
          style={{ height }}
        >
          <Suspense fallback={<Skeleton height={height ?? 240} lines={5} label={words.loading} />}>
            <Drawing data={data} {...(promise === undefined ? {} : { promise })} />
          </Suspense>
        </div>
      )}
    </figure>
  );
}
