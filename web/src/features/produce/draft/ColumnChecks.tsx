/**
 * What a column's values may be: bounds, lengths, a pattern, a list, and what becomes of any other value.
 */
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { plainDecimal } from '@weft/core/lib/decimal-text';
import { useState } from 'react';
import type { ColumnForm } from './contract-draft.ts';
import classes from './DraftWork.module.css';
import {
  BOUNDS,
  type BoundName,
  type CheckChange,
  type CheckName,
  CONSEQUENCES,
  type Consequence,
  checksFor,
  linesOf,
  RULED,
  type Ruled,
  type RuledName,
} from './drafted-checks.ts';
import { type ColumnFaults, fieldId } from './drafted-faults.ts';
import { CHECK_LABELS, CONSEQUENCE_WORDS, columnLabel, words } from './words-draft.ts';

export interface ColumnChecksProps {
  column: ColumnForm;
  at: number;
  faults: ColumnFaults;
  onCheck: (change: CheckChange) => void;
}

export function ColumnChecks({ column, at, faults, onCheck }: ColumnChecksProps) {
  const { checks, type } = column;
  const shown = checksFor(type);
  const inText = shown.filter((name) => checks[name] === null);
  const isShown = <Name extends CheckName>(name: Name): boolean =>
    shown.includes(name) && checks[name] !== null;
  return (
    <div className={classes['checksOf']}>
      {BOUNDS.filter(isShown).map((name) => (
        <TextInput
          key={name}
          id={fieldId(at, name)}
          label={CHECK_LABELS[name]}
          aria-label={columnLabel(name, column.name)}
          value={checks[name] ?? ''}
          error={isNoNumber(name, type, checks[name]) ? words.noNumber(checks[name]) : faults[name]}
          onChange={({ currentTarget: { value } }) => onCheck({ bound: { name, value } })}
        />
      ))}
      {RULED.filter(isShown).map((name) => (
        <RuledField
          key={name}
          name={name}
          column={column.name}
          at={at}
          ruled={checks[name] ?? NOTHING}
          fault={faults[name]}
          onChange={(value) => onCheck({ ruled: { name, value } })}
        />
      ))}
      {inText.length === 0 ? null : (
        <p className={classes['inText']}>
          {words.inText(inText.map((name) => CHECK_LABELS[name]))}
        </p>
      )}
    </div>
  );
}

/** Told at once, and in other words than the mesh has for whoever writes the text. */
function isNoNumber(name: BoundName, type: string, value: string | null): value is string {
  const isNumeric = name.endsWith('Length') || type === 'integer' || type === 'number';
  return isNumeric && value !== null && value !== '' && plainDecimal(value) === null;
}

const NOTHING: Ruled = { value: '', otherwise: 'quarantine' };

interface RuledFieldProps {
  name: RuledName;
  column: string;
  at: number;
  ruled: Ruled;
  fault: string | undefined;
  onChange: (ruled: Ruled) => void;
}

/** What is typed stays as it is, empty lines included, as long as it means what the contract has. */
function RuledField({ name, column, at, ruled, fault, onChange }: RuledFieldProps) {
  const [typed, setTyped] = useState(ruled.value);
  // Why kept: a pattern that is written anew does what the old one did.
  const [chosen, setChosen] = useState<Consequence>(ruled.otherwise);
  const otherwise = ruled.value === '' ? chosen : ruled.otherwise;
  const isSame = linesOf(typed).join('\n') === ruled.value;
  const field = {
    id: fieldId(at, name),
    label: CHECK_LABELS[name],
    'aria-label': columnLabel(name, column),
    classNames: { input: 'mono' },
    error: fault,
    spellCheck: false,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => {
      setTyped(value);
      setChosen(otherwise);
      onChange({ value: name === 'values' ? linesOf(value).join('\n') : value, otherwise });
    },
  };
  return (
    <div className={classes['ruled']}>
      {name === 'pattern' ? (
        <TextInput {...field} value={ruled.value} placeholder={words.patternHint} />
      ) : (
        <Textarea
          {...field}
          value={isSame ? typed : ruled.value}
          placeholder={words.oneALine}
          autosize
          minRows={2}
          maxRows={8}
        />
      )}
      <NativeSelect
        label={words.otherwise}
        aria-label={words.otherwiseOf(CHECK_LABELS[name].toLowerCase(), column)}
        value={otherwise}
        data={CHOICES}
        onChange={({ currentTarget: { value } }) => {
          const next = CONSEQUENCES.find((one) => one === value) ?? otherwise;
          setChosen(next);
          if (ruled.value !== '') onChange({ ...ruled, otherwise: next });
        }}
      />
    </div>
  );
}

const CHOICES = CONSEQUENCES.map((value) => ({ value, label: CONSEQUENCE_WORDS[value] }));
