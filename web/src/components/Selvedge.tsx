/**
 * The edge of a domain's cloth, along the top of what belongs to it.
 */
import { useId } from 'react';
import { clothOf, isOver, REPEAT } from '../lib/cloth.ts';
import classes from './Selvedge.module.css';

const PICKS = 4;
const CELL = 1.75;

export function Selvedge({ domain }: { domain: string }) {
  const id = useId();
  const { weave, dye } = clothOf(domain);
  const path = Array.from({ length: REPEAT * PICKS }, (_, at) => {
    const x = at % REPEAT;
    const y = Math.floor(at / REPEAT);
    return isOver(weave, y, x) ? `M${x * CELL} ${y * CELL}h${CELL}v${CELL}h-${CELL}z` : '';
  }).join('');
  return (
    <svg className={classes['selvedge']} width="100%" height={PICKS * CELL} aria-hidden="true">
      <defs>
        <pattern id={id} width={REPEAT * CELL} height={PICKS * CELL} patternUnits="userSpaceOnUse">
          <path d={path} className={classes['weft']} data-dye={dye} />
        </pattern>
      </defs>
      <rect width="100%" height="100%" className={classes['ground']} data-dye={dye} />
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  );
}
