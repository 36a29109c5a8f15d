/**
 * A product on one row: what one row of it is, whether it keeps its promises, and the way to get it.
 */

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconScale, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ProductHit } from '../../api/types.ts';
import { AccessState } from '../../components/AccessState.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Picks } from '../../components/Picks.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { formatEvery } from '../../lib/format.ts';
import { threadState } from '../../lib/thread.ts';
import { GetButton, olderMajorOf } from './GetButton.tsx';
import { promisesOf, type RowPromise } from './hit-promises.ts';
import classes from './ProductRow.module.css';
import type { Compare } from './use-compare.ts';
import { STATE_WORDS, words } from './words.ts';

export interface ProductRowProps {
  hit: ProductHit;
  isAt: boolean;
  compare: Compare;
}

export function ProductRow({ hit, isAt, compare }: ProductRowProps) {
  return (
    <li className={classes['row']} data-at={isAt || undefined}>
      <About hit={hit} />
      <div className={classes['promises']}>
        <p className={classes['state']} data-hit={hit.state}>
          <Status kind={hit.state}>{STATE_WORDS[hit.state]}</Status>
        </p>
        {promisesOf(hit).map((promise) => (
          <PromiseLine key={promise.name} promise={promise} />
        ))}
        <div className={classes['budget']}>
          {hit.budget === null ? (
            <span className="caption">{words.noBudget}</span>
          ) : (
            <Picks allowed={hit.budget.allowed} left={hit.budget.left} />
          )}
        </div>
      </div>
      <Get hit={hit} compare={compare} />
    </li>
  );
}

function About({ hit }: { hit: ProductHit }) {
  const facts = [
    hit.frequency === null ? null : formatEvery(hit.frequency),
    hit.granularity,
    hit.classification,
  ].filter((fact) => fact !== null);
  return (
    <div className={classes['about']}>
      <Cloth domain={hit.domain} size={40} />
      <div className={classes['text']}>
        <h2 className={classes['title']}>
          <Link to="/p/$product" params={{ product: hit.product }}>
            {hit.title ?? hit.product}
          </Link>
        </h2>
        <p className="mono">
          {hit.product}@{hit.version}
        </p>
        <p className={classes['said']}>{hit.description ?? ''}</p>
        <ul className={classes['facts']}>
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function PromiseLine({ promise }: { promise: RowPromise }) {
  const state = threadState(promise.headroom);
  return (
    <div
      className={classes['line']}
      data-state={state}
      data-promised={promise.promised !== null || undefined}
    >
      <span className={classes['name']}>{promise.name}</span>
      {promise.promised === null ? (
        <span />
      ) : (
        <Thread headroom={promise.headroom} label={promise.name} />
      )}
      <span className={classes['measured']}>
        {state === 'missed' || state === 'close' ? (
          <Status kind={state}>{promise.measured}</Status>
        ) : (
          promise.measured
        )}
      </span>
      <span className={classes['promised']}>{promise.promised ?? words.notPromised}</span>
    </div>
  );
}

function Get({ hit, compare }: { hit: ProductHit; compare: Compare }) {
  const isPicked = compare.products.includes(hit.product);
  const pick = isPicked ? words.leaveCompare(hit.product) : words.pickCompare(hit.product);
  return (
    <div className={classes['get']}>
      <AccessState access={hit.access} answersIn={hit.answersIn} olderMajor={olderMajorOf(hit)} />
      <span className={classes['consumers']}>
        <IconUsers size={15} stroke={1.7} aria-hidden="true" />
        {words.consumerCount(hit.consumers)}
      </span>
      <span className="caption">
        {hit.owner === null ? '' : <PersonName id={hit.owner} hasId={false} />}
      </span>
      <div className={classes['buttons']}>
        <GetButton hit={hit} className={classes['main']} />
        <Tooltip label={pick}>
          <ActionIcon
            variant="default"
            size={32}
            aria-label={pick}
            aria-pressed={isPicked}
            data-picked={isPicked || undefined}
            className={classes['pick']}
            onClick={() => compare.toggle(hit.product)}
          >
            <IconScale size={16} stroke={1.7} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}
