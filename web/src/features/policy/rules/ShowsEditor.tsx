/**
 * What a rule shows: columns, stand-ins, groups instead of rows, limits.
 */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { printSelector, readSelector } from '../cedar/obligations.ts';
import type { RuleForm } from '../cedar/rules.ts';
import { allTags, type Vocabulary } from '../use-vocabulary.ts';
import { words } from '../words-forms.ts';
import { GranularityEditor } from './GranularityEditor.tsx';
import { MasksEditor } from './MasksEditor.tsx';
import classes from './RuleEditor.module.css';

export interface ShowsEditorProps {
  form: RuleForm;
  vocabulary: Vocabulary;
  onChange(part: Partial<RuleForm>): void;
}

export function ShowsEditor({ form, vocabulary, onChange }: ShowsEditorProps) {
  const selectors = selectorsFor(form, vocabulary);
  const isPermit = form.effect === 'permit';
  return (
    <fieldset className={classes['clause']}>
      <legend>{isPermit ? words.shows : words.forbids}</legend>
      <Checkbox
        label={isPermit ? words.onlySome : words.someAlone}
        checked={form.columns !== null}
        onChange={({ currentTarget: { checked } }) => onChange({ columns: checked ? [] : null })}
      />
      {form.columns === null ? null : (
        <TokenInput
          label={words.selectors}
          values={form.columns.map(printSelector)}
          suggestions={selectors}
          placeholder={words.selectorsHint}
          onChange={(values) =>
            onChange({ columns: values.flatMap((text) => readSelector(text) ?? []) })
          }
        />
      )}
      {isPermit ? (
        <>
          <MasksEditor
            masks={form.masks}
            selectors={selectors}
            onChange={(masks) => onChange({ masks })}
          />
          <GranularityEditor form={form} vocabulary={vocabulary} onChange={onChange} />
          <Limits form={form} onChange={onChange} />
        </>
      ) : null}
    </fieldset>
  );
}

function selectorsFor({ table }: RuleForm, vocabulary: Vocabulary): string[] {
  const columns = vocabulary.columns.filter((column) => table === null || column.table === table);
  const classesOf = columns.flatMap(({ classification }) =>
    classification === null ? [] : [`classification ${classification}`],
  );
  const tags = columns.flatMap((column) =>
    allTags(column).map((tag) => `tag ${tag.replace(':', ' = ')}`),
  );
  return [...new Set([...columns.map(({ name }) => name), ...classesOf, ...tags])];
}

function Limits({ form, onChange }: Pick<ShowsEditorProps, 'form' | 'onChange'>) {
  const textOf = (value: string) => (value === '' ? null : value);
  return (
    <div className={classes['limits']}>
      <TextInput
        label={words.rowsOfAnswer}
        placeholder={words.all}
        inputMode="numeric"
        value={form.limit ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ limit: textOf(value) })}
      />
      <TextInput
        label={words.holdsUntil}
        placeholder={words.withoutEnd}
        value={form.until ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ until: textOf(value) })}
      />
      <NativeSelect
        label={words.files}
        data={[
          { value: '', label: words.mayTake },
          { value: 'forbidden', label: words.lookOnly },
          { value: 'allowed', label: words.mayTakeSaid },
        ]}
        value={form.export ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ export: value === 'forbidden' || value === 'allowed' ? value : null })
        }
      />
    </div>
  );
}
