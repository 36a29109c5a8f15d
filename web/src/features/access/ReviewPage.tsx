/**
 * What waits for the reader's decision, the oldest first, each with its one button.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { usePersonNames } from '../../api/names.ts';
import { agreementsQuery } from '../../api/queries.ts';
import type { Agreement } from '../../api/types.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import classes from './ReviewPage.module.css';
import { askedWords, asksWords, words } from './words.ts';

export function ReviewPage() {
  const me = useMe();
  const requests = useQuery({
    ...agreementsQuery({ state: 'requested' }),
    refetchInterval: 30_000,
  });
  const waiting = (requests.data?.items ?? [])
    .filter(({ subject }) => subject !== me.id)
    .toSorted((a, b) => a.requestedAt.localeCompare(b.requestedAt));
  return (
    <div className={classes['page']}>
      <h1>{requests.data === undefined ? words.review : words.requestsWait(waiting.length)}</h1>
      {requests.isPending ? <Skeleton height={240} lines={6} label={words.loadingWaiting} /> : null}
      {requests.error === null ? null : (
        <ProblemBox error={requests.error} onRetry={() => void requests.refetch()} />
      )}
      {waiting.length > 0 ? <Requests items={waiting} /> : null}
      {requests.data !== undefined && waiting.length === 0 ? (
        <Empty
          title={words.noneOpen}
          action={
            <LinkButton variant="default" link={{ to: '/agreements', search: { whose: 'asked' } }}>
              {words.whoHasAccess}
            </LinkButton>
          }
        >
          {words.reviewEmptyHelp}
        </Empty>
      ) : null}
    </div>
  );
}

function Requests({ items }: { items: readonly Agreement[] }) {
  const list = useRef<HTMLUListElement>(null);
  useListKeys(list);
  const nameOf = usePersonNames(items.map(({ subject }) => subject));
  return (
    <ul className={classes['list']} ref={list} aria-live="polite">
      {items.map((item, at) => (
        <li key={item.agreement}>
          <div className={classes['text']}>
            <p className={classes['title']}>
              {asksWords({ ...item, subject: nameOf(item.subject) })}
            </p>
            <p className={classes['why']}>{askedWords(item)}</p>
            <ProductRef product={item.product} />
          </div>
          <span className={classes['since']}>
            <Phrase parts={words.askedAt(item.requestedAt)} />
          </span>
          <LinkButton
            variant={at === 0 ? 'filled' : 'default'}
            link={{
              to: '/agreements/$agreement',
              params: { agreement: item.agreement },
              state: { queue: 'review' },
            }}
          >
            {words.decide}
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}

function useListKeys(list: { readonly current: HTMLUListElement | null }): void {
  const actions = useMemo((): Action[] => {
    const move = (step: number) => () => {
      const rows = [...(list.current?.children ?? [])];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
      [...(row?.querySelectorAll('a') ?? [])].at(-1)?.focus();
    };
    return [
      { id: 'review-next', label: words.nextRequest, group: 'here', shortcut: 'j', run: move(1) },
      {
        id: 'review-last',
        label: words.requestBefore,
        group: 'here',
        shortcut: 'k',
        run: move(-1),
      },
    ];
  }, [list]);
  useActions(actions);
}
