/**
 * The columns of a draft, each beside what the sample shows of it.
 */

import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import {
  CLASSES,
  type ColumnChange,
  type ColumnForm,
  putColumn,
  TYPES,
  withOwn,
} from './contract-draft.ts';
import classes from './DraftWork.module.css';
import type { Edit } from './DraftWork.tsx';
import { lostBy } from './drafted-limits.ts';
import type { Evidence } from './new-product.ts';
import { limitWords, words } from './words-draft.ts';

export interface DraftColumnsProps {
  columns: readonly ColumnForm[];
  /** Null where no sample stands behind the draft. */
  evidence: readonly Evidence[] | null;
  edit: Edit;
}

export function DraftColumns({ columns, evidence, edit }: DraftColumnsProps) {
  return (
    <Panel
      title={words.columns(columns.length)}
      aside={evidence === null ? undefined : words.underEach}
      isFlush
    >
      <ol>
        {columns.map((column, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; its name changes while one types.
          <li key={at} className={classes['column']}>
            <Column
              column={column}
              evidence={evidence === null ? undefined : evidenceOf(column, evidence)}
              onChange={(change) => edit((document) => putColumn(document, at, change))}
            />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

interface ColumnProps {
  column: ColumnForm;
  /** Null where the sample has no such column, undefined where there is no sample. */
  evidence: Evidence | null | undefined;
  onChange: (change: ColumnChange) => void;
}

function Column({ column, evidence, onChange }: ColumnProps) {
  const [left, setLeft] = useState('');
  const change = (next: ColumnChange) => {
    if (next.type === undefined) return onChange(next);
    const lost = lostBy(column, next.type);
    setLeft(lost.length === 0 ? '' : words.leftOut(column.type, lost));
    const { min = null, max = null, examples = column.examples } = evidence ?? {};
    onChange({ ...next, shown: [min, max, ...examples] });
  };
  const { limits } = column;
  return (
    <>
      <Fields column={column} onChange={change} />
      {limits.length === 0 ? null : (
        <ul className={classes['limits']} aria-label={words.limitsOf(column.name)}>
          {limits.map((limit) => (
            <li key={`${limit.kind} ${limit.said.join(' ')}`}>{limitWords(limit)}</li>
          ))}
        </ul>
      )}
      <p role="status" className={classes['left']}>
        {left}
      </p>
      {evidence === undefined ? null : <Shown evidence={evidence} />}
    </>
  );
}

interface FieldsProps {
  column: ColumnForm;
  onChange: (change: ColumnChange) => void;
}

function Fields({ column, onChange }: FieldsProps) {
  const { name, type, isRequired, isUnique, classification, description, limits } = column;
  // Why not to be unticked: a key of one column is unique by itself.
  const isKey = limits.some(({ kind, said }) => kind === 'key' && said[1] === '1');
  return (
    <>
      <TextInput
        aria-label={words.nameOf(name)}
        classNames={{ input: 'mono' }}
        value={name}
        onChange={({ currentTarget: { value } }) => onChange({ name: value })}
      />
      <NativeSelect
        aria-label={words.typeOf(name)}
        value={type}
        data={withOwn(TYPES, type)}
        onChange={({ currentTarget: { value } }) => onChange({ type: value })}
      />
      <NativeSelect
        aria-label={words.classOf(name)}
        value={classification}
        data={withOwn(CLASSES, classification)}
        onChange={({ currentTarget: { value } }) => onChange({ classification: value })}
      />
      <span className={classes['checks']}>
        <Checkbox
          label={words.required}
          aria-label={words.isRequired(name)}
          checked={isRequired}
          onChange={({ currentTarget: { checked } }) => onChange({ isRequired: checked })}
        />
        <Checkbox
          label={words.unique}
          aria-label={words.isUnique(name)}
          checked={isUnique || isKey}
          disabled={isKey}
          onChange={({ currentTarget: { checked } }) => onChange({ isUnique: checked })}
        />
      </span>
      <TextInput
        className={classes['about'] ?? ''}
        aria-label={words.saysOf(name)}
        placeholder={words.saysHint}
        value={description}
        onChange={({ currentTarget: { value } }) => onChange({ description: value })}
      />
    </>
  );
}

/** By its name or the file's, so that it stays with its column when others come and go. */
function evidenceOf({ name, source }: ColumnForm, all: readonly Evidence[]): Evidence | null {
  return all.find(({ column }) => column === name || (source !== '' && column === source)) ?? null;
}

const EXAMPLES = 3;

function Shown({ evidence }: { evidence: Evidence | null }) {
  if (evidence === null) return <p className={classes['evidence']}>{words.notInSample}</p>;
  const { seen, nulls, distinct, min, max, examples } = evidence;
  return (
    <p className={classes['evidence']}>
      <span>
        <Phrase parts={words.seen(seen)} />
      </span>
      <span>
        <Phrase parts={words.emptyShare(nulls / Math.max(1, seen))} />
      </span>
      <span>
        <Phrase parts={words.different(distinct)} />
      </span>
      {min === null || max === null ? null : (
        <span className={classes['examples']}>
          <Phrase parts={words.range(min, max)} />
        </span>
      )}
      {examples.length === 0 ? null : (
        <span className={classes['examples']}>
          {words.suchAs(examples.slice(0, EXAMPLES).join(', '))}
        </span>
      )}
    </p>
  );
}
