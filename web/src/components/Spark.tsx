/**
 * How values spread, as a row of small columns. What a policy changed is drawn in its stripes.
 */
import classes from './Spark.module.css';
import { spreadWords } from './words.ts';

export interface SparkProps {
  /** Rows in each part of the range, from its lower end. */
  counts: readonly number[];
  /** What is shown, for readers that do not see. */
  label: string;
  isVeiled?: boolean;
}

const WIDTH = 92;
const HEIGHT = 20;
/** A part with any row at all is seen. */
const HEIGHT_MIN = 1.5;

export function Spark({ counts, label, isVeiled = false }: SparkProps) {
  const most = Math.max(0, ...counts);
  if (most === 0) return null;
  const step = WIDTH / counts.length;
  return (
    <svg
      className={classes['spark']}
      data-veiled={isVeiled || undefined}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${label}: ${describeSpread(counts)}`}
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} className={classes['ground']} />
      {counts.map((count, at) => {
        const height = count === 0 ? 0 : Math.max(HEIGHT_MIN, (count / most) * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a part of the range is its place.
            key={at}
            x={at * step}
            y={HEIGHT - height}
            width={Math.max(1, step - 1)}
            height={height}
          />
        );
      })}
    </svg>
  );
}

/** "most in the lowest quarter": what the shape says without seeing it. */
export function describeSpread(counts: readonly number[]): string {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const peak = counts.indexOf(Math.max(...counts));
  return spreadWords(all, Math.floor((peak / counts.length) * 4));
}
