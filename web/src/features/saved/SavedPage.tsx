/**
 * Saved work: queries, searches that stand, and what is followed; mine, and what others share with me.
 */

import { Button, Menu } from '@mantine/core';
import { IconBell, IconBookmark, IconDots, IconTerminal2, IconUsers } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client.ts';
import { usePersonNames } from '../../api/names.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useSending } from '../../components/use-sending.ts';
import { RenameDialog } from './RenameDialog.tsx';
import classes from './SavedPage.module.css';
import { type Saved, sharing, words } from './words.ts';

const SECTIONS = [
  { kind: 'query', title: words.queries, icon: IconTerminal2, empty: words.noQueries },
  { kind: 'search', title: words.searches, icon: IconBell, empty: words.noSearches },
  { kind: 'follow', title: words.follows, icon: IconBookmark, empty: words.noFollows },
] as const;

const savedKey = ['saved'];

function useShared() {
  return useQuery({
    queryKey: ['saved', 'shared'],
    queryFn: () =>
      take(api.GET('/api/v1/saved', { params: { query: { limit: 200, shared: true } } })),
  });
}

export function SavedPage() {
  const saved = useQuery({
    queryKey: savedKey,
    queryFn: () => take(api.GET('/api/v1/saved', { params: { query: { limit: 200 } } })),
  });
  if (saved.error !== null)
    return <ProblemBox error={saved.error} onRetry={() => void saved.refetch()} />;
  if (saved.data === undefined) return <Skeleton height={500} lines={9} />;
  const { items } = saved.data;
  return (
    <div className={classes['page']}>
      <h1>{words.title}</h1>
      {SECTIONS.map(({ kind, title, icon: Icon, empty }) => {
        const own = items.filter((item) => item.kind === kind);
        return (
          <section key={kind} aria-labelledby={`saved-${kind}`} className={classes['section']}>
            <h2 id={`saved-${kind}`}>
              <Icon size={17} stroke={1.7} aria-hidden="true" /> {title}
            </h2>
            {own.length === 0 ? (
              <Empty title={words.emptyTitle}>{empty}</Empty>
            ) : (
              <ul>
                {own.map((item) => (
                  <SavedRow key={item.saved} item={item} />
                ))}
              </ul>
            )}
          </section>
        );
      })}
      <Shared />
    </div>
  );
}

/** What others let one open: queries and searches; what they follow says nothing to anybody else. */
function Shared() {
  const shared = useShared();
  const items = (shared.data?.items ?? []).filter(({ kind }) => kind !== 'follow');
  return (
    <section aria-labelledby="saved-shared" className={classes['section']}>
      <h2 id="saved-shared">
        <IconUsers size={17} stroke={1.7} aria-hidden="true" /> {words.sharedTitle}
      </h2>
      {shared.error === null ? null : (
        <ProblemBox error={shared.error} onRetry={() => void shared.refetch()} />
      )}
      {shared.isPending ? <Skeleton height={80} lines={2} /> : null}
      {shared.data !== undefined && items.length === 0 ? (
        <Empty title={words.emptyTitle}>{words.noShared}</Empty>
      ) : null}
      <ul>
        {items.map((item) => (
          <SavedRow key={item.saved} item={item} />
        ))}
      </ul>
    </section>
  );
}

function SavedRow({ item }: { item: Saved }) {
  const me = useMe();
  const isMine = item.owner === me.id;
  const { owner, sharedWith } = item;
  const nameOf = usePersonNames([owner, ...(Array.isArray(sharedWith) ? sharedWith : [])]);
  return (
    <li className={classes['row']}>
      <div className={classes['text']}>
        <SavedLink item={item} />
        <p className="caption">
          <Phrase parts={sharing(item, isMine, nameOf)} />
        </p>
      </div>
      {isMine ? <Edit item={item} /> : null}
    </li>
  );
}

function SavedLink({ item }: { item: Saved }) {
  const { body } = item;
  if (item.kind === 'query') {
    return (
      <Link to="/workbench" search={{ saved: item.saved }}>
        {item.name}
      </Link>
    );
  }
  if (item.kind === 'search') {
    const search = {
      ...(typeof body['q'] === 'string' && body['q'] !== '' ? { q: body['q'] } : {}),
      ...(typeof body['where'] === 'string' && body['where'] !== ''
        ? { where: body['where'] }
        : {}),
    };
    return (
      <Link to="/market" search={search}>
        {item.name}
      </Link>
    );
  }
  return item.product === null ? <span>{item.name}</span> : <ProductRef product={item.product} />;
}

function Edit({ item }: { item: Saved }) {
  const [isNaming, setNaming] = useState(false);
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: savedKey });
  const path = { saved: item.saved };
  const share = useSending({
    mutationFn: (sharedWith: 'nobody' | 'everybody') =>
      take(
        api.PATCH('/api/v1/saved/{saved}', {
          params: { path, header: { 'if-match': `"v${item.version}"` } },
          body: { sharedWith },
        }),
      ),
    onSettled,
  });
  const remove = useSending({
    mutationFn: () => take(api.DELETE('/api/v1/saved/{saved}', { params: { path } })),
    onSettled,
  });
  const failure = share.error ?? remove.error;
  if (failure !== null) return <ProblemBox error={failure} />;
  const isShared = item.sharedWith !== 'nobody';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" aria-label={words.change(item.name)} px={8}>
            <IconDots size={16} stroke={1.7} aria-hidden="true" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {item.kind === 'follow' ? null : (
            <>
              <Menu.Item onClick={() => setNaming(true)}>{words.rename}</Menu.Item>
              <Menu.Item onClick={() => share.mutate(isShared ? 'nobody' : 'everybody')}>
                {isShared ? words.unshare : words.share}
              </Menu.Item>
            </>
          )}
          <Menu.Item onClick={() => remove.mutate()}>
            {item.kind === 'follow' ? words.unfollow : words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isNaming ? <RenameDialog item={item} onClose={() => setNaming(false)} /> : null}
    </>
  );
}
