/**
 * The domains of the mesh: whose each is, who guards it, how much it offers. j and k move, ↵ opens.
 */

import { IconFolderPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { givesRoles, keepsDomain, seesPeople } from '../../api/rights.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { Empty } from '../../components/Empty.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { More } from '../../components/More.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import { formatNumber } from '../../lib/format.ts';
import classes from './People.module.css';
import { type DomainItem, domainsQuery } from './people-queries.ts';
import { words } from './words-domains.ts';

export function DomainsPage() {
  const me = useMe();
  const mayMake = givesRoles(me);
  useDomainActions(mayMake);
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <div>
          <h1>{words.title}</h1>
          <p className={classes['lead']}>{words.lead}</p>
        </div>
        {mayMake ? (
          <LinkButton
            link={{ to: '/domains/-/new' }}
            leftSection={<IconFolderPlus size={16} stroke={1.7} aria-hidden="true" />}
          >
            {words.newDomain}
          </LinkButton>
        ) : null}
      </header>
      <Found />
      {mayMake ? null : <p className={classes['hint']}>{words.refusedNewHelp}</p>}
    </div>
  );
}

function Found() {
  const me = useMe();
  const answer = useInfiniteQuery(domainsQuery);
  const body = useRef<HTMLTableSectionElement>(null);
  const domains = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  useListKeys(body, domains.length);
  if (answer.error !== null)
    return <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={400} lines={8} label={words.loading} />;
  if (domains.length === 0) {
    return (
      <div className={classes['card']}>
        <Empty title={words.emptyTitle}>
          {givesRoles(me) ? words.emptyHelp : words.emptyOthers}
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div className={classes['scroll']}>
        <table className={classes['table']}>
          <caption className="unseen">{words.table}</caption>
          <thead>
            <tr>
              <th scope="col">{words.domain}</th>
              <th scope="col">{words.owners}</th>
              <th scope="col">{words.stewards}</th>
              <th scope="col" className={classes['number']}>
                {words.products}
              </th>
              <th scope="col">
                <span className="unseen">{words.change}</span>
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {domains.map((domain) => (
              <DomainRow key={domain.name} domain={domain} />
            ))}
          </tbody>
        </table>
      </div>
      <More answer={answer}>{words.more}</More>
    </>
  );
}

function DomainRow({ domain }: { domain: DomainItem }) {
  const me = useMe();
  const { name, title, owners, stewards, products } = domain;
  return (
    <tr>
      <th scope="row">
        <span className={classes['subject']}>
          <Cloth domain={name} size={28} />
          <span>
            <Link to="/d/$domain" params={{ domain: name }}>
              {title}
            </Link>
            <span className={`mono ${classes['under']}`}>{name}</span>
          </span>
        </span>
      </th>
      <td data-label={words.owners}>
        <Names ids={owners} />
      </td>
      <td data-label={words.stewards}>
        <Names ids={stewards} />
      </td>
      <td data-label={words.products} className={classes['number']}>
        {formatNumber(products)}
      </td>
      <td className={classes['number']}>
        {keepsDomain(me, domain) ? (
          <Link
            to="/domains/$domain"
            params={{ domain: name }}
            aria-label={words.changeNamed(title)}
          >
            {words.change}
          </Link>
        ) : null}
      </td>
    </tr>
  );
}

/** The way to each of them for whoever may see people. */
function Names({ ids }: { ids: readonly string[] }) {
  const isLinked = seesPeople(useMe());
  if (ids.length === 0) return <span className="caption">{words.none}</span>;
  return (
    <span className={classes['names']}>
      {ids.map((id) =>
        isLinked ? (
          <Link key={id} className={classes['target']} to="/people/$person" params={{ person: id }}>
            <PersonName id={id} />
          </Link>
        ) : (
          <span key={id}>
            <PersonName id={id} />
          </span>
        ),
      )}
    </span>
  );
}

function useDomainActions(mayMake: boolean): void {
  const navigate = useNavigate();
  const actions = useMemo(
    (): Action[] =>
      mayMake
        ? [
            {
              id: 'domain-new',
              label: words.newDomain,
              group: 'here',
              run: () => void navigate({ to: '/domains/-/new' }),
            },
          ]
        : [],
    [mayMake, navigate],
  );
  useActions(actions);
}
