/**
 * Who gains and loses what by a change: each reader with what he sees before and after.
 */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Panel } from '../../components/Panel.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Status, type StatusKind } from '../../components/Status.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './PlanTable.module.css';
import type { Plan, PlannedEffect } from './policy-queries.ts';
import { MESH } from './words.ts';
import { effectWords, stateWords, valueWords, WHAT, words } from './words-change.ts';

const KINDS: Readonly<Record<PlannedEffect['effect'], StatusKind>> = {
  gains: 'waiting',
  loses: 'missed',
  changes: 'close',
  same: 'kept',
};

/** Comes into sight when it comes: who asked for it may be far below. */
export function PlanPanel({ plan }: { plan: Plan }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={place} className={classes['panel']} data-plan>
      <Panel title={words.table} isFlush>
        <PlanTable plan={plan} />
      </Panel>
    </div>
  );
}

function PlanTable({ plan }: { plan: Plan }) {
  const touched = plan.items
    .filter(({ effect }) => effect !== 'same')
    .sort((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
  const same = plan.items.length - touched.length;
  return (
    <ScrollArea className={classes['scroll']} label={words.readers}>
      {touched.length === 0 ? null : (
        <table className={classes['table']}>
          <caption className="unseen">{words.table}</caption>
          <thead>
            <tr>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.effect}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          {touched.map((item) => (
            <Effect
              key={`${item.agreement} ${item.table}`}
              item={item}
              isOfMesh={plan.product === MESH}
            />
          ))}
        </table>
      )}
      {same === 0 ? null : (
        <p className={classes['same']}>
          <Status kind="kept">{words.sameFor(same)}</Status>
        </p>
      )}
    </ScrollArea>
  );
}

function Effect({ item, isOfMesh }: { item: PlannedEffect; isOfMesh: boolean }) {
  const state = stateWords(item.state);
  return (
    <tbody>
      {item.changes.map((change, at) => (
        <tr key={`${change.kind} ${change.of ?? ''}`}>
          {at === 0 ? (
            <>
              <th scope="rowgroup" rowSpan={item.changes.length}>
                <b>
                  <PersonName id={item.subject} />
                </b>
                {isOfMesh ? <span className={classes['under']}>{item.product}</span> : null}
                <span className={classes['under']}>
                  {formatName(item.purpose)}
                  {state === null ? null : `, ${state}`}
                </span>
                <Link to="/agreements/$agreement" params={{ agreement: item.agreement }}>
                  {words.agreement}
                </Link>
              </th>
              <td rowSpan={item.changes.length}>
                <Status kind={KINDS[item.effect]}>{effectWords(item)}</Status>
              </td>
            </>
          ) : null}
          <td>{WHAT[change.kind](change.of)}</td>
          <td className={classes['before']}>{valueWords(change, 'before')}</td>
          <td className={classes['after']}>{valueWords(change, 'after')}</td>
        </tr>
      ))}
    </tbody>
  );
}
