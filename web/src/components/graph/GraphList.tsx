/**
 * The same graph as a table: for reading without seeing it, for searching, for copying.
 */

import { useMemo } from 'react';
import { ScrollArea } from '../ScrollArea.tsx';
import { Status } from '../Status.tsx';
import classes from './GraphList.module.css';
import { type GraphEdge, type GraphNode, wholeEdges } from './graph-data.ts';
import { STATE_WORDS, words } from './words.ts';

export interface GraphListProps {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  focus: string | null;
  onFocus(id: string): void;
  /** What the table shows, as its caption. */
  label: string;
}

export function GraphList({ nodes, edges, focus, onFocus, label }: GraphListProps) {
  const whole = useMemo(() => wholeEdges(nodes, edges), [nodes, edges]);
  const titles = useMemo(() => new Map(nodes.map(({ id, title }) => [id, title])), [nodes]);
  const list = (edge: GraphEdge, end: 'from' | 'to') => {
    const flow = words.flows[edge.isStopped ? 'stopped' : edge.kind];
    const notes = [flow, edge.note].filter((part) => part !== null).join(', ');
    return (
      <li key={`${edge[end]} ${edge.kind} ${edge.note ?? ''}`}>
        {titles.get(edge[end]) ?? edge[end]} <span className="caption">{notes}</span>
      </li>
    );
  };
  return (
    <ScrollArea className={classes['scroll']} label={words.list(label)}>
      <table className={classes['table']}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.readsFrom}</th>
            <th scope="col">{words.readBy}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.id} aria-current={node.id === focus ? 'true' : undefined}>
              <th scope="row">
                <button type="button" className={classes['name']} onClick={() => onFocus(node.id)}>
                  {node.title}
                </button>
                {node.note === null ? null : <div className="caption">{node.note}</div>}
              </th>
              <td>
                {node.state === null ? null : (
                  <Status kind={node.state}>{STATE_WORDS[node.state]}</Status>
                )}
              </td>
              <td>
                <ul>
                  {whole.filter(({ to }) => to === node.id).map((edge) => list(edge, 'from'))}
                </ul>
              </td>
              <td>
                <ul>
                  {whole.filter(({ from }) => from === node.id).map((edge) => list(edge, 'to'))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
