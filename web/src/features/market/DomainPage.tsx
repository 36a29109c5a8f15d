/**
 * A domain: whose it is, and what it offers.
 */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, take } from '../../api/client.ts';
import { usePersonNames } from '../../api/names.ts';
import { searchQuery } from '../../api/queries.ts';
import { givesRoles, keepsDomain } from '../../api/rights.ts';
import type { Domain } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { quoteValue } from '../../lib/filter.ts';
import { CompareTray } from './CompareTray.tsx';
import classes from './DomainPage.module.css';
import market from './MarketPage.module.css';
import { ProductRow } from './ProductRow.tsx';
import { useCompare } from './use-compare.ts';
import { found, words } from './words.ts';

export function DomainPage() {
  const { domain } = useParams({ from: '/d/$domain' });
  const about = useQuery({
    queryKey: ['domain', domain],
    queryFn: () => take(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } } })),
  });
  const { owners = [], stewards = [] } = about.data ?? {};
  const nameOf = usePersonNames([...owners, ...stewards]);
  if (about.error !== null)
    return (
      <ProblemBox
        error={about.error}
        onRetry={() => void about.refetch()}
        elsewhere={<Link to="/market">{words.toMarket}</Link>}
      />
    );
  if (about.data === undefined) return <Skeleton height={500} lines={9} />;
  const { title, description } = about.data;
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <Cloth domain={domain} size={56} />
        <div>
          <h1>{title}</h1>
          <p className="mono">{domain}</p>
          <p>{description}</p>
          <p className="caption">{words.keepers(owners.map(nameOf), stewards.map(nameOf))}</p>
        </div>
        <Keeping domain={about.data} />
      </header>
      <Products domain={domain} />
    </div>
  );
}

/** For who says whose the domain is; who gives roles finds it people from here, too. */
function Keeping({ domain }: { domain: Domain }) {
  const me = useMe();
  const { name } = domain;
  if (!keepsDomain(me, domain)) return null;
  return (
    <div className={classes['keeping']}>
      <LinkButton variant="default" link={{ to: '/domains/$domain', params: { domain: name } }}>
        {words.changeDomain}
      </LinkButton>
      {givesRoles(me) ? (
        <LinkButton variant="default" link={{ to: '/people/-/new', search: { domain: name } }}>
          {words.newProducer}
        </LinkButton>
      ) : null}
    </div>
  );
}

function Products({ domain }: { domain: string }) {
  const compare = useCompare();
  const answer = useInfiniteQuery(searchQuery({ where: `domain = ${quoteValue(domain)}` }));
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={400} lines={8} />;
  const hits = answer.data.pages.flatMap(({ items }) => items);
  if (hits.length === 0) {
    return <Empty title={words.domainEmptyTitle}>{words.domainEmpty}</Empty>;
  }
  return (
    <section className={market['page']}>
      <h2>{found(answer.data.pages[0]?.total ?? 0, false)}</h2>
      <ul className={market['list']}>
        {hits.map((hit) => (
          <ProductRow key={hit.product} hit={hit} isAt={false} compare={compare} />
        ))}
      </ul>
      {answer.hasNextPage ? (
        <button
          type="button"
          className={classes['more']}
          onClick={() => void answer.fetchNextPage()}
        >
          {words.more}
        </button>
      ) : null}
      <CompareTray compare={compare} />
    </section>
  );
}
