/**
 * Entries of the log as a table; one of them may be open with all that it holds.
 */
import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import { seesPeople } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Breakable } from '../../components/Breakable.tsx';
import { Code } from '../../components/Code.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './AuditPage.module.css';
import type { AuditEntry } from './audit-queries.ts';
import { actionWords, factsOf, words } from './words.ts';

export interface AuditListProps {
  items: AuditEntry[];
  isStale: boolean;
  onMore: (() => void) | null;
  isLoadingMore: boolean;
}

export function AuditList({ items, isStale, onMore, isLoadingMore }: AuditListProps) {
  const { entry: open } = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const show = (id: string | undefined) =>
    void navigate({ search: (old) => present({ ...old, entry: id }), replace: true });
  return (
    <ScrollArea className={classes['list']} label={words.entries} isStale={isStale}>
      <table className={classes['table']}>
        <caption className="unseen">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.did}</th>
            <th scope="col">{words.toWhat}</th>
            <th scope="col">{words.facts}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => {
            const id = `${entry.chain}:${entry.index}`;
            return (
              <Fragment key={id}>
                <Row
                  entry={entry}
                  isOpen={id === open}
                  onToggle={() => show(id === open ? undefined : id)}
                />
                {id === open ? <Whole entry={entry} /> : null}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {onMore === null ? null : (
        <Button variant="subtle" loading={isLoadingMore} onClick={onMore}>
          {words.older}
        </Button>
      )}
    </ScrollArea>
  );
}

const ID = /^[a-z]{3}_[0-9A-Z]{26}$/;

function Row({
  entry,
  isOpen,
  onToggle,
}: {
  entry: AuditEntry;
  isOpen: boolean;
  onToggle(): void;
}) {
  const { at, actor, action, subject, details } = entry;
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  const me = useMe();
  const isId = ID.test(subject);
  return (
    <tr data-open={isOpen || undefined}>
      <td>
        <TimeText at={at} />
      </td>
      <td className={classes['who']}>
        <PersonName id={actor} />
      </td>
      <th scope="row">
        <button
          type="button"
          className={classes['opener']}
          aria-expanded={isOpen}
          onClick={onToggle}
        >
          <Icon size={14} stroke={1.9} aria-hidden="true" />
          {actionWords(action)}
        </button>
      </th>
      <td className={`mono ${classes['to']}`} data-id={isId || undefined}>
        {isId ? <WhatOf id={subject} isOwn={actor === me.id} /> : <Breakable text={subject} />}
      </td>
      <td className={classes['facts']}>{factsOf(details)}</td>
    </tr>
  );
}

/**
 * An id that leads on: of a query to all that the log says of it, since nobody but its reader has a page of it; of others to
 * their page.
 */
function WhatOf({ id, isOwn }: { id: string; isOwn: boolean }) {
  const me = useMe();
  if (!id.startsWith('qry_') || isOwn) {
    return (
      <Link to="/i/$id" params={{ id }}>
        {id}
      </Link>
    );
  }
  if (!seesPeople(me)) return id;
  return (
    <Link to="/audit" search={{ subject: id }}>
      {id}
    </Link>
  );
}

function Whole({ entry }: { entry: AuditEntry }) {
  const { chain, index, at, hash, previous, details } = entry;
  return (
    <tr className={classes['whole']}>
      <td colSpan={5}>
        <dl>
          <dt>{words.entry}</dt>
          <dd>{words.place(index, chain, at)}</dd>
          <dt>{words.hash}</dt>
          <dd className="mono">
            {hash} <CopyButton label={words.copyHash} text={hash} />
          </dd>
          <dt>{words.previous}</dt>
          <dd className="mono">{previous ?? words.isFirst}</dd>
        </dl>
        <Code text={JSON.stringify(details, null, 2)} label={words.holds} />
      </td>
    </tr>
  );
}
