/**
 * The columns of a product with their class and tags, and for one of them everybody who sees it.
 */

import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import { formatDay, formatName } from '../../lib/format.ts';
import { type Viewers, whoQuery } from './policy-queries.ts';
import type { Column } from './use-vocabulary.ts';
import classes from './WhoSees.module.css';
import { viewersWords, words } from './words-see.ts';

export interface WhoSeesProps {
  product: string;
  columns: Column[];
}

export function WhoSees({ product, columns }: WhoSeesProps) {
  const { column, table } = useSearch({ from: '/policies/$product' });
  const [first] = columns;
  const chosen =
    columns.find((one) => one.name === column && (table === undefined || one.table === table)) ??
    first;
  if (chosen === undefined) return <Empty title={words.noColumns}>{words.noColumnsHelp}</Empty>;
  return (
    <div className={classes['two']}>
      <Columns product={product} columns={columns} chosen={chosen} />
      <Readers product={product} column={chosen} />
    </div>
  );
}

function Columns({ product, columns, chosen }: WhoSeesProps & { chosen: Column }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useListKeys(body, columns.length);
  const hasTables = new Set(columns.map(({ table }) => table)).size > 1;
  return (
    <Panel title={words.columns} isFlush>
      <table className={classes['table']}>
        <caption className="unseen">{words.columnsList}</caption>
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.class}</th>
            <th scope="col">{words.tags}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {columns.map((one) => (
            <tr key={`${one.table} ${one.name}`} data-chosen={one === chosen || undefined}>
              <th scope="row">
                <Link
                  from="/policies/$product"
                  to="/policies/$product"
                  params={{ product }}
                  search={(old) => ({
                    ...old,
                    view: 'who' as const,
                    column: one.name,
                    table: one.table,
                  })}
                  replace
                  aria-current={one === chosen ? 'true' : undefined}
                >
                  <span className="mono">{hasTables ? `${one.table}.${one.name}` : one.name}</span>
                </Link>
                {one.title === null ? null : <span className={classes['under']}>{one.title}</span>}
              </th>
              <td>
                {one.classification ?? <span className={classes['quiet']}>{words.none}</span>}
              </td>
              <td>
                {one.tags.join(', ')}
                {one.inherited.map(({ tag, from }) => (
                  <span key={tag} className={classes['under']}>
                    {words.inheritedTag(tag, from)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Readers({ product, column }: { product: string; column: Column }) {
  const { name, table } = column;
  const answer = useQuery(whoQuery({ product, column: name, table }));
  const title =
    answer.data === undefined
      ? words.whoSees(name)
      : viewersWords(name, viewersIn(answer.data.items));
  return (
    <Panel
      title={title}
      aside={
        <Link to="/audit" search={{ column: `${product}.${name}` }}>
          {words.whoLooked}
        </Link>
      }
      isFlush
    >
      {answer.error !== null ? (
        <ProblemBox error={answer.error} onRetry={() => void answer.refetch()} />
      ) : answer.data === undefined ? (
        <Skeleton height={220} lines={5} />
      ) : answer.data.items.length === 0 ? (
        <Empty title={words.nobody}>{words.nobodyHelp}</Empty>
      ) : (
        <ReaderTable product={product} items={answer.data.items} />
      )}
    </Panel>
  );
}

type Viewer = Viewers['items'][number];

function viewersIn(items: readonly Viewer[]): number {
  return new Set(items.map(({ subject }) => subject)).size;
}

function ReaderTable({ product, items }: { product: string; items: Viewer[] }) {
  return (
    <ScrollArea label={words.readersTable}>
      <table className={`${classes['table']} ${classes['readers']}`}>
        <caption className="unseen">{words.readersTable}</caption>
        <thead>
          <tr>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.for}</th>
            <th scope="col">{words.sees}</th>
            <th scope="col">{words.rows}</th>
            <th scope="col">{words.until}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.subject} ${item.agreement ?? ''}`}>
              <th scope="row">
                {item.purpose === null ? (
                  <PersonName id={item.subject} />
                ) : (
                  <Link
                    to="/policies/see-as"
                    search={{ subject: item.subject, product, purpose: item.purpose }}
                  >
                    <PersonName id={item.subject} />
                  </Link>
                )}
              </th>
              <td>{item.purpose === null ? words.owns : formatName(item.purpose)}</td>
              <td className={classes['once']}>
                {item.masks.length === 0
                  ? words.itsValues
                  : item.masks.map((mask) => <ColumnVeil key={mask} mask={mask} />)}
              </td>
              <td className={`${classes['rows']} ${item.rows === null ? '' : 'mono'}`}>
                {item.rows ?? words.all}
              </td>
              <td className={classes['once']}>
                {item.until === null ? words.noEnd : formatDay(item.until)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
