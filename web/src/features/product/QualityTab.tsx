/**
 * Every rule of the contract beside its last result, grouped by what it speaks of.
 */

import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { headroomNumber, type MeasuredPromise, promisesQuery } from '../../api/promises.ts';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase, plainText } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { measuredWords, promiseSentence } from '../../components/promise-words.ts';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { formatName, plural } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import classes from './QualityTab.module.css';
import { ruleNames } from './rule-names.ts';
import { useOpenProduct, useProductRef } from './use-product.ts';

const STATE_WORDS = { kept: 'kept', close: 'close', missed: 'missed', unknown: 'not measured yet' };
const RANK = { missed: 0, close: 1, kept: 2, unknown: 3 };

export function QualityTab() {
  const { product } = useProductRef();
  const { show = 'all' } = useSearch({ strict: false });
  const promises = useQuery(promisesQuery(product));
  const navigate = useNavigate();
  if (promises.isPending) return <Skeleton height={520} lines={10} label="Loading the rules" />;
  if (promises.error !== null) {
    return <ProblemBox error={promises.error} onRetry={() => void promises.refetch()} />;
  }
  const all = promises.data.promises;
  const shown = show === 'open' ? all.filter(isOpen) : all;
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <h2>{qualityFinding(all)}</h2>
        <SegmentedControl
          aria-label="Which promises"
          data={[
            { value: 'all', label: `All ${all.length}` },
            { value: 'open', label: `Off or set aside ${all.filter(isOpen).length}` },
          ]}
          value={show}
          onChange={(value) =>
            void navigate({
              to: '.',
              search: (old) =>
                present({ ...old, show: value === 'open' ? ('open' as const) : undefined }),
              replace: true,
            })
          }
        />
      </header>
      {shown.length === 0 ? (
        <Empty title="Nothing is off">
          Every promise that was measured is kept, and no row was set aside.
        </Empty>
      ) : (
        groupsOf(shown).map(({ title, members }) => (
          <Panel
            key={title}
            title={title}
            isFlush
            aside={plural(members.length, { one: '# promise', other: '# promises' })}
          >
            <RuleTable members={members} caption={title} />
          </Panel>
        ))
      )}
    </div>
  );
}

function isOpen({ state, refused }: MeasuredPromise): boolean {
  return state === 'missed' || state === 'close' || (refused ?? 0) > 0;
}

/** The finding: what is missed, else what was set aside, else that all is kept. */
export function qualityFinding(all: readonly MeasuredPromise[]): string {
  const missed = all.filter(({ state }) => state === 'missed').length;
  const aside = all.filter(({ refused }) => (refused ?? 0) > 0).length;
  if (missed > 0)
    return plural(missed, { one: 'One promise is missed', other: '# promises are missed' });
  if (all.every(({ state }) => state === 'unknown')) return 'Nothing was measured yet';
  const kept = all.some(({ state }) => state === 'unknown')
    ? 'Every promise that was measured is kept'
    : 'Every promise is kept';
  if (aside === 0) return kept;
  return `${kept}; ${plural(aside, { one: 'one rule set rows aside', other: '# rules set rows aside' })}`;
}

interface Group {
  title: string;
  members: MeasuredPromise[];
}

/** Delivery first, then the whole table, then column by column; inside a group the worst first. */
export function groupsOf(promises: readonly MeasuredPromise[]): Group[] {
  const titles = new Map<string, MeasuredPromise[]>();
  const rank = ({ kind, column }: MeasuredPromise) =>
    kind === 'rule' ? (column === null ? 1 : 2) : 0;
  for (const promise of promises.toSorted((a, b) => rank(a) - rank(b))) {
    const title =
      promise.kind !== 'rule'
        ? 'Delivery'
        : (promise.column ?? `${promise.table ?? 'Table'}: rules on the whole`);
    titles.set(title, [...(titles.get(title) ?? []), promise]);
  }
  return [...titles].map(([title, members]) => ({
    title,
    members: members.toSorted((a, b) => RANK[a.state] - RANK[b.state]),
  }));
}

function RuleTable({ members, caption }: { members: readonly MeasuredPromise[]; caption: string }) {
  const { ref, model } = useOpenProduct();
  const names = ruleNames(model);
  return (
    <ScrollArea className={classes['scroll']} label={`${caption}, as a table`}>
      <table className={`${classes['table'] ?? ''} ${classes['fixed'] ?? ''}`}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Promise</th>
            <th scope="col">Dimension</th>
            <th scope="col" className={classes['thread']}>
              Room
            </th>
            <th scope="col">Measured</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {members.map((promise) => {
            const sentence = promiseSentence(promise, names);
            const { finding, note } = measuredWords(promise);
            return (
              <tr key={promise.id}>
                <th scope="row">
                  <Phrase parts={sentence} />
                  {promise.rule === null ? null : (
                    <div>
                      <Link
                        to="/p/$product/quality/$rule"
                        params={{ product: ref, rule: promise.rule }}
                        className={classes['rule']}
                      >
                        <code>{promise.rule}</code>
                      </Link>
                    </div>
                  )}
                </th>
                <td>{promise.dimension === null ? null : formatName(promise.dimension)}</td>
                <td className={classes['thread']}>
                  <Thread headroom={headroomNumber(promise.headroom)} label={plainText(sentence)} />
                </td>
                <td>
                  <b>{finding}</b>
                  {note === null ? null : <div className="caption">{note}</div>}
                </td>
                <td>
                  <Status kind={promise.state}>{STATE_WORDS[promise.state]}</Status>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
