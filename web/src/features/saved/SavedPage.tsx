/**
 * Saved work: queries, searches that stand, and what is followed; mine, and what others share with me.
 */
import { Button, Menu } from '@mantine/core';
import { IconBell, IconBookmark, IconDots, IconTerminal2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take } from '../../api/client.ts';
import type { paths } from '../../api/generated/openapi.js';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './SavedPage.module.css';

type SavedAnswer = paths['/api/v1/saved']['get']['responses'][200]['content']['application/json'];
type Saved = SavedAnswer['items'][number];

const SECTIONS: readonly {
  kind: Saved['kind'];
  title: string;
  icon: typeof IconBell;
  empty: string;
}[] = [
  {
    kind: 'query',
    title: 'Queries',
    icon: IconTerminal2,
    empty: 'Save a query in the workbench to find it here.',
  },
  {
    kind: 'search',
    title: 'Searches',
    icon: IconBell,
    empty: 'Save a search in the market, and new products that fit it are told on your first page.',
  },
  {
    kind: 'follow',
    title: 'Followed products',
    icon: IconBookmark,
    empty: 'Follow a product on its page, and what happens to it is told on your first page.',
  },
];

const savedKey = ['saved'];

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
      <h1>Saved work</h1>
      {SECTIONS.map(({ kind, title, icon: Icon, empty }) => {
        const own = items.filter((item) => item.kind === kind);
        return (
          <section key={kind} aria-labelledby={`saved-${kind}`} className={classes['section']}>
            <h2 id={`saved-${kind}`}>
              <Icon size={17} stroke={1.7} aria-hidden="true" /> {title}
            </h2>
            {own.length === 0 ? (
              <Empty title="Nothing here yet">{empty}</Empty>
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
    </div>
  );
}

function SavedRow({ item }: { item: Saved }) {
  const me = useMe();
  const isMine = item.owner === me.id;
  return (
    <li className={classes['row']}>
      <div className={classes['text']}>
        <SavedLink item={item} />
        <p className="caption">
          {isMine ? sharedWords(item.sharedWith) : `Shared by ${formatName(item.owner)}`} · changed{' '}
          <TimeText at={item.updatedAt} />
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

function sharedWords(sharedWith: Saved['sharedWith']): string {
  if (sharedWith === 'nobody') return 'Only you';
  if (sharedWith === 'everybody') return 'Shared with everybody';
  return `Shared with ${sharedWith.map(formatName).join(', ')}`;
}

function Edit({ item }: { item: Saved }) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: savedKey });
  const path = { saved: item.saved };
  const share = useMutation({
    mutationFn: (sharedWith: 'nobody' | 'everybody') =>
      take(
        api.PATCH('/api/v1/saved/{saved}', {
          params: { path, header: { 'if-match': `"v${item.version}"` } },
          body: { sharedWith },
        }),
      ),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/saved/{saved}', { params: { path } })),
    onSettled,
  });
  const failure = share.error ?? remove.error;
  if (failure !== null) return <ProblemBox error={failure} />;
  const isShared = item.sharedWith !== 'nobody';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" aria-label={`Change ${item.name}`} px={8}>
          <IconDots size={16} stroke={1.7} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item.kind === 'follow' ? null : (
          <Menu.Item onClick={() => share.mutate(isShared ? 'nobody' : 'everybody')}>
            {isShared ? 'Keep for yourself' : 'Share with everybody'}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => remove.mutate()}>
          {item.kind === 'follow' ? 'Follow no more' : 'Delete'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
