/**
 * What a rule shows: columns, stand-ins, groups instead of rows, limits.
 */
import { ActionIcon, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { type MaskForm, type MaskOf, printSelector, readSelector } from '../cedar/obligations.ts';
import type { RuleForm } from '../cedar/rules.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { MASK_CHOICES, maskArgument, maskOf } from './choices.ts';
import { GranularityEditor } from './GranularityEditor.tsx';
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
          <Masks
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

interface MasksProps {
  masks: MaskOf[];
  selectors: string[];
  onChange(masks: MaskOf[]): void;
}

function Masks({ masks, selectors, onChange }: MasksProps) {
  const free = selectors.find((text) => !masks.some(({ of }) => printSelector(of) === text)) ?? '';
  return (
    <div className={classes['masks']}>
      {masks.length === 0 ? null : (
        <ul>
          {masks.map(({ of, mask }, at) => (
            <MaskRow
              // biome-ignore lint/suspicious/noArrayIndexKey: masks have no name, and stand where they stand.
              key={at}
              of={printSelector(of)}
              mask={mask}
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
        onClick={() =>
          onChange([
            ...masks,
            { of: readSelector(free) ?? { kind: 'place', name: '' }, mask: { kind: 'hide' } },
          ])
        }
      >
        Veil a column
      </Button>
    </div>
  );
}

interface MaskRowProps {
  of: string;
  mask: MaskForm;
  selectors: string[];
  onChange(mask: MaskOf): void;
  onRemove(): void;
}

function MaskRow({ of, mask, selectors, onChange, onRemove }: MaskRowProps) {
  const told = readSelector(of) ?? { kind: 'place' as const, name: '' };
  const known = selectors.includes(of) ? selectors : [of, ...selectors];
  const needs = MASK_CHOICES.find(({ value }) => value === mask.kind)?.needs ?? null;
  return (
    <li className={classes['condition']}>
      <NativeSelect
        aria-label="Column, class or tag that is veiled"
        data={known}
        value={of}
        onChange={({ currentTarget: { value } }) =>
          onChange({ of: readSelector(value) ?? told, mask })
        }
      />
      <div className={classes['fields']}>
        <span className={classes['between']}>is shown as</span>
        <NativeSelect
          aria-label={`What ${of} is shown as`}
          data={MASK_CHOICES.map(({ value, label }) => ({ value, label }))}
          value={mask.kind}
          onChange={({ currentTarget: { value } }) =>
            onChange({ of: told, mask: maskOf(value as MaskForm['kind'], '') })
          }
        />
        {needs === null ? null : (
          <TextInput
            aria-label={needs}
            placeholder={needs}
            value={maskArgument(mask)}
            onChange={({ currentTarget: { value } }) =>
              onChange({ of: told, mask: maskOf(mask.kind, value) })
            }
          />
        )}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Take the veil of ${of} away`}
        onClick={onRemove}
      >
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
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
