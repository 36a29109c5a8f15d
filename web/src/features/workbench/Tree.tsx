/**
 * What can be queried: products with their columns, and what a rule did to them. A click puts a name into the query.
 */
import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconChevronRight, IconEyeOff, IconPlus, IconTextPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Cloth } from '../../components/Cloth.tsx';
import { quoteName } from '../../lib/sql-text.ts';
import classes from './Tree.module.css';
import { type CatalogColumn, type CatalogTable, tableFrom } from './use-catalog.ts';
import { words } from './words.ts';

export interface TreeProps {
  tables: readonly CatalogTable[];
  /** The product that one comes from. */
  from: string | undefined;
  /** False where what there is could not be asked. */
  isKnown?: boolean;
  onInsert: (text: string) => void;
}

/** More products than these are searched rather than read. */
const FILTER_FROM = 9;

export function Tree({ tables, from, isKnown: isAsked = true, onInsert }: TreeProps) {
  const [filter, setFilter] = useState('');
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const wanted = filter.trim().toLowerCase();
  const found = tables.filter(
    ({ name, columns }) =>
      name.includes(wanted) || columns.some((column) => column.name.toLowerCase().includes(wanted)),
  );
  const asked = tableFrom(tables, from);
  const toggle = (name: string): void => {
    const next = new Set(toggled);
    if (!next.delete(name)) next.add(name);
    setToggled(next);
  };
  return (
    <section className={classes['tree']} aria-labelledby="workbench-tree">
      <header className={classes['head']}>
        <h2 id="workbench-tree">{words.tree}</h2>
        <Tooltip label={words.more}>
          <ActionIcon
            variant="subtle"
            size={26}
            aria-label={words.more}
            renderRoot={(props) => <Link to="/market" {...props} />}
          >
            <IconPlus size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </header>
      {tables.length < FILTER_FROM ? null : (
        <TextInput
          size="xs"
          aria-label={words.treeFilter}
          placeholder={words.treeFilter}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      {tables.length === 0 && isAsked ? <p className="caption">{words.treeEmpty}</p> : null}
      <ul className={classes['tables']}>
        {found.map((table, at) => (
          <TableNode
            key={table.name}
            table={table}
            // Why the first: a tree of closed branches says nothing.
            isOpen={
              toggled.has(table.name) !==
              (wanted !== '' || (asked === undefined ? at === 0 : table === asked))
            }
            onToggle={() => toggle(table.name)}
            onInsert={onInsert}
          />
        ))}
      </ul>
    </section>
  );
}

interface TableNodeProps {
  table: CatalogTable;
  isOpen: boolean;
  onToggle: () => void;
  onInsert: (text: string) => void;
}

function TableNode({ table, isOpen, onToggle, onInsert }: TableNodeProps) {
  const { name, columns, explanation } = table;
  const [domain = '', own = ''] = name.replaceAll('"', '').split('.');
  const isGrouped = explanation?.seen?.granularity != null;
  const shown = [...columns].sort((a, b) => Number(a.isHidden) - Number(b.isHidden));
  return (
    <li>
      <div className={classes['table']}>
        <button
          type="button"
          className={classes['name']}
          aria-expanded={isOpen}
          onClick={onToggle}
          title={name}
        >
          <Cloth domain={domain} size={15} />
          <span className={classes['label']}>
            {domain}.<b>{own}</b>
          </span>
          <IconChevronRight
            size={13}
            stroke={1.9}
            aria-hidden="true"
            className={classes['chevron']}
          />
        </button>
        <Tooltip label={words.insert(name)}>
          <ActionIcon
            className={classes['insert']}
            variant="subtle"
            size={32}
            aria-label={words.insert(name)}
            onClick={() => onInsert(name)}
          >
            <IconTextPlus size={15} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
      {isOpen ? (
        <ul className={classes['columns']}>
          <Nothing table={table} />
          {isGrouped ? <li className={classes['note']}>{words.grouped}</li> : null}
          {shown.map((column) => (
            <ColumnNode key={column.name} column={column} onInsert={onInsert} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

/** Why a branch is bare: nothing of it is shown, or what is could not be had. */
function Nothing({ table: { product, explanation, failure, columns } }: { table: CatalogTable }) {
  if (failure !== null) return <li className={classes['note']}>{words.columnsAway}</li>;
  if (explanation === null || columns.some(({ isHidden }) => !isHidden)) return null;
  return (
    <li className={classes['note']}>
      {words.nothingShown}{' '}
      <Link to="/p/$product/request" params={{ product }}>
        {words.askMore}
      </Link>
    </li>
  );
}

function ColumnNode({
  column,
  onInsert,
}: {
  column: CatalogColumn;
  onInsert: (text: string) => void;
}) {
  const { name, mask, isHidden } = column;
  const icon = <IconEyeOff size={14} stroke={1.7} aria-hidden="true" />;
  if (isHidden) {
    return (
      <li className={classes['hidden']} title={words.hiddenColumn(name)}>
        {name} {icon}
        <span className="unseen">, {words.hiddenShort}</span>
      </li>
    );
  }
  const veil = mask === null ? null : words.maskOf(mask);
  return (
    <li>
      <button
        type="button"
        className={classes['column']}
        data-veiled={veil !== null || undefined}
        title={veil === null ? words.insert(name) : words.veiledColumn(name, veil)}
        onClick={() => onInsert(quoteName(name))}
      >
        {name}
        {veil === null ? null : icon}
        {veil === null ? null : <span className="unseen">, {veil}</span>}
      </button>
    </li>
  );
}
