/**
 * What was asked for beside what was offered or agreed to, where the two differ.
 *
 * Nothing where they are the same. Where the mesh does not know any more what was asked, an offer says so.
 */
import { Fragment } from 'react';
import type { Agreement } from '../../api/types.ts';
import { Breakable } from '../../components/Breakable.tsx';
import { formatDay } from '../../lib/format.ts';
import classes from './AskedTerms.module.css';
import { givenWord, words } from './words.ts';

type Terms = Pick<Agreement, 'columns' | 'filter' | 'until'>;

export function AskedTerms({ agreement }: { agreement: Agreement }) {
  const { asked, state } = agreement;
  if (asked === null) {
    return state === 'countered' ? <p className="caption">{words.askedUnknown}</p> : null;
  }
  const rows = differing(asked, agreement);
  if (rows.length === 0) return null;
  return (
    <section className={classes['asked']} aria-labelledby="asked">
      <h2 id="asked">{words.askedTitle}</h2>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{words.askedFor}</th>
            <th scope="col">{givenWord(state)}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, before, after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Values values={before} without={after} />
              </td>
              <td>
                <Values values={after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface Row {
  name: string;
  before: readonly string[];
  after: readonly string[];
}

function differing(asked: Terms, given: Terms): Row[] {
  const [before, after] = [textsOf(asked), textsOf(given)];
  return before
    .map(({ name, values }, at) => ({ name, before: values, after: after[at]?.values ?? [] }))
    .filter((row) => [...row.before].sort().join('\n') !== [...row.after].sort().join('\n'));
}

function textsOf({ columns, filter, until }: Terms): { name: string; values: string[] }[] {
  return [
    { name: words.columns, values: columns ?? [words.allShown] },
    { name: words.rows, values: [filter ?? words.allShown] },
    { name: words.until, values: [until === null ? words.noEnd : formatDay(until)] },
  ];
}

/** A list of them; of several, those that the other side has not are marked. */
function Values({ values, without }: { values: readonly string[]; without?: readonly string[] }) {
  const isGone = (value: string): boolean =>
    values.length > 1 && without !== undefined && !without.includes(value);
  return values.map((value, at) => (
    <Fragment key={value}>
      {at === 0 ? null : ', '}
      {isGone(value) ? (
        <del>
          <Breakable text={value} />
        </del>
      ) : (
        <Breakable text={value} />
      )}
    </Fragment>
  ));
}
