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
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { measuredWords, promiseSentence } from '../../components/words-promise.ts';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import classes from './QualityTab.module.css';
import { ruleNames } from './rule-names.ts';
import { useOpenProduct, useProductRef } from './use-product.ts';
import { qualityFinding, words } from './words-quality.ts';

const RANK = { missed: 0, close: 1, kept: 2, unknown: 3 };

export function QualityTab() {
  const { product } = useProductRef();
  const { show = 'all' } = useSearch({ strict: false });
  const promises = useQuery(promisesQuery(product));
  const navigate = useNavigate();
  if (promises.isPending) return <Skeleton height={520} lines={10} label={words.loading} />;
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
          aria-label={words.which}
          data={[
            { value: 'all', label: words.all(all.length) },
            { value: 'open', label: words.off(all.filter(isOpen).length) },
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
        <Empty title={words.noneOff}>{words.noneOffHelp}</Empty>
      ) : (
        groupsOf(shown).map(({ title, members }) => (
          <Panel key={title} title={title} isFlush aside={words.promises(members.length)}>
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
        ? words.delivery
        : (promise.column ?? words.wholeRules(promise.table ?? words.table));
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
    <ScrollArea className={classes['scroll']} label={words.asTable(caption)}>
      <table className={`${classes['table'] ?? ''} ${classes['fixed'] ?? ''}`}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.promise}</th>
            <th scope="col">{words.dimension}</th>
            <th scope="col" className={classes['thread']}>
              {words.room}
            </th>
            <th scope="col">{words.measured}</th>
            <th scope="col">{words.state}</th>
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
                  <Thread
                    headroom={headroomNumber(promise.headroom)}
                    state={promise.state}
                    label={plainText(sentence)}
                  />
                </td>
                <td>
                  <b>{finding}</b>
                  {note === null ? null : <div className="caption">{note}</div>}
                </td>
                <td>
                  <Status kind={promise.state}>{words.states[promise.state]}</Status>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
