/**
 * Beside the map: the node in the middle, how it stands, what waits for it, where its data comes from.
 */
import { ActionIcon } from '@mantine/core';
import { IconArrowRight, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MeshGraph } from '../../api/graph.ts';
import { headroomNumber, type MeasuredPromise, promisesQuery } from '../../api/promises.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { Cloth } from '../../components/Cloth.tsx';
import type { GraphNode } from '../../components/graph/graph-data.ts';
import { LinkButton } from '../../components/LinkButton.tsx';
import { plainText } from '../../components/Phrase.tsx';
import { Picks } from '../../components/Picks.tsx';
import { Selvedge } from '../../components/Selvedge.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { promiseSentence } from '../../components/words-promise.ts';
import { formatNumber } from '../../lib/format.ts';
import { type MapView, sourcesOf, waitingFor } from './map-view.ts';
import classes from './NodePanel.module.css';
import { words } from './words.ts';

export interface NodePanelProps {
  node: GraphNode;
  graph: MeshGraph;
  view: MapView;
  onFocus(id: string): void;
  onClose(): void;
}

export function NodePanel({ node, graph, view, onFocus, onClose }: NodePanelProps) {
  const actions = useMemo(
    (): Action[] => [{ id: 'map-close', label: words.closePanelKey, group: 'here', run: onClose }],
    [onClose],
  );
  useActions(actions);
  const about = graph.nodes.find(({ id }) => id === node.id);
  return (
    <aside className={classes['panel']} aria-label={node.title}>
      <Selvedge domain={node.domain ?? node.id} />
      <header className={classes['head']}>
        <Cloth domain={node.domain ?? node.id} size={36} />
        <div>
          <h2>{node.title}</h2>
          <p className="mono">{node.id}</p>
        </div>
        <ActionIcon variant="subtle" color="gray" aria-label={words.closePanel} onClick={onClose}>
          <IconX size={16} stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </header>
      {node.kind === 'product' ? <Promises product={node.id} /> : null}
      <Neighbours
        title={words.waits}
        ids={waitingFor(view.edges, node.id)}
        view={view}
        onFocus={onFocus}
      />
      <Neighbours
        title={words.sources}
        ids={sourcesOf(view.edges, node.id)}
        view={view}
        onFocus={onFocus}
      />
      <Agreements node={node} view={view} />
      {node.kind === 'product' ? (
        <section>
          <h3>{words.facts}</h3>
          <dl className={classes['facts']}>
            <dt>{words.rows}</dt>
            <dd>{about?.rows == null ? words.notMeasured : formatNumber(about.rows)}</dd>
            <dt>{words.lastData}</dt>
            <dd>
              <TimeText at={about?.lastBatch ?? null} missing={words.noneYet} />
            </dd>
          </dl>
        </section>
      ) : null}
      {node.kind === 'product' ? (
        <div className={classes['foot']}>
          <LinkButton link={{ to: '/p/$product', params: { product: node.id } }}>
            {words.open(node.title)}
          </LinkButton>
        </div>
      ) : null}
    </aside>
  );
}

const PROMISES_MAX = 3;
const ORDER = ['missed', 'close', 'kept', 'unknown'];

function Promises({ product }: { product: string }) {
  const answer = useQuery(promisesQuery(product));
  if (answer.data === undefined) return null;
  const { promises, budget } = answer.data;
  const worst = promises
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || roomOf(a) - roomOf(b))
    .slice(0, PROMISES_MAX);
  return (
    <section className={classes['promises']} aria-label={words.tightest}>
      {worst.map((promise) => {
        const sentence = plainText(promiseSentence(promise));
        return (
          <div key={promise.id}>
            <p>
              {promise.state === 'missed' || promise.state === 'close' ? (
                <Status kind={promise.state}>{sentence}</Status>
              ) : (
                sentence
              )}
            </p>
            <Thread
              headroom={headroomNumber(promise.headroom)}
              state={promise.state}
              label={sentence}
            />
          </div>
        );
      })}
      {budget === null ? null : <Picks allowed={budget.allowed} left={budget.left} />}
    </section>
  );
}

function roomOf({ headroom }: MeasuredPromise): number {
  return headroomNumber(headroom) ?? Number.POSITIVE_INFINITY;
}

interface NeighboursProps {
  title: string;
  ids: string[];
  view: MapView;
  onFocus(id: string): void;
}

const NEIGHBOURS_MAX = 12;

function Neighbours({ title, ids, view, onFocus }: NeighboursProps) {
  if (ids.length === 0) return null;
  const nodes = ids.flatMap((id) => view.nodes.find((node) => node.id === id) ?? []);
  return (
    <section>
      <h3>{title}</h3>
      <ul className={classes['list']}>
        {nodes.slice(0, NEIGHBOURS_MAX).map((node) => (
          <li key={node.id}>
            <button type="button" onClick={() => onFocus(node.id)}>
              <Cloth domain={node.domain ?? node.id} size={20} />
              <span>
                <b>{node.title}</b>
                <span className="caption">{node.note}</span>
              </span>
              <IconArrowRight size={16} stroke={1.7} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {nodes.length > NEIGHBOURS_MAX ? (
        <p className="caption">{words.more(nodes.length - NEIGHBOURS_MAX)}</p>
      ) : null}
    </section>
  );
}

function Agreements({ node, view }: { node: GraphNode; view: MapView }) {
  const own = view.edges.filter(
    ({ kind, from, to }) => kind === 'agreement' && (from === node.id || to === node.id),
  );
  if (own.length === 0) return null;
  return (
    <section>
      <h3>{node.kind === 'subject' ? words.isRead : words.readers}</h3>
      <ul className={classes['agreements']}>
        {own.map(({ from, to, note }) => (
          <li key={`${from} ${to} ${note ?? ''}`}>
            {from === node.id ? to : from} <span className="caption">{note}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
