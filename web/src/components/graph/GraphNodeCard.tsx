/**
 * A node of the graph: cloth, name, one line, and how it stands.
 */
import { IconArrowUpRight, IconUser } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Cloth } from '../Cloth.tsx';
import { StatusIcon } from '../Status.tsx';
import classes from './Graph.module.css';
import type { GraphNode } from './graph-data.ts';

export type CardNode = Node<{ node: GraphNode; isFocused: boolean; isFaint: boolean }, 'card'>;

export function GraphNodeCard({ data: { node, isFocused, isFaint } }: NodeProps<CardNode>) {
  return (
    <div
      className={classes['card']}
      title={node.title}
      data-focused={isFocused || undefined}
      data-faint={isFaint || undefined}
      data-state={node.state ?? undefined}
    >
      <Handle type="target" position={Position.Left} className={classes['handle'] ?? ''} />
      <Picture node={node} />
      <span className={classes['words']}>
        <b>{node.title}</b>
        {node.note === null ? null : <span className="caption">{node.note}</span>}
      </span>
      {node.state === null ? null : <StatusIcon kind={node.state} />}
      <Handle type="source" position={Position.Right} className={classes['handle'] ?? ''} />
    </div>
  );
}

function Picture({ node }: { node: GraphNode }) {
  if (node.kind === 'subject') return <IconUser size={22} stroke={1.7} aria-hidden="true" />;
  if (node.kind === 'outside')
    return <IconArrowUpRight size={22} stroke={1.7} aria-hidden="true" />;
  return <Cloth domain={node.domain ?? node.id} size={26} />;
}
