/**
 * The columns of a draft, each beside what the sample shows of it.
 */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { formatNumber, formatShare, plural } from '../../lib/format.ts';
import { CLASSES, type ColumnForm, putColumn, TYPES, withOwn } from './contract-draft.ts';
import classes from './DraftWork.module.css';
import type { Edit } from './DraftWork.tsx';
import type { Evidence } from './new-product.ts';
import { words } from './words.ts';

export interface DraftColumnsProps {
  columns: readonly ColumnForm[];
  /** Null where no sample stands behind the draft. */
  evidence: readonly Evidence[] | null;
  edit: Edit;
}

export function DraftColumns({ columns, evidence, edit }: DraftColumnsProps) {
  return (
    <Panel
      title={plural(columns.length, { one: '# column', other: '# columns' })}
      aside={evidence === null ? undefined : words.underEach}
      isFlush
    >
      <ol>
        {columns.map((column, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; its name changes while one types.
          <li key={at} className={classes['column']}>
            <Fields
              column={column}
              onChange={(change) => edit((document) => putColumn(document, at, change))}
            />
            {evidence === null ? null : <Shown evidence={evidenceOf(column, evidence)} />}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

interface FieldsProps {
  column: ColumnForm;
  onChange: (change: Partial<ColumnForm>) => void;
}

function Fields({ column, onChange }: FieldsProps) {
  const { name, type, isRequired, isUnique, classification, description } = column;
  return (
    <>
      <TextInput
        aria-label={`Name of ${name}`}
        classNames={{ input: 'mono' }}
        value={name}
        onChange={({ currentTarget: { value } }) => onChange({ name: value })}
      />
      <NativeSelect
        aria-label={`Type of ${name}`}
        value={type}
        data={withOwn(TYPES, type)}
        onChange={({ currentTarget: { value } }) => onChange({ type: value })}
      />
      <NativeSelect
        aria-label={`Classification of ${name}`}
        value={classification}
        data={withOwn(CLASSES, classification)}
        onChange={({ currentTarget: { value } }) => onChange({ classification: value })}
      />
      <span className={classes['checks']}>
        <Checkbox
          label="required"
          aria-label={`${name} is required`}
          checked={isRequired}
          onChange={({ currentTarget: { checked } }) => onChange({ isRequired: checked })}
        />
        <Checkbox
          label="unique"
          aria-label={`${name} is unique`}
          checked={isUnique}
          onChange={({ currentTarget: { checked } }) => onChange({ isUnique: checked })}
        />
      </span>
      <TextInput
        className={classes['about'] ?? ''}
        aria-label={`What ${name} says`}
        placeholder="What it says, for who reads it"
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
  if (evidence === null) return <p className={classes['evidence']}>not in the sample</p>;
  const { seen, nulls, distinct, min, max, examples } = evidence;
  return (
    <p className={classes['evidence']}>
      <span>
        <b>{formatNumber(seen)}</b> seen
      </span>
      <span>
        <b>{nulls === 0 ? 'none' : formatShare(nulls / Math.max(1, seen))}</b> empty
      </span>
      <span>
        <b>{formatNumber(distinct)}</b> different
      </span>
      {min === null || max === null ? null : (
        <span className={classes['examples']}>
          <b>{min}</b> to <b>{max}</b>
        </span>
      )}
      {examples.length === 0 ? null : (
        <span className={classes['examples']}>
          such as {examples.slice(0, EXAMPLES).join(', ')}
        </span>
      )}
    </p>
  );
}
