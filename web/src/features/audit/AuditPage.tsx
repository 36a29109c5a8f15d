/**
 * Who did what, provably: the log with its questions, one entry in full, the proof of the chain.
 */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { Me } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { AuditFilters } from './AuditFilters.tsx';
import { AuditList } from './AuditList.tsx';
import classes from './AuditPage.module.css';
import { type AuditEntry, actionsQuery, auditQuery } from './audit-queries.ts';
import type { AuditSearch } from './audit-search.ts';
import { ColumnQuestion } from './ColumnQuestion.tsx';
import { Proof } from './Proof.tsx';
import { ReadyQuestions } from './ReadyQuestions.tsx';
import { finding, words } from './words.ts';

export function AuditPage() {
  const me = useMe();
  const search = useSearch({ from: '/audit' });
  const seesAll = mayReadAll(me);
  const isAsked = seesAll || search.column !== undefined;
  const actions = useQuery({ ...actionsQuery, enabled: seesAll });
  // Why waited for: which actions are meant by a part of a name, only those that there are tell.
  const isKnown = search.action === undefined || !seesAll || !actions.isPending;
  const answer = useEntries(search, { actions: actions.data ?? [], isAsked: isAsked && isKnown });
  const items = answer.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <h1 aria-live="polite">
          {isAsked && answer.data !== undefined && answer.error === null
            ? finding(search, items, answer.hasNextPage)
            : words.title}
        </h1>
        {seesAll ? <Proof /> : null}
      </header>
      <div className={classes['two']}>
        <div className={classes['main']}>
          {seesAll ? (
            <AuditFilters actions={actions.data ?? []} />
          ) : (
            <p className={classes['note']}>{words.ownersOnly}</p>
          )}
          {isAsked ? (
            <Found answer={answer} items={items} />
          ) : (
            <Empty title={words.askTitle}>{words.askHelp}</Empty>
          )}
        </div>
        <aside className={classes['aside']} aria-label={words.questions}>
          <ColumnQuestion />
          {seesAll ? <ReadyQuestions /> : null}
        </aside>
      </div>
    </div>
  );
}

function useEntries(
  search: AuditSearch,
  { actions, isAsked }: { actions: readonly string[]; isAsked: boolean },
) {
  return useInfiniteQuery({
    ...auditQuery(search, actions),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
}

function mayReadAll({ roles }: Me): boolean {
  return roles.includes('platform') || roles.includes('privacy_officer');
}

interface FoundProps {
  answer: ReturnType<typeof useEntries>;
  items: AuditEntry[];
}

function Found({ answer, items }: FoundProps) {
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={480} lines={10} />;
  if (items.length === 0) return <Empty title={words.none}>{words.noneHelp}</Empty>;
  return (
    <AuditList
      items={items}
      isStale={answer.isPlaceholderData}
      onMore={answer.hasNextPage ? () => void answer.fetchNextPage() : null}
      isLoadingMore={answer.isFetchingNextPage}
    />
  );
}
