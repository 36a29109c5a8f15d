/**
 * The way to the page in sight. Each route names its own piece by `staticData.crumb`.
 */
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useMatches } from '@tanstack/react-router';
import { useDomainTitles } from '../api/names.ts';
import { productQuery } from '../api/queries.ts';
import classes from './Breadcrumbs.module.css';
import { words } from './words.ts';

export interface Crumb {
  name: string;
  pathname: string;
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the route is called, from its parameters. */
    crumb?: (params: Record<string, string>) => string;
    /** The pages above it that are no routes above it, such as the market and the domain of a product. */
    above?: (params: Record<string, string>) => readonly Crumb[];
  }
}

export function Breadcrumbs() {
  const matches = useMatches();
  const crumbs = matches.flatMap(({ staticData, params, pathname }) => {
    const given = params as Record<string, string>;
    const name = staticData.crumb?.(given);
    const above = staticData.above?.(given) ?? [];
    return name === undefined ? [] : [...above, { name, pathname }];
  });
  const title = useTitle(crumbs);
  return (
    <nav aria-label={words.crumbs} className={classes['crumbs']}>
      <ol>
        {crumbs.map((crumb, at) => (
          <li key={crumb.pathname}>
            {at === crumbs.length - 1 ? (
              <span aria-current="page">{title(crumb)}</span>
            ) : (
              <Link to={crumb.pathname}>{title(crumb)}</Link>
            )}
            {at === crumbs.length - 1 ? null : (
              <IconChevronRight size={14} stroke={1.7} aria-hidden="true" />
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Products and domains by their titles, where they are known. */
function useTitle(crumbs: readonly Crumb[]): (crumb: Crumb) => string {
  const ref = crumbs.find(({ pathname }) => /^\/p\/[^/]+\/?$/.test(pathname))?.name ?? null;
  const [product = ''] = (ref ?? '').split('@');
  const { data } = useQuery({ ...productQuery(product), enabled: product !== '' });
  const titleOf = useDomainTitles();
  return ({ name, pathname }) => {
    const domain = /^\/(?:d|domains)\/([^/-][^/]*)\/?$/.exec(pathname)?.[1];
    if (domain !== undefined) return titleOf(domain);
    return name === ref && data?.title ? data.title : name;
  };
}
