/**
 * A rule as a form. What it says becomes text only when it is whole, so the policy is never half a sentence.
 */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { NO_OBLIGATIONS } from '../cedar/obligations.ts';
import { placesFor } from '../cedar/places.ts';
import { type Clause, printRule, type RuleForm } from '../cedar/rules.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { ClauseEditor } from './ClauseEditor.tsx';
import { blankCondition, missingIn } from './choices.ts';
import classes from './RuleEditor.module.css';
import { ShowsEditor } from './ShowsEditor.tsx';

export interface RuleEditorProps {
  form: RuleForm;
  words: Vocabulary;
  onUse(text: string): void;
  onCancel(): void;
  onRemove?: () => void;
}

export function RuleEditor({ form: before, words, onUse, onCancel, onRemove }: RuleEditorProps) {
  const [form, setForm] = useState(before);
  const change = (part: Partial<RuleForm>) => setForm((now) => ({ ...now, ...part }));
  const missing = missingIn(form, words);
  return (
    <form
      className={classes['editor']}
      aria-label={`Rule ${before.id ?? ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === null) onUse(printRule(form, words.scope));
      }}
    >
      <Naming form={form} words={words} onChange={change} />
      <Clauses form={form} words={words} onChange={change} />
      <ShowsEditor form={form} words={words} onChange={change} />
      <footer className={classes['foot']}>
        <Button type="submit" variant="default" disabled={missing !== null}>
          Use this rule
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          Leave it as it was
        </Button>
        <span className={classes['missing']} aria-live="polite">
          {missing}
        </span>
        {onRemove === undefined ? null : (
          <Button variant="subtle" onClick={onRemove}>
            Take the rule out
          </Button>
        )}
      </footer>
    </form>
  );
}

interface PartProps {
  form: RuleForm;
  words: Vocabulary;
  onChange(part: Partial<RuleForm>): void;
}

function Naming({ form, words, onChange }: PartProps) {
  const changeEffect = (value: string) =>
    // Why without the rest: a forbid shows nothing, so it veils and groups nothing either.
    onChange(
      value === 'permit'
        ? { effect: 'permit' }
        : { ...NO_OBLIGATIONS, columns: form.columns, effect: 'forbid' },
    );
  return (
    <div className={classes['naming']}>
      <TextInput
        label="Name"
        value={form.id ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ id: value === '' ? null : value })}
      />
      <TextInput
        label="What it is for"
        placeholder="in a sentence, for who reads it later"
        value={form.description ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ description: value === '' ? null : value })
        }
      />
      <SegmentedControl
        aria-label="Effect"
        data={[
          { value: 'permit', label: 'Permits' },
          { value: 'forbid', label: 'Forbids' },
        ]}
        value={form.effect}
        onChange={changeEffect}
      />
      {words.tables.length < 2 ? null : (
        <NativeSelect
          label="Table"
          data={[{ value: '', label: 'every table' }, ...words.tables]}
          value={form.table ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ table: value === '' ? null : value })
          }
        />
      )}
    </div>
  );
}

function Clauses({ form, words, onChange }: PartProps) {
  const { clauses } = form;
  const places = placesFor(words.scope, form.table);
  const put = (at: number, clause: Clause | null) =>
    onChange({ clauses: clause === null ? clauses.toSpliced(at, 1) : clauses.with(at, clause) });
  const add = (kind: Clause['kind']) => {
    const conditions = [blankCondition('purpose', words, places)];
    onChange({ clauses: [...clauses, { kind, join: 'all', conditions }] });
  };
  return (
    <>
      {clauses.map((clause, at) => (
        <ClauseEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: clauses have no name, and stand where they stand.
          key={at}
          clause={clause}
          places={places}
          words={words}
          onChange={(next) => put(at, next)}
        />
      ))}
      <div className={classes['adding']}>
        {(['when', 'unless'] as const)
          .filter((kind) => !clauses.some((clause) => clause.kind === kind))
          .map((kind) => (
            <Button
              key={kind}
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
              onClick={() => add(kind)}
            >
              {kind === 'when' ? 'Only when …' : 'Except when …'}
            </Button>
          ))}
      </div>
    </>
  );
}
