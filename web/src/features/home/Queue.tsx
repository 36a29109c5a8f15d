/**
 * What waits for the reader, the most urgent first: why, until when, and one button.
 */

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconClock,
  IconClockPause,
  IconKey,
  IconMessage,
  IconPackageOff,
  IconTool,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import { usePersonNames } from '../../api/names.ts';
import type { QueueItem } from '../../api/queue.ts';
import type { Me } from '../../api/types.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Status } from '../../components/Status.tsx';
import { useTold } from '../../lib/clock.ts';
import classes from './Queue.module.css';
import { useSnooze } from './use-home.ts';
import { askerOf, dueWords, tell, words } from './words.ts';

const ICONS: Record<QueueItem['kind'], typeof IconKey> = {
  request: IconKey,
  countered: IconMessage,
  'batch-held': IconPackageOff,
  'batch-failed': IconX,
  quarantine: IconTool,
  'promise-missed': IconAlertTriangle,
  'agreement-ends': IconClock,
  'budget-low': IconAlertTriangle,
};

export function Queue({ items }: { items: readonly QueueItem[] }) {
  const list = useRef<HTMLUListElement>(null);
  const { mutate, variables, isSuccess, error } = useSnooze();
  const putAway = useCallback((item: QueueItem) => mutate({ item, isTakenBack: false }), [mutate]);
  useQueueKeys(items, list, putAway);
  const nameOf = usePersonNames(items.map(askerOf));
  const away = isSuccess && !variables.isTakenBack ? variables.item : null;
  return (
    <>
      <div role="status">
        {away === null ? null : (
          <p className={classes['away']}>
            {words.away(tell(away, nameOf).title)}{' '}
            <Button variant="subtle" onClick={() => mutate({ item: away, isTakenBack: true })}>
              {words.undo}
            </Button>
          </p>
        )}
      </div>
      {error === null ? null : <ProblemBox error={error} />}
      {items.length === 0 ? (
        <NothingWaits />
      ) : (
        <ul className={classes['queue']} ref={list}>
          {items.map((item, at) => (
            <Row key={item.id} item={item} nameOf={nameOf} isFirst={at === 0} onPutAway={putAway} />
          ))}
        </ul>
      )}
    </>
  );
}

function NothingWaits() {
  const me = useMe();
  return (
    <div className={classes['quiet']}>
      <Empty title={words.queueEmptyTitle} action={<FirstSteps me={me} />}>
        {words.queueEmpty}
      </Empty>
    </div>
  );
}

/** Where the work of a role begins; the market is everybody's. */
function FirstSteps({ me }: { me: Me }) {
  const makes = me.roles.includes('producer') && me.domains.length > 0;
  const guards = me.roles.includes('privacy_officer');
  return (
    <span className={classes['steps']}>
      {makes ? <Link to="/make/new">{words.toMake}</Link> : null}
      {guards ? (
        <>
          <Link to="/policies/$product" params={{ product: 'mesh' }}>
            {words.toRules}
          </Link>
          <Link to="/audit">{words.toAudit}</Link>
        </>
      ) : null}
      {me.roles.includes('platform') ? <Link to="/domains">{words.toDomains}</Link> : null}
      <Link to="/market">{words.toMarket}</Link>
    </span>
  );
}

interface RowProps {
  item: QueueItem;
  isFirst: boolean;
  nameOf(id: string): string;
  onPutAway(item: QueueItem): void;
}

function Row({ item, isFirst, nameOf, onPutAway }: RowProps) {
  const Icon = ICONS[item.kind];
  const { title, why, verb } = tell(item, nameOf);
  const due = useTold(item.due, dueWords);
  const isLate = due?.startsWith('late') ?? false;
  return (
    <li className={classes['row']} data-first={isFirst || undefined} data-item={item.id}>
      <Icon size={18} stroke={1.7} aria-hidden="true" />
      <div className={classes['text']}>
        <p className={classes['title']}>{title}</p>
        <p className={classes['why']}>{why}</p>
        <ProductRef product={item.product} isLink={false} />
      </div>
      <div className={classes['due']}>
        {due === null ? null : (
          <Status kind={isLate ? 'missed' : 'waiting'} isRaised={isLate}>
            {due}
          </Status>
        )}
      </div>
      <div className={classes['do']}>
        <Button
          variant={isFirst ? 'filled' : 'default'}
          renderRoot={(props) => <To item={item} {...props} />}
          aria-label={`${verb}: ${title}`}
        >
          {verb}
        </Button>
        <Tooltip label={words.putAway}>
          <ActionIcon
            variant="subtle"
            size={32}
            aria-label={`${words.putAway}: ${title}`}
            onClick={() => onPutAway(item)}
          >
            <IconClockPause size={16} stroke={1.7} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </div>
    </li>
  );
}

interface ToProps {
  item: QueueItem;
  className?: string;
  children?: ReactNode;
}

/** Leads to the place where an item is done. */
function To({ item, ...rest }: ToProps) {
  const { agreement, batch, product } = item;
  if (agreement !== null) {
    const state = { queue: 'home' } as const;
    return <Link to="/agreements/$agreement" params={{ agreement }} state={state} {...rest} />;
  }
  if (batch !== null) {
    return <Link to="/make/$product/batches/$batch" params={{ product, batch }} {...rest} />;
  }
  return item.kind === 'quarantine' ? (
    <Link to="/make/$product/quarantine" params={{ product }} {...rest} />
  ) : (
    <Link to="/p/$product/quality" params={{ product }} {...rest} />
  );
}

type ListRef = { readonly current: HTMLUListElement | null };

/** j and k move the focus from button to button, s puts away what has it. */
function useQueueKeys(
  items: readonly QueueItem[],
  list: ListRef,
  onPutAway: (item: QueueItem) => void,
): void {
  const actions = useMemo((): Action[] => {
    const rows = () => [...(list.current?.children ?? [])];
    const at = () => rows().findIndex((row) => row.contains(document.activeElement));
    const move = (step: number) => () => {
      const to = Math.max(0, Math.min(items.length - 1, at() + step));
      rows()[to]?.querySelector('a')?.focus();
    };
    const snooze = () => {
      const here = at();
      const item = items[here];
      if (item === undefined) return;
      // Why first: the button that has the focus goes with its row.
      move(here + 1 < items.length ? 1 : -1)();
      onPutAway(item);
    };
    return [
      { id: 'queue-next', label: words.nextThing, group: 'here', shortcut: 'j', run: move(1) },
      {
        id: 'queue-last',
        label: words.thingBefore,
        group: 'here',
        shortcut: 'k',
        run: move(-1),
      },
      {
        id: 'queue-snooze',
        label: words.putAway,
        group: 'here',
        shortcut: 's',
        run: snooze,
      },
    ];
  }, [items, list, onPutAway]);
  useActions(actions);
}
