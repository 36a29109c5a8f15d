/**
 * Where one can go: a rail, icons alone on a narrow screen, a bar of five at the bottom of a phone.
 */
import { Menu, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type HistoryState, Link, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { queueQuery } from '../api/queue.ts';
import { formatNumber } from '../lib/format.ts';
import { Account } from './Account.tsx';
import { Mark } from './Mark.tsx';
import { type Place, placesOf } from './places.ts';
import classes from './Rail.module.css';
import { useMe } from './session.tsx';
import { words } from './words.ts';

const HEADINGS = { all: null, mine: words.mine, keep: words.lookAfter } as const;
const ON_PHONE = 4;

export function Rail() {
  const places = placesOf(useMe());
  const isPhone = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const isNarrow = useMediaQuery('(max-width: 1100px)', false, { getInitialValueInEffect: false });
  if (isPhone) return <PhoneBar places={places} />;
  return (
    <nav className={classes['rail']} aria-label={words.places}>
      <Link to="/" className={classes['brand']} aria-label={words.brand}>
        <Mark /> <span>{words.name}</span>
      </Link>
      {(['all', 'mine', 'keep'] as const).map((section) => (
        <Section
          key={section}
          heading={HEADINGS[section]}
          places={places.filter((place) => place.section === section)}
          isNarrow={isNarrow}
        />
      ))}
      <div className={classes['foot']}>
        <Account />
      </div>
    </nav>
  );
}

interface SectionProps {
  heading: string | null;
  places: Place[];
  isNarrow: boolean;
}

function Section({ heading, places, isNarrow }: SectionProps) {
  if (places.length === 0) return null;
  return (
    <>
      {heading === null ? null : <p className={classes['heading']}>{heading}</p>}
      <ul>
        {places.map((place) => (
          <li key={place.id}>
            <Tooltip label={place.label} position="right" disabled={!isNarrow}>
              <PlaceLink place={place} className={classes['place']} />
            </Tooltip>
          </li>
        ))}
      </ul>
    </>
  );
}

function PlaceLink({ place, className }: { place: Place; className: string | undefined }) {
  const { icon: Icon, label, to } = place;
  const count = useWaiting()[place.id] ?? 0;
  const queue = useRouterState({ select: queueOf });
  return (
    <Link
      to={to}
      className={className}
      // Why exact in a queue: what is decided from one is part of it.
      activeOptions={{ exact: to === '/' || queue !== null }}
      activeProps={HERE}
      {...(queue === place.id ? HERE : {})}
    >
      <Icon size={18} stroke={1.7} aria-hidden="true" />
      <span>{label}</span>
      {count === 0 ? null : (
        <>
          <em className={classes['count']} data-main={to === '/' || undefined} aria-hidden="true">
            {formatNumber(count)}
          </em>
          <span className="unseen">{words.waiting(count)}</span>
        </>
      )}
    </Link>
  );
}

const HERE = { 'aria-current': 'page' } as const;

/** The queue that an agreement was opened from, to be decided; null elsewhere. */
function queueOf({ location }: { location: { pathname: string; state: HistoryState } }) {
  return location.pathname.startsWith('/agreements/') ? (location.state.queue ?? null) : null;
}

const HELD: ReadonlySet<string> = new Set(['batch-held', 'batch-failed', 'quarantine']);

/** How much waits, by place. Why not of a part: when more waits than was asked for, how much of a kind is not known. */
function useWaiting(): Readonly<Record<string, number>> {
  const { data, error } = useQuery(queueQuery);
  // Why with an answer held as well: a count says what is so now.
  if (data === undefined || error !== null) return {};
  const { items, total } = data;
  if (items.length < total) return { home: total };
  return {
    home: total,
    products: items.filter(({ kind }) => HELD.has(kind)).length,
    review: items.filter(({ kind }) => kind === 'request').length,
  };
}

function PhoneBar({ places }: { places: Place[] }) {
  const more = places.slice(ON_PHONE);
  const [isAtKeys, setAtKeys] = useState(false);
  return (
    <>
      <nav className={classes['phone']} aria-label={words.places}>
        {places.slice(0, ON_PHONE).map((place) => (
          <PlaceLink key={place.id} place={place} className={classes['tab']} />
        ))}
        <Menu position="top-end">
          <Menu.Target>
            <button type="button" className={classes['tab']}>
              <IconDots size={18} stroke={1.7} aria-hidden="true" />
              <span>{words.more}</span>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map(({ id, label, to, icon: Icon }) => (
              <Menu.Item
                key={id}
                component={Link}
                to={to}
                leftSection={<Icon size={16} stroke={1.7} />}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Account.Items onKeys={() => setAtKeys(true)} />
          </Menu.Dropdown>
        </Menu>
      </nav>
      {isAtKeys ? <Account.Keys onClose={() => setAtKeys(false)} /> : null}
    </>
  );
}
