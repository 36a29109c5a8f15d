/**
 * What stands in place of values: for a column, a class or a tag; in every row or in some.
 */
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import {
  type MaskForm,
  type MaskOf,
  type MaskRows,
  printSelector,
  readSelector,
} from '../cedar/obligations.ts';
import { words } from '../words-forms.ts';
import { argumentFault, MASK_CHOICES, maskArgument, maskOf } from './mask-argument.ts';
import classes from './RuleEditor.module.css';

export interface MasksEditorProps {
  masks: MaskOf[];
  selectors: string[];
  onChange(masks: MaskOf[]): void;
}

export function MasksEditor({ masks, selectors, onChange }: MasksEditorProps) {
  const free = selectors.find((text) => !masks.some(({ of }) => printSelector(of) === text)) ?? '';
  const fresh: MaskOf = {
    of: readSelector(free) ?? { kind: 'place', name: '' },
    mask: { kind: 'hide' },
    rows: null,
  };
  return (
    <div className={classes['masks']}>
      {masks.length === 0 ? null : (
        <ul>
          {masks.map((mask, at) => (
            <MaskRow
              // biome-ignore lint/suspicious/noArrayIndexKey: masks have no name, and stand where they stand.
              key={at}
              masked={mask}
              selectors={selectors}
              onChange={(next) => onChange(masks.with(at, next))}
              onRemove={() => onChange(masks.toSpliced(at, 1))}
            />
          ))}
        </ul>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
        onClick={() => onChange([...masks, fresh])}
      >
        {words.veil}
      </Button>
    </div>
  );
}

interface MaskRowProps {
  masked: MaskOf;
  selectors: string[];
  onChange(mask: MaskOf): void;
  onRemove(): void;
}

function MaskRow({ masked, selectors, onChange, onRemove }: MaskRowProps) {
  const of = printSelector(masked.of);
  const known = selectors.includes(of) ? selectors : [of, ...selectors];
  return (
    <li className={classes['condition']}>
      <NativeSelect
        aria-label={words.veiled}
        data={known}
        value={of}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...masked, of: readSelector(value) ?? masked.of })
        }
      />
      <div className={classes['fields']}>
        <As name={of} mask={masked.mask} onChange={(mask) => onChange({ ...masked, mask })} />
        <In name={of} rows={masked.rows} onChange={(rows) => onChange({ ...masked, rows })} />
      </div>
      <ActionIcon variant="subtle" color="gray" aria-label={words.takeVeil(of)} onClick={onRemove}>
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
}

interface AsProps {
  name: string;
  mask: MaskForm;
  onChange(mask: MaskForm): void;
}

function As({ name, mask, onChange }: AsProps) {
  const choice = MASK_CHOICES.find(({ value }) => value === mask.kind);
  return (
    <>
      <span className={classes['between']}>{words.isShownAs}</span>
      <NativeSelect
        aria-label={words.shownAs(name)}
        data={MASK_CHOICES.map(({ value, label }) => ({ value, label }))}
        value={mask.kind}
        onChange={({ currentTarget: { value } }) => onChange(maskOf(value as MaskForm['kind'], ''))}
      />
      {choice === undefined || choice.needs === null ? null : (
        <Argument
          key={mask.kind}
          label={choice.needs}
          hint={choice.hint}
          mask={mask}
          onChange={onChange}
        />
      )}
    </>
  );
}

interface ArgumentProps {
  label: string;
  hint: string;
  mask: MaskForm;
  onChange(mask: MaskForm): void;
}

/** Keeps what is typed as it is typed: a comma that nothing follows yet is not in the mask. */
function Argument({ label, hint, mask, onChange }: ArgumentProps) {
  const [typed, setTyped] = useState(() => maskArgument(mask));
  const [isLeft, setLeft] = useState(false);
  const isOwn = maskArgument(maskOf(mask.kind, typed)) === maskArgument(mask);
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      autoComplete="off"
      value={isOwn ? typed : maskArgument(mask)}
      error={isLeft ? argumentFault(mask) : null}
      onBlur={() => setLeft(true)}
      onChange={({ currentTarget: { value } }) => {
        setLeft(false);
        setTyped(value);
        onChange(maskOf(mask.kind, value));
      }}
    />
  );
}

const ROWS = [
  { value: '', label: words.everyRow },
  { value: 'where', label: words.rowsWhere },
  { value: 'unless', label: words.rowsUnless },
];

interface InProps {
  name: string;
  rows: MaskRows | null;
  onChange(rows: MaskRows | null): void;
}

function In({ name, rows, onChange }: InProps) {
  const condition = rows?.condition ?? '';
  return (
    <>
      <NativeSelect
        aria-label={words.veiledRows(name)}
        data={ROWS}
        value={rows?.word ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange(value === 'where' || value === 'unless' ? { word: value, condition } : null)
        }
      />
      {rows === null ? null : (
        <TextInput
          aria-label={words.rowCondition}
          placeholder={words.rowConditionHint}
          classNames={{ input: 'mono' }}
          value={condition}
          onChange={({ currentTarget: { value } }) => onChange({ ...rows, condition: value })}
        />
      )}
    </>
  );
}
