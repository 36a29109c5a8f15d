/**
 * Who gains and loses what by a change: each reader with what he sees before and after.
 */
import { Link } from '@tanstack/react-router';
import { Status, type StatusKind } from '../../components/Status.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './PlanTable.module.css';
import type { Plan, PlannedEffect } from './policy-queries.ts';
import { MESH, readers } from './words.ts';

const EFFECTS: Readonly<Record<PlannedEffect['effect'], { kind: StatusKind; word: string }>> = {
  gains: { kind: 'waiting', word: 'gains' },
  loses: { kind: 'missed', word: 'loses' },
  changes: { kind: 'close', word: 'sees it otherwise' },
  same: { kind: 'kept', word: 'sees the same' },
};

export function PlanTable({ plan }: { plan: Plan }) {
  const touched = plan.items.filter(({ effect }) => effect !== 'same');
  const same = plan.items.length - touched.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls is reached by keyboard.
    <section className={classes['scroll']} aria-label="Readers before and after" tabIndex={0}>
      {touched.length === 0 ? null : (
        <table className={classes['table']}>
          <caption className="unseen">What changes for whom</caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Effect</th>
              <th scope="col">What</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
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
          <Status kind="kept">
            {same === 1 ? '1 reader sees the same' : `${readers(same)} see the same`}
          </Status>
        </p>
      )}
    </section>
  );
}

function Effect({ item, isOfMesh }: { item: PlannedEffect; isOfMesh: boolean }) {
  const { kind, word } = EFFECTS[item.effect];
  return (
    <tbody>
      {item.changes.map((change, at) => (
        <tr key={`${change.kind} ${change.of ?? ''}`}>
          {at === 0 ? (
            <>
              <th scope="rowgroup" rowSpan={item.changes.length}>
                <b>{item.subject}</b>
                {isOfMesh ? <span className={classes['under']}>{item.product}</span> : null}
                <span className={classes['under']}>
                  {formatName(item.purpose)}
                  {item.state === 'active' ? null : `, ${item.state}`}
                </span>
                <Link to="/agreements/$agreement" params={{ agreement: item.agreement }}>
                  agreement
                </Link>
              </th>
              <td rowSpan={item.changes.length}>
                <Status kind={kind}>{word}</Status>
              </td>
            </>
          ) : null}
          <td>{WHAT[change.kind](change.of)}</td>
          <td className={classes['before']}>{valueWords(change, change.before)}</td>
          <td className={classes['after']}>{valueWords(change, change.after)}</td>
        </tr>
      ))}
    </tbody>
  );
}

type Change = PlannedEffect['changes'][number];

const WHAT: Readonly<Record<Change['kind'], (of: string | null) => string>> = {
  access: () => 'access',
  column: (of) => of ?? 'column',
  mask: (of) => `${of ?? ''}, shown as`,
  rows: () => 'rows',
  set: (of) => `set ${of ?? ''}`,
  granularity: () => 'groups',
  'row limit': () => 'rows of an answer',
  export: () => 'files',
};

const NOTHING: Readonly<Record<string, string>> = { granularity: 'rows as they are', set: 'none' };
const MASKS: Readonly<Record<string, string>> = {
  none: 'as it is',
  hash: 'a stand-in',
  null: 'empty',
  hide: 'hidden',
};

function valueWords({ kind }: Change, value: string | null): string {
  if (kind === 'access') return value === null ? 'may read' : value;
  if (kind === 'column') return value === null ? 'not there' : (MASKS[value] ?? value);
  if (kind === 'mask') return MASKS[value ?? 'none'] ?? value ?? '';
  if (kind === 'export') return value === 'true' ? 'may be taken away' : 'look only';
  if (value === null || value === 'null' || value === 'none') return NOTHING[kind] ?? 'all';
  return value;
}
