/**
 * The first page: what needs me, in order; whether what matters to me keeps its promises; what is new.
 */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queueQuery } from '../../api/queue.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { Weave } from '../../components/Weave.tsx';
import type { WeaveRow } from '../../lib/weave.ts';
import { Coming, GoOn } from './Aside.tsx';
import classes from './HomePage.module.css';
import { Queue } from './Queue.tsx';
import { type NewsItem, useDays, useMyProducts, useNews, useOwnMajor } from './use-home.ts';
import { headline, tellEvent, words } from './words.ts';

export function HomePage() {
  const queue = useQuery(queueQuery);
  const refusal =
    queue.error === null ? null : (
      <ProblemBox error={queue.error} onRetry={() => void queue.refetch()} />
    );
  // Why also where an answer is held: what the mesh refuses is not in sight any more.
  if (queue.data === undefined || refusal !== null)
    return refusal ?? <Skeleton height={600} lines={10} />;
  const { items, total } = queue.data;
  return (
    <div className={classes['page']}>
      <h1 className={classes['title']}>{headline(items, total)}</h1>
      <div className={classes['main']}>
        <section aria-labelledby="needs">
          <div className={classes['head']}>
            <h2 id="needs">{words.needsYou}</h2>
            {items.length === 0 ? null : (
              <p className={classes['keys']} aria-hidden="true">
                <Phrase parts={words.keys} />
              </p>
            )}
          </div>
          <Queue items={items} />
        </section>
        <Promises />
      </div>
      <aside className={classes['side']}>
        <News />
        <Coming queue={items} />
        <GoOn />
      </aside>
    </div>
  );
}

function Promises() {
  const me = useMe();
  const { products, total, isPending } = useMyProducts(me);
  const days = useDays(products);
  const [isWhole, setWhole] = useState(false);
  if (products.length === 0 && !isPending) return null;
  const rows = (isWhole ? days.items : days.items.slice(0, SHOWN)).map(
    (one): WeaveRow => ({
      id: one.product,
      title: refOf(one),
      name: <ProductRef product={refOf(one)} />,
      days: one.days,
      status: <Worst promises={one.promises} />,
    }),
  );
  return (
    <Panel title={words.promises} aside={words.weaveKey}>
      {rows.length === 0 || days.isPending ? (
        <WeaveRoom rows={Math.min(products.length, SHOWN)} />
      ) : (
        <>
          <Weave rows={rows} label={words.weave} />
          {rows.length < days.items.length ? (
            <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
              {words.showAll(days.items.length)}
            </Button>
          ) : null}
          {total > products.length ? (
            <p className="caption">
              {words.onlyFirst(products.length, total)} <Link to="/make">{words.toProducts}</Link>
            </p>
          ) : null}
        </>
      )}
    </Panel>
  );
}

/** The major is named where a newer one is there: its promises are others. */
const refOf = ({ product, version, newest }: ProductDays): string => {
  const [major] = version.split('.');
  return newest.startsWith(`${major}.`) ? product : `${product}@${major}`;
};

/** Products in sight at first. */
const SHOWN = 9;

/** Heights of a cloth: of a product's line, and of what stands above and below all of them. */
const WIDE = { line: 24, days: 54 };
const PHONE = { line: 73, days: 106 };

/** The cloth while its days are on their way: a line for each product, and the days below. */
function WeaveRoom({ rows }: { rows: number }) {
  const count = Math.max(rows, 2);
  const phone = count * PHONE.line + PHONE.days;
  return <Skeleton height={count * WIDE.line + WIDE.days} phone={phone} lines={count} />;
}

type ProductDays = ReturnType<typeof useDays>['items'][number];
type ProductPromises = ProductDays['promises'];

/** The worst of what a product promises, in a word. */
function Worst({ promises }: { promises: ProductPromises }) {
  const count = (state: string): number =>
    promises.filter((promise) => promise.state === state).length;
  if (count('missed') > 0) {
    return <Status kind="missed">{words.missed(count('missed'))}</Status>;
  }
  if (count('close') > 0) return <Status kind="close">{words.close}</Status>;
  return count('kept') > 0 ? (
    <Status kind="kept">{words.kept}</Status>
  ) : (
    <Status kind="unknown">{words.notMeasured}</Status>
  );
}

function News() {
  const news = useNews();
  if (news.error !== null)
    return <ProblemBox error={news.error} onRetry={() => void news.refetch()} />;
  if (news.data === undefined) return <Skeleton height={240} lines={5} />;
  return (
    <section aria-labelledby="news">
      <h2 id="news">{words.news}</h2>
      {news.data.items.length === 0 ? (
        <p className={classes['none']}>{words.newsEmpty}</p>
      ) : (
        <ul className={classes['news']}>
          {news.data.items.map((item) => (
            <NewsRow key={`${item.at} ${item.event?.id ?? item.product}`} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

const IS_AGREEMENT = /^io\.weft\.agreement\./;

/** Of an agreement, whose events are about `domain.product@major`; null for anything else. */
function majorOf({ type, subject }: NonNullable<NewsItem['event']>): number | null {
  const [, major] = /@(\d+)$/.exec(subject ?? '') ?? [];
  return IS_AGREEMENT.test(type) && major !== undefined ? Number(major) : null;
}

function NewsRow({ item }: { item: NewsItem }) {
  const ownMajor = useOwnMajor(item.product);
  const { event, product, saved } = item;
  return (
    <li>
      <NewsLink item={item}>
        {event === null
          ? words.fits(product)
          : tellEvent(
              {
                type: event.type,
                purpose: factOf(item, 'purpose'),
                version: factOf(item, 'version'),
                major: majorOf(event),
                ownMajor,
              },
              product,
            )}
      </NewsLink>
      {saved === null ? null : (
        <p>
          <Link to="/market" search={marketOf(saved)}>
            {words.openSearch(saved.name)}
          </Link>
        </p>
      )}
      <p className="caption">
        <TimeText at={item.at} />
      </p>
    </li>
  );
}

/** Leads to the agreement that it is about, else to the product. */
function NewsLink({ item, children }: { item: NewsItem; children: string }) {
  const { product } = item;
  const agreement = factOf(item, 'agreement');
  return agreement !== null ? (
    <Link to="/agreements/$agreement" params={{ agreement }}>
      {children}
    </Link>
  ) : (
    <Link to="/p/$product" params={{ product }}>
      {children}
    </Link>
  );
}

/** A fact that the event tells by name; null where it tells none. */
function factOf({ event }: NewsItem, name: string): string | null {
  const data = event?.['data'] as Record<string, unknown> | undefined;
  const fact = data?.[name];
  return typeof fact === 'string' ? fact : null;
}

/** A search as the address of the market has it. */
function marketOf({ q, where }: NonNullable<NewsItem['saved']>) {
  return { ...(q === '' ? {} : { q }), ...(where === '' ? {} : { where }) };
}
