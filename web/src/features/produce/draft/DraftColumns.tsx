/**
 * The columns of a draft, each beside what the sample shows of it.
 */

import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { memo, useId, useState } from 'react';
import { Panel } from '../../../components/Panel.tsx';
import { Phrase } from '../../../components/Phrase.tsx';
import { isAlike } from './alike.ts';
import { ColumnChecks } from './ColumnChecks.tsx';
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
import { type CheckName, checksFor } from './drafted-checks.ts';
import { type ColumnFaults, type FieldFaults, fieldId } from './drafted-faults.ts';
import { misfitOf } from './drafted-fit.ts';
import { lostBy } from './drafted-limits.ts';
import { protects } from './drafted-privacy.ts';
import { valuesOut } from './drafted-values.ts';
import type { Evidence } from './new-product.ts';
import { FOREIGN_WORDS, limitWords, misfitWords, words } from './words-draft.ts';

export interface DraftColumnsProps {
  columns: readonly ColumnForm[];
  /** Null where no sample stands behind the draft. */
  evidence: readonly Evidence[] | null;
  faults: FieldFaults['columns'];
  edit: Edit;
}

const NO_FAULTS: ColumnFaults = {};

export function DraftColumns({ columns, evidence, faults, edit }: DraftColumnsProps) {
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
              at={at}
              evidence={evidence === null ? undefined : evidenceOf(column, evidence)}
              faults={faults.get(at) ?? NO_FAULTS}
              edit={edit}
            />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

interface ColumnProps {
  column: ColumnForm;
  at: number;
  /** Null where the sample has no such column, undefined where there is no sample. */
  evidence: Evidence | null | undefined;
  faults: ColumnFaults;
  edit: Edit;
}

/** Why by what they say: each text is read anew, and a hundred columns of it are the same as before. */
const Column = memo(
  WholeColumn,
  (before, now) =>
    before.at === now.at &&
    before.edit === now.edit &&
    before.evidence === now.evidence &&
    isAlike(before.faults, now.faults) &&
    isAlike(before.column, now.column),
);

function WholeColumn({ column, at, evidence, faults, edit }: ColumnProps) {
  const onChange = (change: ColumnChange) => edit((document) => putColumn(document, at, change));
  const [left, setLeft] = useState('');
  const misfit = misfitOf(column.type, evidence);
  const change = (next: ColumnChange) => {
    if (next.type === undefined) {
      const keepsList = evidence === undefined;
      const out = protects(next) ? valuesOut(column, keepsList) : [];
      if (out.length > 0) setLeft(words.takenOut(out));
      return onChange({ ...next, keepsList });
    }
    const lost = lostBy(column, next.type);
    setLeft(lost.length === 0 ? '' : words.leftOut(column.type, lost));
    const { min = null, max = null, examples = column.examples } = evidence ?? {};
    onChange({ ...next, shown: [min, max, ...examples] });
  };
  return (
    <>
      <Fields
        column={column}
        at={at}
        faults={misfit === null ? faults : { ...faults, type: faults.type ?? misfitWords(misfit) }}
        onChange={change}
      />
      <Limits column={column} at={at} faults={faults} onChange={onChange} />
      <p role="status" className={classes['left']}>
        {left}
      </p>
      {evidence === undefined ? null : <Shown evidence={evidence} />}
    </>
  );
}

interface FieldsProps {
  column: ColumnForm;
  at: number;
  faults: ColumnFaults;
  onChange: (change: ColumnChange) => void;
}

/** What the limits are, in words; as fields where one asks for them, or where one of them is wrong. */
function Limits({ column, at, faults, onChange }: FieldsProps) {
  const { name, limits, type } = column;
  const fields: readonly CheckName[] = checksFor(type);
  const isWrong = fields.some((field) => faults[field] !== undefined);
  const [isAsked, setAsked] = useState(false);
  const id = useId();
  const isOpen = isAsked || isWrong;
  if (limits.length === 0 && fields.length === 0) return null;
  return (
    <>
      <div className={classes['limits']}>
        {fields.length === 0 ? null : (
          <button
            type="button"
            className={classes['toggle']}
            aria-label={words.changeLimits(name)}
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setAsked(!isOpen)}
          >
            {words.limits}
          </button>
        )}
        {limits.length === 0 ? null : (
          <ul aria-label={words.limitsOf(name)}>
            {limits.map((limit) => (
              <li key={`${limit.kind} ${limit.said.join(' ')}`}>{limitWords(limit)}</li>
            ))}
          </ul>
        )}
      </div>
      <div id={id} className={classes['checksPlace']}>
        {isOpen ? (
          <ColumnChecks
            column={column}
            at={at}
            faults={faults}
            onCheck={(check) => onChange({ check })}
          />
        ) : null}
      </div>
    </>
  );
}

function Fields({ column, at, faults, onChange }: FieldsProps) {
  const { name, type, isRequired, isUnique, isPersonal } = column;
  const { classification, description, limits } = column;
  // Why not to be unticked: a key of one column is unique by itself.
  const isKey = limits.some(({ kind, said }) => kind === 'key' && said[1] === '1');
  return (
    <>
      <TextInput
        id={fieldId(at, 'name')}
        aria-label={words.nameOf(name)}
        error={faults.name}
        classNames={{ input: 'mono' }}
        title={name}
        value={name}
        onChange={({ currentTarget: { value } }) => onChange({ name: value })}
      />
      <NativeSelect
        id={fieldId(at, 'type')}
        aria-label={words.typeOf(name)}
        error={faults.type}
        value={type}
        data={withOwn(TYPES, type)}
        onChange={({ currentTarget: { value } }) => onChange({ type: value })}
      />
      <NativeSelect
        id={fieldId(at, 'classification')}
        aria-label={words.classOf(name)}
        error={faults.classification}
        value={classification}
        data={withOwn(CLASSES, classification)}
        onChange={({ currentTarget: { value } }) => onChange({ classification: value })}
      />
      <TextInput
        className={classes['about'] ?? ''}
        id={fieldId(at, 'description')}
        aria-label={words.saysOf(name)}
        error={faults.description}
        placeholder={words.saysHint}
        value={description}
        onChange={({ currentTarget: { value } }) => onChange({ description: value })}
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
        {isPersonal === null ? null : (
          <Checkbox
            label={words.personal}
            aria-label={words.isPersonal(name)}
            checked={isPersonal}
            onChange={({ currentTarget: { checked } }) => onChange({ isPersonal: checked })}
          />
        )}
      </span>
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
  // Why a default: a draft that is kept may be older than that.
  const { seen, nulls, distinct, min, max, examples, looksLike = null } = evidence;
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
      {looksLike === null ? null : <span>{FOREIGN_WORDS[looksLike]}</span>}
    </p>
  );
}
