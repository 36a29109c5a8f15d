/**
 * A batch as a flow: what came in crosses its checks and parts into good, quarantined and duplicates. Drawn and written.
 *
 * Not a chart: the words beside it say all that it shows.
 */

import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import {
  FLOW_THICKNESS,
  type FlowCounts,
  type FlowThread,
  flowThreads,
  uncounted,
} from '../lib/flow.ts';
import { formatNumber } from '../lib/format.ts';
import classes from './BatchFlow.module.css';
import { Phrase } from './Phrase.tsx';
import { words } from './words.ts';

export interface FlowCheck {
  id: string;
  label: string;
  failed: number;
}

export interface BatchFlowProps {
  counts: FlowCounts;
  checks: readonly FlowCheck[];
  /** What became of the good ones: "in the table", "waiting". */
  goodIs: string;
}

const WIDTH = 700;
const HEIGHT = 64;
const MIDDLE = 26;
/** Checks stand between these shares of the width; the threads part behind the last. */
const CHECKS_FROM = 0.08;
const CHECKS_TO = 0.6;

export function BatchFlow({ counts, checks, goodIs }: BatchFlowProps) {
  const threads = flowThreads(counts);
  const refused = threads.filter(({ kind }) => kind !== 'good');
  return (
    <div className={classes['flow']}>
      <p className={classes['in']}>
        <strong>{formatNumber(counts.in)}</strong> <span>{words.recordsIn}</span>
      </p>
      <div className={classes['drawing']}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {threads.length === 0 ? (
            <line
              className={classes['none']}
              x1={0}
              x2={WIDTH}
              y1={MIDDLE}
              y2={MIDDLE}
              vectorEffect="non-scaling-stroke"
            />
          ) : null}
          {checks.map(({ id }, at) =>
            at % 2 === 0 ? <Warp key={id} x={placeOf(at, checks.length) * WIDTH} /> : null,
          )}
          <line
            className={classes['all']}
            x1={0}
            x2={threads.length === 0 ? 0 : (CHECKS_TO + 0.02) * WIDTH}
            y1={MIDDLE}
            y2={MIDDLE}
            strokeWidth={FLOW_THICKNESS}
            vectorEffect="non-scaling-stroke"
          />
          {threads.map((thread) => (
            <Parted key={thread.kind} thread={thread} place={refused.indexOf(thread)} />
          ))}
          {checks.map(({ id }, at) =>
            at % 2 === 1 ? <Warp key={id} x={placeOf(at, checks.length) * WIDTH} /> : null,
          )}
        </svg>
        <ol className={classes['checks']}>
          {checks.map(({ id, label, failed }, at) => (
            <li
              key={id}
              ref={setLeft(placeOf(at, checks.length))}
              data-failed={failed > 0 || undefined}
            >
              {label}
              {failed > 0 ? <span>× {formatNumber(failed)}</span> : null}
            </li>
          ))}
        </ol>
      </div>
      <dl className={classes['out']}>
        <Out kind="good" count={counts.good} label={words.good(goodIs)} />
        <Out kind="quarantined" count={counts.quarantined} label={words.quarantined} />
        <Out kind="duplicates" count={counts.duplicates} label={words.duplicates} />
      </dl>
      <Sum counts={counts} />
    </div>
  );
}

function placeOf(at: number, count: number): number {
  return CHECKS_FROM + ((CHECKS_TO - CHECKS_FROM) * (at + 0.5)) / Math.max(1, count);
}

// Why by script: the content policy of the app allows no style attributes in markup.
function setLeft(share: number) {
  return (element: HTMLElement | null) => {
    if (element !== null) element.style.left = `${share * 100}%`;
  };
}

function Warp({ x }: { x: number }) {
  return (
    <line
      className={classes['warp']}
      x1={x}
      x2={x}
      y1={6}
      y2={46}
      vectorEffect="non-scaling-stroke"
    />
  );
}

/** What is good goes on; what is not bends away below it. */
function Parted({ thread, place }: { thread: FlowThread; place: number }) {
  const from = CHECKS_TO * WIDTH;
  const y = place === -1 ? MIDDLE : MIDDLE + 18 + place * 14;
  const bend = from + 0.2 * WIDTH;
  const path =
    place === -1
      ? `M${from} ${y}H${WIDTH}`
      : `M${from} ${MIDDLE + 4}C${from + 70} ${MIDDLE + 4} ${bend - 70} ${y} ${bend} ${y}H${WIDTH}`;
  return (
    <path
      className={classes['thread']}
      data-kind={thread.kind}
      d={path}
      strokeWidth={thread.thickness}
      vectorEffect="non-scaling-stroke"
    />
  );
}

function Out({ kind, count, label }: { kind: FlowThread['kind']; count: number; label: string }) {
  return (
    <div data-kind={kind} data-none={count === 0 || undefined}>
      <dt>{label}</dt>
      <dd>{formatNumber(count)}</dd>
    </div>
  );
}

function Sum({ counts }: { counts: FlowCounts }) {
  const missing = uncounted(counts);
  const sum = `${formatNumber(counts.in)} = ${formatNumber(counts.good)} + ${formatNumber(counts.quarantined)} + ${formatNumber(counts.duplicates)}`;
  if (missing === 0 && counts.in === 0) {
    return (
      <p className={classes['sum']}>
        <IconClock size={15} stroke={1.7} aria-hidden="true" /> {words.noneCounted}
      </p>
    );
  }
  return (
    <p className={classes['sum']} data-missing={missing === 0 ? undefined : true}>
      {missing === 0 ? (
        <>
          <IconCheck size={15} stroke={1.9} aria-hidden="true" />{' '}
          <Phrase parts={words.allCounted(sum)} />
        </>
      ) : (
        <>
          <IconX size={15} stroke={1.9} aria-hidden="true" /> {words.uncounted(missing)}
        </>
      )}
    </p>
  );
}
