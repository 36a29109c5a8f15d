/**
 * Beside what waits: dates that come, and where the reader goes on with what he began.
 */
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { usePersonNames } from '../../api/names.ts';
import type { QueueItem } from '../../api/queue.ts';
import { useMe } from '../../app/session.tsx';
import { formatDay, formatExact } from '../../lib/format.ts';
import { useBegun } from './begun.ts';
import classes from './HomePage.module.css';
import { type ComingItem, useComing } from './use-home.ts';
import { comingWords, words } from './words.ts';

export function Coming({ queue }: { queue: readonly QueueItem[] }) {
  const items = useComing(queue);
  const nameOf = usePersonNames(items.flatMap(({ subject }) => subject ?? []));
  const { id: me } = useMe();
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="coming">
      <h2 id="coming">{words.coming}</h2>
      <ul className={classes['coming']}>
        {items.map((item) => {
          const { what, more } = comingWords(item, { me, nameOf });
          return (
            <li key={`${item.at} ${item.product} ${item.agreement ?? item.major}`}>
              <time dateTime={item.at} title={formatExact(item.at)}>
                {formatDay(item.at)}
              </time>
              <div>
                <ComingLink item={item}>{what}</ComingLink>
                <p className="caption">{more}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ComingLink({ item, children }: { item: ComingItem; children: string }) {
  const { agreement, product } = item;
  return agreement === null ? (
    <Link to="/p/$product/versions" params={{ product }}>
      {children}
    </Link>
  ) : (
    <Link to="/agreements/$agreement" params={{ agreement }}>
      {children}
    </Link>
  );
}

export function GoOn() {
  const begun = useBegun();
  if (begun.length === 0) return null;
  return (
    <section aria-labelledby="go-on">
      <h2 id="go-on">{words.goOn}</h2>
      <ul className={classes['goOn']}>
        {begun.map(({ what, link }) => (
          <li key={JSON.stringify(link)}>
            <Link {...link}>
              <span>{what}</span>
              <IconChevronRight size={16} stroke={1.7} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
