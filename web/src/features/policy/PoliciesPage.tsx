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
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import classes from './PoliciesPage.module.css';
import { PolicyRow } from './PolicyRow.tsx';
import { mayLook } from './people.ts';
import { domainsQuery, meshPolicyQuery, productsQuery } from './policy-queries.ts';
import { MESH, products as productsWords, words } from './words.ts';

export function PoliciesPage() {
  const me = useMe();
  const domains = useQuery(domainsQuery);
  const kept = domains.data?.items.filter((domain) => mayLook(me, domain)) ?? [];
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>{words.title}</h1>
          <p>{words.lead}</p>
        </div>
        <Button
          variant="default"
          component={Link}
          to="/policies/see-as"
          leftSection={<IconEye size={16} stroke={1.7} aria-hidden="true" />}
        >
          {words.seeAs}
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

/** The card while its version is on its way. */
function MeshRoom() {
  return (
    <div className={classes['mesh']} aria-busy="true">
      <b>{words.mesh}</b>
      <span>{words.meshHelp}</span>
      <span className={classes['aside']}>{'\u00a0'}</span>
    </div>
  );
}

function MeshRow() {
  const mesh = useQuery(meshPolicyQuery);
  if (mesh.data === undefined) return mesh.isPending ? <MeshRoom /> : null;
  const { version, updatedBy, updatedAt, productionDomains } = mesh.data.policy;
  const planned =
    productionDomains.length === 0 ? null : words.plannedOnly(productionDomains.join(', '));
  return (
    <Link className={classes['mesh']} to="/policies/$product" params={{ product: MESH }}>
      <b>{words.mesh}</b>
      <span>{words.meshHelp}</span>
      <span className={classes['aside']}>
        {version === 0 ? (
          words.noneYet
        ) : (
          <Phrase parts={words.version(version, updatedBy, updatedAt)} />
        )}
        {planned === null ? null : <span className="caption">{planned}</span>}
      </span>
    </Link>
  );
}

function Kept({ domains, isAll }: { domains: Domain[]; isAll: boolean }) {
  if (domains.length === 0) {
    return (
      <Empty title={words.empty} action={<Link to="/make">{words.toMake}</Link>}>
        {words.emptyHelp}
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
      ? words.allDomains
      : (domains.find(({ name }) => name === domain)?.title ?? domain);
  return (
    <ScrollArea className={classes['list']} label={title}>
      <table>
        <caption>
          <span>{title}</span>
          <span className={`caption ${classes['count']}`}>
            {answer.hasNextPage ? words.shown(items.length) : productsWords(items.length)}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            <th scope="col">{words.policy}</th>
            <th scope="col">{words.says}</th>
            <th scope="col">{words.warnings}</th>
            <th scope="col">{words.whoDecides}</th>
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
          {words.more}
        </Button>
      ) : null}
    </ScrollArea>
  );
}
