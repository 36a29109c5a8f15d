/**
 * The products that one looks after: what is held first, then each product with what came in last and what waits.
 */

import { Button } from '@mantine/core';
import { IconFilePlus, IconPackageOff, IconUpload } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { actsFor, domainOf, mayDecide } from '../../api/rights.ts';
import type { ProductHit } from '../../api/types.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { keepingOf, useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { Picks } from '../../components/Picks.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatNumber } from '../../lib/format.ts';
import classes from './MakePage.module.css';
import { type Made, useMade } from './make-queries.ts';
import { NotAProducer } from './NotAProducer.tsx';
import table from './Produce.module.css';
import type { Batch } from './types.ts';
import { makeHeadline, makeLead, rowWords, sentence } from './words.ts';
import { words } from './words-make.ts';

/** Whose page it is, where one got here by its address alone. */
export function MakePage() {
  return keepingOf(useMe()).includes('products') ? <Looked /> : <NotAProducer />;
}

function Looked() {
  const me = useMe();
  const made = useMade(me);
  const canMake = me.domains.some((domain) => actsFor(me, domain));
  useMakeActions(canMake);
  const open = [...made.balance.values()].reduce((sum, one) => sum + one.open, 0);
  const waiting = [...made.requests.values()].reduce((sum, count) => sum + count, 0);
  return (
    <div className={table['page']}>
      <header className={table['head']}>
        <div className={`${table['titles']} ${table['big']}`}>
          <h1>
            {made.isPending
              ? words.title
              : makeHeadline({
                  held: made.held.length,
                  products: made.products.length,
                  failed: failedOf(made),
                })}
          </h1>
          <p className={table['lead']}>{made.isCounted ? makeLead(open, waiting) : '\u00a0'}</p>
        </div>
        {canMake ? (
          <div className={table['buttons']}>
            <Button
              renderRoot={(props) => <Link to="/make/new" {...props} />}
              leftSection={<IconFilePlus size={16} stroke={1.7} />}
            >
              {words.newProduct}
            </Button>
          </div>
        ) : null}
      </header>
      {made.error === null ? null : (
        <div className={table['card']}>
          <ProblemBox error={made.error} onRetry={made.retry} />
        </div>
      )}
      <Held batches={made.held} />
      <Products made={made} />
    </div>
  );
}

/** Null while the last batch of a product is not known. */
function failedOf({ products, last }: Made): number | null {
  if (products.some(({ product }) => !last.has(product))) return null;
  return [...last.values()].filter((batch) => batch?.state === 'failed').length;
}

function useMakeActions(canMake: boolean): void {
  const navigate = useNavigate();
  const actions = useMemo(
    (): Action[] =>
      canMake
        ? [
            {
              id: 'make-new',
              label: words.newProduct,
              group: 'here',
              run: () => void navigate({ to: '/make/new' }),
            },
          ]
        : [],
    [canMake, navigate],
  );
  useActions(actions);
}

