/**
 * What is shown to who may not see a page of producers: that it is not his, who looks after it, and how to get to the data.
 */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useDomainTitles, usePersonNames } from '../../api/names.ts';
import { Problem } from '../../api/problem.ts';
import { domainOf, seesBatches } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import classes from './Produce.module.css';
import { domainQuery } from './produce-queries.ts';
import { words } from './words-make.ts';

/** The page, or a refusal that names who decides, where the reader does not act for the domain. */
export function ForKeepers({ product, children }: { product: string; children: ReactNode }) {
  const me = useMe();
  if (seesBatches(me, domainOf(product))) return children;
  return <Refusal product={product} />;
}

export function Refusal({ product }: { product: string }) {
  const domain = domainOf(product);
  const { data } = useQuery(domainQuery(domain));
  const owners = data?.owners ?? [];
  const stewards = data?.stewards ?? [];
  const nameOf = usePersonNames([...owners, ...stewards]);
  const titleOf = useDomainTitles();
  return (
    <div className={classes['page']}>
      <h1>{words.notYours(product)}</h1>
      <div className={classes['card']}>
        <Empty
          title={words.notYoursTitle}
          action={
            <Link to="/p/$product" params={{ product }}>
              {words.seeProduct}
            </Link>
          }
        >
          <p>{words.notYoursRule(titleOf(domain))}</p>
          {owners.length > 0 ? <p>{words.keptBy(owners.map(nameOf).join(', '))}</p> : null}
          {stewards.length > 0 ? <p>{words.stewardIs(stewards.map(nameOf).join(', '))}</p> : null}
        </Empty>
      </div>
    </div>
  );
}

export interface PageProblemProps {
  error: unknown;
  product: string;
  onRetry: () => void;
  /** What is said where there is no such thing. */
  missing?: string;
}

/** A fault in place of a page: with a heading, so that one knows where one is. */
export function PageProblem({
  error,
  product,
  onRetry,
  missing = words.noBatch,
}: PageProblemProps) {
  const isMissing = error instanceof Problem && error.status === 404;
  return (
    <div className={classes['page']}>
      <h1>{isMissing ? missing : words.noPage}</h1>
      <div className={classes['card']}>
        <ProblemBox
          error={error}
          onRetry={onRetry}
          action={
            <Link to="/p/$product/batches" params={{ product }}>
              {words.allBatches(product)}
            </Link>
          }
        />
      </div>
    </div>
  );
}
