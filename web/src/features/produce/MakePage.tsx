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
import { useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Picks } from '../../components/Picks.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import classes from './MakePage.module.css';
import { type Made, useMade } from './make-queries.ts';
import table from './Produce.module.css';
import type { Batch } from './types.ts';
import { makeHeadline, makeLead, rowWords, sentence } from './words.ts';

export function MakePage() {
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
            {made.isPending ? 'My products' : makeHeadline(made.held.length, made.products.length)}
          </h1>
          <p className={table['lead']}>{made.isCounted ? makeLead(open, waiting) : '\u00a0'}</p>
        </div>
        {canMake ? (
          <div className={table['buttons']}>
            <Button
              renderRoot={(props) => <Link to="/make/new" {...props} />}
              leftSection={<IconFilePlus size={16} stroke={1.7} />}
            >
              New product from a sample file
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

function useMakeActions(canMake: boolean): void {
  const navigate = useNavigate();
  const actions = useMemo(
    (): Action[] =>
      canMake
        ? [
            {
              id: 'make-new',
              label: 'New product from a sample file',
              group: 'Here',
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
    <Panel title="Held: nothing of these is visible until you decide" isFlush>
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
                {formatNumber(batch.records.quarantined)} of {rowWords(batch.records.in)} refused in{' '}
                {batch.source.name ?? 'a stream'}
              </Link>
              <p>{sentence(batch.because ?? '')}</p>
              <ProductRef product={batch.product} />
            </div>
            <Status kind="waiting">
              came <TimeText at={batch.started} />
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
                ? `Decide about ${formatNumber(batch.records.good)}`
                : 'Look'}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Products({ made }: { made: Made }) {
  const { products, isPending, hasMore, showMore, error } = made;
  if (isPending) return <Skeleton height={360} lines={8} label="Loading your products" />;
  if (products.length === 0) {
    return error === null ? (
      <div className={table['card']}>
        <Empty title="No product yet" action={<Link to="/make/new">Start from a sample file</Link>}>
          Products of your domains stand here, with what came in last and what waits for you.
        </Empty>
      </div>
    ) : null;
  }
  return (
    <Panel title={plural(products.length, { one: '# product', other: '# products' })} isFlush>
      <div className={table['scroll']}>
        <table className={`${table['table']} ${classes['products']}`}>
          <caption>Products of your domains</caption>
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col">State</th>
              <th scope="col">Last batch</th>
              <th scope="col">Misses left</th>
              <th scope="col" className={table['number']}>
                Refused, open
              </th>
              <th scope="col" className={table['number']}>
                Requests
              </th>
              <th scope="col">
                <span className="unseen">Send data</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {products.map((hit) => (
              <ProductLine key={hit.product} hit={hit} made={made} />
            ))}
          </tbody>
        </table>
      </div>
      {hasMore ? (
        <div className={table['note']}>
          <Button variant="default" size="compact-sm" onClick={showMore}>
            Show more products
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
      <td>
        <Standing hit={hit} isHeld={made.held.some((batch) => batch.product === product)} />
      </td>
      <td>
        <LastBatch batch={made.last.get(product)} />
      </td>
      <td>
        {budget === null || budget === undefined ? (
          <span className={table['dim']}>none counted</span>
        ) : (
          <Picks allowed={budget.allowed} left={budget.left} />
        )}
      </td>
      <td className={table['number']}>
        {!made.isCounted ? null : open === 0 ? (
          <span className={table['dim']}>0</span>
        ) : (
          <Link to="/make/$product/quarantine" params={{ product }}>
            {formatNumber(open)}
          </Link>
        )}
      </td>
      <td className={table['number']}>
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
          aria-label={`Send data to ${product}`}
          renderRoot={(props) => (
            <Link to="/make/$product/upload" params={{ product }} {...props} />
          )}
        >
          Send data
        </Button>
      </td>
    </tr>
  );
}

function Standing({ hit, isHeld }: { hit: ProductHit; isHeld: boolean }) {
  if (isHeld) return <Status kind="missed">Batch held</Status>;
  if (hit.state === 'missed') return <Status kind="missed">A promise missed</Status>;
  if (hit.state === 'close') return <Status kind="close">Close to a miss</Status>;
  if (hit.state === 'kept') return <Status kind="kept">Kept</Status>;
  return <Status kind="unknown">Not measured yet</Status>;
}

function LastBatch({ batch }: { batch: Batch | null | undefined }) {
  if (batch === undefined) return null;
  if (batch === null) return <span className={table['dim']}>none yet</span>;
  return (
    <>
      <Link
        to="/make/$product/batches/$batch"
        params={{ product: batch.product, batch: batch.batch }}
      >
        {rowWords(batch.records.in)}
      </Link>
      <p className="caption">
        {batch.state}, <TimeText at={batch.started} />
      </p>
    </>
  );
}
