/**
 * What a rule shows: columns, stand-ins, groups instead of rows, limits.
 */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { printSelector, readSelector } from '../cedar/obligations.ts';
import type { RuleForm } from '../cedar/rules.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { GranularityEditor } from './GranularityEditor.tsx';
import { MasksEditor } from './MasksEditor.tsx';
import classes from './RuleEditor.module.css';

export interface ShowsEditorProps {
  form: RuleForm;
  words: Vocabulary;
  onChange(part: Partial<RuleForm>): void;
}

export function ShowsEditor({ form, words, onChange }: ShowsEditorProps) {
  const selectors = selectorsFor(form, words);
  const isPermit = form.effect === 'permit';
  return (
    <fieldset className={classes['clause']}>
      <legend>{isPermit ? 'Shows' : 'Forbids'}</legend>
      <Checkbox
        label={isPermit ? 'only some columns' : 'some columns alone, not the whole table'}
        checked={form.columns !== null}
        onChange={({ currentTarget: { checked } }) => onChange({ columns: checked ? [] : null })}
      />
      {form.columns === null ? null : (
        <TokenInput
          label="Columns, classes or tags"
          values={form.columns.map(printSelector)}
          suggestions={selectors}
          placeholder="classification internal, tag pii, a column"
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
          <GranularityEditor form={form} words={words} onChange={onChange} />
          <Limits form={form} onChange={onChange} />
        </>
      ) : null}
    </fieldset>
  );
}

function selectorsFor({ table }: RuleForm, words: Vocabulary): string[] {
  const columns = words.columns.filter((column) => table === null || column.table === table);
  const classesOf = columns.flatMap(({ classification }) =>
    classification === null ? [] : [`classification ${classification}`],
  );
  const tags = columns.flatMap((column) =>
    column.tags.map((tag) => `tag ${tag.replace(':', ' = ')}`),
  );
  return [...new Set([...columns.map(({ name }) => name), ...classesOf, ...tags])];
}

function Limits({ form, onChange }: Pick<ShowsEditorProps, 'form' | 'onChange'>) {
  const textOf = (value: string) => (value === '' ? null : value);
  return (
    <div className={classes['limits']}>
      <TextInput
        label="Rows of an answer"
        placeholder="all"
        inputMode="numeric"
        value={form.limit ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ limit: textOf(value) })}
      />
      <TextInput
        label="Holds until"
        placeholder="without end"
        value={form.until ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ until: textOf(value) })}
      />
      <NativeSelect
        label="Files"
        data={[
          { value: '', label: 'may be taken away' },
          { value: 'forbidden', label: 'look only, no files' },
          { value: 'allowed', label: 'may be taken away (said so)' },
        ]}
        value={form.export ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ export: value === 'forbidden' || value === 'allowed' ? value : null })
        }
      />
    </div>
  );
}