function Held({ batches }: { batches: readonly Batch[] }) {
  const me = useMe();
  if (batches.length === 0) return null;
  return (
    <Panel title={words.held} isFlush>
      <ul>
        {batches.map((batch) => (
          <li key={batch.batch} className={classes['held']}>
            <IconPackageOff size={18} stroke={1.7} aria-hidden="true" />
            <div className={classes['says']}>
              <Link
                to="/make/$product/batches/$batch"
                params={{ product: batch.product, batch: batch.batch }}
                className={classes['finding']}
              >
                {words.refusedIn(
                  batch.records.quarantined,
                  batch.records.in,
                  batch.source.name ?? null,
                )}
              </Link>
              <p>{sentence(batch.because ?? '')}</p>
              <ProductRef product={batch.product} />
            </div>
            <Status kind="waiting">
              <Phrase parts={words.came(batch.started)} />
            </Status>
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link
                  to="/make/$product/batches/$batch"
                  params={{ product: batch.product, batch: batch.batch }}
                  {...props}
                />
              )}
            >
              {mayDecide(me, domainOf(batch.product))
                ? words.decide(batch.records.good)
                : words.look}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Products({ made }: { made: Made }) {
  const { products, isPending, hasMore, showMore, error } = made;
  if (isPending) return <Skeleton height={360} lines={8} label={words.loading} />;
  if (products.length === 0) {
    return error === null ? (
      <div className={table['card']}>
        <Empty title={words.empty} action={<Link to="/make/new">{words.start}</Link>}>
          {words.emptyHelp}
        </Empty>
      </div>
    ) : null;
  }
  return (
    <Panel title={words.products(products.length)} isFlush>
      <ScrollArea label={words.productsTable}>
        <table className={`${table['table']} ${classes['products']}`}>
          <caption>{words.productsTable}</caption>
          <thead>
            <tr>
              <th scope="col">{words.product}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.lastBatch}</th>
              <th scope="col">{words.missesLeft}</th>
              <th scope="col" className={table['number']}>
                {words.refusedOpen}
              </th>
              <th scope="col" className={table['number']}>
                {words.requests}
              </th>
              <th scope="col">
                <span className="unseen">{words.send}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {products.map((hit) => (
              <ProductLine key={hit.product} hit={hit} made={made} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {hasMore ? (
        <div className={table['note']}>
          <Button variant="default" size="compact-sm" onClick={showMore}>
            {words.more}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function ProductLine({ hit, made }: { hit: ProductHit; made: Made }) {
  const { product, title, budget } = hit;
  const open = made.balance.get(product)?.open ?? 0;
  const requests = made.requests.get(product) ?? 0;
  return (
    <tr>
      <th scope="row">
        <span className={classes['product']}>
          <Cloth domain={hit.domain} size={28} />
          <span>
            <Link to="/p/$product" params={{ product }} className={classes['finding']}>
              {title}
            </Link>
            <span className={`mono ${classes['id']}`}>
              {product}
              {hit.version === null ? '' : `@${hit.version}`}
            </span>
          </span>
        </span>
      </th>
      <td data-label={words.state}>
        <Standing hit={hit} isHeld={made.held.some((batch) => batch.product === product)} />
      </td>
      <td data-label={words.lastBatch}>
        <LastBatch batch={made.last.get(product)} />
      </td>
      <td data-label={words.missesLeft}>
        {budget === null || budget === undefined ? (
          <span className={table['dim']}>{words.noneCounted}</span>
        ) : (
          <Picks allowed={budget.allowed} left={budget.left} />
        )}
      </td>
      <td className={table['number']} data-label={words.refusedOpen}>
        {!made.isCounted ? null : open === 0 ? (
          <span className={table['dim']}>0</span>
        ) : (
          <Link to="/make/$product/quarantine" params={{ product }}>
            {formatNumber(open)}
          </Link>
        )}
      </td>
      <td className={table['number']} data-label={words.requests}>
        {!made.isCounted ? null : requests === 0 ? (
          <span className={table['dim']}>0</span>
        ) : (
          <Link to="/review">{formatNumber(requests)}</Link>
        )}
      </td>
      <td className={table['number']}>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconUpload size={14} stroke={1.7} />}
          aria-label={words.sendTo(product)}
          renderRoot={(props) => (
            <Link to="/make/$product/upload" params={{ product }} {...props} />
          )}
        >
          {words.send}
        </Button>
      </td>
    </tr>
  );
}

function Standing({ hit, isHeld }: { hit: ProductHit; isHeld: boolean }) {
  if (isHeld) return <Status kind="missed">{words.batchHeld}</Status>;
  if (hit.state === 'missed') return <Status kind="missed">{words.missed}</Status>;
  if (hit.state === 'close') return <Status kind="close">{words.close}</Status>;
  if (hit.state === 'kept') return <Status kind="kept">{words.kept}</Status>;
  return <Status kind="unknown">{words.unmeasured}</Status>;
}

function LastBatch({ batch }: { batch: Batch | null | undefined }) {
  if (batch === undefined) return null;
  if (batch === null) return <span className={table['dim']}>{words.noneYet}</span>;
  return (
    <>
      <Link
        to="/make/$product/batches/$batch"
        params={{ product: batch.product, batch: batch.batch }}
      >
        {batch.parents === undefined
          ? rowWords(batch.records.in)
          : words.repairOf(batch.records.in)}
      </Link>
      <p className="caption">
        {batch.state}, <TimeText at={batch.started} />
      </p>
    </>
  );
}
