/**
 * Who is known to the mesh, found while one types. j and k move, ↵ opens, / goes to the search.
 */
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { givesRoles, seesPeople } from '../../api/rights.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { More } from '../../components/More.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import { NotForYou } from './NotForYou.tsx';
import classes from './People.module.css';
import { type User, usersQuery } from './people-queries.ts';
import { attributeWords, domainWords, kindWords, roleWords, words } from './words.ts';

export function PeoplePage() {
  const me = useMe();
  return seesPeople(me) ? (
    <People />
  ) : (
    <NotForYou heading={words.refused} title={words.refusedTitle} rule={words.refusedHelp} />
  );
}

function People() {
  const me = useMe();
  const { q = '' } = useSearch({ from: '/people' });
  const field = useRef<HTMLInputElement>(null);
  usePeopleActions(field, givesRoles(me));
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>{words.title}</h1>
          <p className={classes['lead']}>{words.lead}</p>
        </div>
        {givesRoles(me) ? (
          <LinkButton
            link={{ to: '/people/-/new' }}
            leftSection={<IconUserPlus size={16} stroke={1.7} aria-hidden="true" />}
          >
            {words.newOne}
          </LinkButton>
        ) : null}
      </header>
      <SearchField field={field} />
      <Found q={q} />
    </div>
  );
}

const TYPING_MS = 200;

/** What is typed goes into the address once it settles; what comes by the address stands in the field. */
function SearchField({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { q = '' } = useSearch({ from: '/people' });
  const navigate = useNavigate({ from: '/people' });
  const [typed, setTyped] = useState(q);
  const [settled] = useDebouncedValue(typed.trim(), TYPING_MS);
  const sent = useRef(q);
  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    void navigate({ search: settled === '' ? {} : { q: settled }, replace: true });
  }, [settled, navigate]);
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setTyped(q);
  }, [q]);
  return (
    <TextInput
      ref={field}
      className={classes['search'] ?? ''}
      label={words.search}
      placeholder={words.searchHint}
      type="search"
      autoComplete="off"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

function Found({ q }: { q: string }) {
  const answer = useInfiniteQuery({ ...usersQuery(q), placeholderData: keepPreviousData });
  const body = useRef<HTMLTableSectionElement>(null);
  const users = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  useListKeys(body, users.length);
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={400} lines={8} label={words.loading} />;
  return (
    <>
      <p className="caption" role="status">
        {words.shown(users.length, answer.hasNextPage)}
      </p>
      {users.length === 0 ? (
        <div className={classes['card']}>
          <Empty title={words.noneTitle} action={<Link to="/people">{words.showAll}</Link>}>
            {words.noneHelp}
          </Empty>
        </div>
      ) : (
        <div className={classes['scroll']} data-stale={answer.isPlaceholderData || undefined}>
          <UserTable users={users} body={body} />
        </div>
      )}
      <More answer={answer}>{words.more}</More>
    </>
  );
}

interface UserTableProps {
  users: readonly User[];
  body: RefObject<HTMLTableSectionElement | null>;
}

function UserTable({ users, body }: UserTableProps) {
  return (
    <table className={classes['table']}>
      <caption className="unseen">{words.table}</caption>
      <thead>
        <tr>
          <th scope="col">{words.who}</th>
          <th scope="col">{words.kind}</th>
          <th scope="col">{words.roles}</th>
          <th scope="col">{words.domains}</th>
          <th scope="col">{words.attributes}</th>
          <th scope="col">{words.state}</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {users.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <span className={classes['subject']}>
                <Link to="/people/$person" params={{ person: user.id }}>
                  {user.name}
                </Link>
              </span>
              <span className={`mono ${classes['under']}`}>{user.id}</span>
            </th>
            <td>{kindWords(user)}</td>
            <td data-label={words.roles}>{roleWords(user.roles)}</td>
            <Filled label={words.domains} text={domainWords(user)} />
            <Filled label={words.attributes} text={attributeWords(user.attributes)} />
            <td>{user.state === 'active' ? words.active : <b>{words.disabled}</b>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Without text it is empty for good, so that it takes no line on a phone. */
function Filled({ label, text }: { label: string; text: string }) {
  return text === '' ? <td /> : <td data-label={label}>{text}</td>;
}

function usePeopleActions(field: RefObject<HTMLInputElement | null>, mayMake: boolean): void {
  const navigate = useNavigate();
  const actions = useMemo((): Action[] => {
    const search: Action = {
      id: 'people-search',
      label: words.search,
      group: 'here',
      shortcut: '/',
      run: () => field.current?.focus(),
    };
    const make: Action = {
      id: 'people-new',
      label: words.newOne,
      group: 'here',
      run: () => void navigate({ to: '/people/-/new' }),
    };
    return mayMake ? [search, make] : [search];
  }, [field, mayMake, navigate]);
  useActions(actions);
}
