/**
 * A rule as a form. What it says becomes text only when it is whole, so the policy is never half a sentence.
 */
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type RefObject, useEffect, useRef } from 'react';
import { NO_OBLIGATIONS } from '../cedar/obligations.ts';
import { placesFor } from '../cedar/places.ts';
import { type Clause, printRule, type RuleForm } from '../cedar/rules.ts';
import { FormFoot } from '../FormFoot.tsx';
import type { Vocabulary } from '../use-vocabulary.ts';
import { words } from '../words-forms.ts';
import { ClauseEditor } from './ClauseEditor.tsx';
import { blankCondition, missingIn } from './choices.ts';
import classes from './RuleEditor.module.css';
import { ShowsEditor } from './ShowsEditor.tsx';

export interface RuleEditorProps {
  /** What the form is called; it stays so while its name is changed. */
  named: string;
  form: RuleForm;
  vocabulary: Vocabulary;
  onForm(form: RuleForm): void;
  onUse(text: string): void;
  onCancel(): void;
  onRemove?: () => void;
}

export function RuleEditor(props: RuleEditorProps) {
  const { named, form, vocabulary, onForm, onUse, onCancel, onRemove } = props;
  const change = (part: Partial<RuleForm>) => onForm({ ...form, ...part });
  const missing = missingIn(form, vocabulary);
  return (
    <form
      className={classes['editor']}
      aria-label={words.rule(named)}
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === null) onUse(printRule(form, vocabulary.scope));
      }}
    >
      <Naming form={form} vocabulary={vocabulary} onChange={change} />
      <Clauses form={form} vocabulary={vocabulary} onChange={change} />
      <ShowsEditor form={form} vocabulary={vocabulary} onChange={change} />
      <FormFoot
        use={words.useRule}
        takeOut={words.takeOut}
        missing={missing}
        onCancel={onCancel}
        onRemove={onRemove}
      />
    </form>
  );
}

interface PartProps {
  form: RuleForm;
  vocabulary: Vocabulary;
  onChange(part: Partial<RuleForm>): void;
}

function Naming({ form, vocabulary, onChange }: PartProps) {
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
        label={words.name}
        value={form.id ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ id: value === '' ? null : value })}
      />
      <TextInput
        label={words.about}
        placeholder={words.aboutHint}
        value={form.description ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ description: value === '' ? null : value })
        }
      />
      <SegmentedControl
        aria-label={words.effect}
        data={[
          { value: 'permit', label: words.permits },
          { value: 'forbid', label: words.forbids },
        ]}
        value={form.effect}
        onChange={changeEffect}
      />
      {vocabulary.tables.length < 2 ? null : (
        <NativeSelect
          label={words.table}
          data={[{ value: '', label: words.everyTable }, ...vocabulary.tables]}
          value={form.table ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ table: value === '' ? null : value })
          }
        />
      )}
    </div>
  );
}

function Clauses({ form, vocabulary, onChange }: PartProps) {
  const { clauses } = form;
  const places = placesFor(vocabulary.scope, form.table);
  const adding = useRef<HTMLDivElement>(null);
  useFocusOfClauses(adding, clauses.length);
  const put = (at: number, clause: Clause | null) =>
    onChange({ clauses: clause === null ? clauses.toSpliced(at, 1) : clauses.with(at, clause) });
  const add = (kind: Clause['kind']) => {
    const conditions = [blankCondition('purpose', vocabulary, places)];
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
          vocabulary={vocabulary}
          onChange={(next) => put(at, next)}
        />
      ))}
      <div className={classes['adding']} ref={adding}>
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
              {kind === 'when' ? words.onlyWhenMore : words.exceptWhenMore}
            </Button>
          ))}
      </div>
    </>
  );
}

/** The button that adds a clause goes with it, and a clause with its last condition: the focus goes on to what came instead. */
function useFocusOfClauses(adding: RefObject<HTMLDivElement | null>, count: number): void {
  const before = useRef(count);
  useEffect(() => {
    const isMore = count > before.current;
    const isOther = count !== before.current;
    before.current = count;
    if (!isOther) return;
    const place = isMore ? adding.current?.previousElementSibling : adding.current;
    place?.querySelector<HTMLElement>('select, input, button')?.focus();
  }, [adding, count]);
}
