/**
 * Entries of the log as a table; one of them may be open with all that it holds.
 */
import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import { Breakable } from '../../components/Breakable.tsx';
import { Code } from '../../components/Code.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { present } from '../../lib/search-params.ts';
import classes from './AuditPage.module.css';
import type { AuditEntry } from './audit-queries.ts';
import { actionWords, factsOf } from './words.ts';

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
    <section className={classes['list']} data-stale={isStale || undefined} aria-label="Entries">
      <table className={classes['table']}>
        <caption className="unseen">Entries of the audit log, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Did</th>
            <th scope="col">To what</th>
            <th scope="col">Facts</th>
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
          Show older ones
        </Button>
      )}
    </section>
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
  const isId = ID.test(subject);
  return (
    <tr data-open={isOpen || undefined}>
      <td>
        <TimeText at={at} />
      </td>
      <td>{actor}</td>
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
        {isId ? subject : <Breakable text={subject} />}
      </td>
      <td className={classes['facts']}>{factsOf(details)}</td>
    </tr>
  );
}

function Whole({ entry }: { entry: AuditEntry }) {
  const { chain, index, at, hash, previous, details } = entry;
  return (
    <tr className={classes['whole']}>
      <td colSpan={5}>
        <dl>
          <dt>Entry</dt>
          <dd>
            number {index} of the chain {chain}, {at}
          </dd>
          <dt>Its hash</dt>
          <dd className="mono">
            {hash} <CopyButton label="Copy the hash" text={hash} />
          </dd>
          <dt>The one before</dt>
          <dd className="mono">{previous ?? 'none: it is the first'}</dd>
        </dl>
        <Code text={JSON.stringify(details, null, 2)} label="What the entry holds" />
      </td>
    </tr>
  );
}
