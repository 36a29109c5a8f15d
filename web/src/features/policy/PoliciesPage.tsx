/**
 * The policies that somebody keeps: which version each product has, what it warns of, who decides.
 */
import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Domain } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import classes from './PoliciesPage.module.css';
import { PolicyRow } from './PolicyRow.tsx';
import { mayLook } from './people.ts';
import { domainsQuery, meshPolicyQuery, productsQuery } from './policy-queries.ts';
import { useListKeys } from './use-list-keys.ts';
import { MESH, products as productsWords } from './words.ts';

export function PoliciesPage() {
  const me = useMe();
  const domains = useQuery(domainsQuery);
  const kept = domains.data?.items.filter((domain) => mayLook(me, domain)) ?? [];
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>Policies you keep</h1>
          <p>
            Who sees which rows and columns, for what. A policy acts at once, on open answers too.
          </p>
        </div>
        <Button
          variant="default"
          component={Link}
          to="/policies/see-as"
          leftSection={<IconEye size={16} stroke={1.7} aria-hidden="true" />}
        >
          See as somebody
        </Button>
      </header>
      <MeshRow />
      {domains.error !== null ? (
        <ProblemBox error={domains.error} onRetry={() => void domains.refetch()} />
      ) : domains.data === undefined ? (
        <Skeleton height={320} lines={6} />
      ) : (
        <Kept domains={kept} isAll={kept.length === domains.data.items.length} />
      )}
    </div>
  );
}

function MeshRow() {
  const mesh = useQuery(meshPolicyQuery);
  if (mesh.data === undefined) return null;
  const { version, updatedBy, updatedAt, productionDomains } = mesh.data.policy;
  const planned =
    productionDomains.length === 0
      ? null
      : `Changed by a plan only: ${productionDomains.join(', ')}`;
  return (
    <Link className={classes['mesh']} to="/policies/$product" params={{ product: MESH }}>
      <b>Policies of the mesh</b>
      <span>They count for every product; a forbid wins over any permit.</span>
      <span className={classes['aside']}>
        {version === 0 ? (
          'None yet'
        ) : (
          <>
            Version {version}, {updatedBy}, <TimeText at={updatedAt} />
          </>
        )}
        {planned === null ? null : <span className="caption">{planned}</span>}
      </span>
    </Link>
  );
}

function Kept({ domains, isAll }: { domains: Domain[]; isAll: boolean }) {
  if (domains.length === 0) {
    return (
      <Empty title="No product of yours" action={<Link to="/make">Look at what you make</Link>}>
        Policies of the products that you own or guard will stand here.
      </Empty>
    );
  }
  // Why one list for all: whoever oversees the mesh has more domains than lists.
  if (isAll) return <ProductList domain={null} domains={domains} />;
  return domains.map((domain) => (
    <ProductList key={domain.name} domain={domain.name} domains={domains} />
  ));
}

function ProductList({ domain, domains }: { domain: string | null; domains: Domain[] }) {
  const answer = useInfiniteQuery(productsQuery(domain));
  const body = useRef<HTMLTableSectionElement>(null);
  const items = answer.data?.pages.flatMap((page) => page.items) ?? [];
  useListKeys(body, items.length);
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={300} lines={6} />;
  if (items.length === 0) return null;
  const title =
    domain === null
      ? 'All domains'
      : (domains.find(({ name }) => name === domain)?.title ?? domain);
  return (
    <section className={classes['list']} aria-label={title}>
      <table>
        <caption>
          <span>{title}</span>
          <span className={`caption ${classes['count']}`}>
            {productsWords(items.length)}
            {answer.hasNextPage ? ' shown' : ''}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col">Policy</th>
            <th scope="col">Says</th>
            <th scope="col">Warnings</th>
            <th scope="col">Who decides</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {items.map((item) => (
            <PolicyRow
              key={item.product}
              product={item}
              domain={domains.find(({ name }) => name === item.domain) ?? null}
            />
          ))}
        </tbody>
      </table>
      {answer.hasNextPage ? (
        <Button variant="subtle" onClick={() => void answer.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </section>
  );
}
