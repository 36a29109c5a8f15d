/**
 * The conditions of one clause: when a rule holds, or when it does not although it would.
 */
import { Button, NativeSelect } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Place } from '../cedar/places.ts';
import type { Clause } from '../cedar/rules.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { words } from '../words-forms.ts';
import { ConditionRow } from './ConditionRow.tsx';
import { blankCondition } from './choices.ts';
import classes from './RuleEditor.module.css';

export interface ClauseEditorProps {
  clause: Clause;
  places: readonly Place[];
  vocabulary: Vocabulary;
  /** Null when the last condition went. */
  onChange(clause: Clause | null): void;
}

const JOINS = [
  { value: 'all', label: words.allHold },
  { value: 'any', label: words.anyHolds },
];

export function ClauseEditor({ clause, places, vocabulary, onChange }: ClauseEditorProps) {
  const { kind, join, conditions } = clause;
  const rows = useRef<HTMLUListElement>(null);
  const put = (next: Clause['conditions']) =>
    onChange(
      next.length === 0
        ? null
        : { ...clause, conditions: next, join: next.length === 1 ? 'all' : join },
    );
  const remove = (at: number) => {
    // Why: the button that has the focus goes with the last row.
    if (at === conditions.length - 1)
      [...(rows.current?.children[at - 1]?.querySelectorAll('button') ?? [])].at(-1)?.focus();
    put(conditions.toSpliced(at, 1));
  };
  const title = kind === 'when' ? words.onlyWhen : words.exceptWhen;
  return (
    <fieldset className={classes['clause']}>
      <legend>{title}</legend>
      {conditions.length < 2 ? null : (
        <NativeSelect
          aria-label={words.joinOf(title)}
          data={JOINS}
          value={join}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...clause, join: value === 'any' ? 'any' : 'all' })
          }
        />
      )}
      <ul ref={rows}>
        {conditions.map((condition, at) => (
          <ConditionRow
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name, and stand where they stand.
            key={at}
            condition={condition}
            places={places}
            vocabulary={vocabulary}
            onChange={(next) => put(conditions.with(at, next))}
            onRemove={() => remove(at)}
          />
        ))}
      </ul>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
        onClick={() => put([...conditions, blankCondition('purpose', vocabulary, places)])}
      >
        {words.addCondition}
      </Button>
    </fieldset>
  );
}
