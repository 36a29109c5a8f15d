/**
 * The cloth of a domain: its avatar and that of its products. Told apart by pattern, also without colour.
 */
import { memo } from 'react';
import { clothOf, isOver, REPEAT } from '../lib/cloth.ts';
import classes from './Cloth.module.css';

export interface ClothProps {
  domain: string;
  /** Edge in pixels. */
  size?: number;
}

export const Cloth = memo(function Cloth({ domain, size = 16 }: ClothProps) {
  const { weave, dye } = clothOf(domain);
  // Why: at sixteen pixels a crossing of one pixel is noise.
  const crossings = size < 24 ? REPEAT : REPEAT * 2;
  const cells = Array.from({ length: crossings * crossings }, (_, at) => ({
    x: at % crossings,
    y: Math.floor(at / crossings),
  })).filter(({ x, y }) => isOver(weave, y, x));
  const path = cells.map(({ x, y }) => `M${x} ${y}h1v1h-1z`).join('');
  return (
    <svg
      className={classes['cloth']}
      width={size}
      height={size}
      viewBox={`0 0 ${crossings} ${crossings}`}
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      <rect width={crossings} height={crossings} className={classes['ground']} data-dye={dye} />
      <path d={path} className={classes['weft']} data-dye={dye} />
    </svg>
  );
});
