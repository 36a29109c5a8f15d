/**
 * The way to the page in sight. Each route names its own piece by `staticData.crumb`.
 */
import { IconChevronRight } from '@tabler/icons-react';
import { Link, useMatches } from '@tanstack/react-router';
import classes from './Breadcrumbs.module.css';
import { words } from './words.ts';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the route is called, from its parameters. */
    crumb?: (params: Record<string, string>) => string;
  }
}

export function Breadcrumbs() {
  const matches = useMatches();
  const crumbs = matches.flatMap(({ staticData, params, pathname }) => {
    const name = staticData.crumb?.(params as Record<string, string>);
    return name === undefined ? [] : [{ name, pathname }];
  });
  return (
    <nav aria-label={words.crumbs} className={classes['crumbs']}>
      <ol>
        {crumbs.map(({ name, pathname }, at) => (
          <li key={pathname}>
            {at === crumbs.length - 1 ? (
              <span aria-current="page">{name}</span>
            ) : (
              <Link to={pathname}>{name}</Link>
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
