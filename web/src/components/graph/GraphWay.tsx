/**
 * An edge that passes layers: through the gaps that were left for it, level where nodes stand above and below.
 */
import { BaseEdge, type EdgeProps } from '@xyflow/react';
import { wayPath } from './way-path.ts';

type Passes = { passes: { x: number; y: number }[] };

export function GraphWay(props: EdgeProps) {
  const { sourceX, sourceY, targetX, targetY, data, label, markerEnd } = props;
  const { passes } = data as Passes;
  const path = wayPath({ x: sourceX, y: sourceY }, passes, { x: targetX, y: targetY });
  const [first = { x: targetX, y: targetY }] = passes;
  return (
    <BaseEdge
      path={path}
      label={label}
      labelX={(sourceX + first.x) / 2}
      labelY={(sourceY + first.y) / 2}
      labelBgPadding={[6, 4]}
      {...(markerEnd === undefined ? {} : { markerEnd })}
    />
  );
}
