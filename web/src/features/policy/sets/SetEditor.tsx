/**
 * A set as a form: read from a product, or written down. It becomes part of the policy only when it is whole.
 */
import { ActionIcon, Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { SET_KEY_TYPES, type SetKeyType } from '@weft/core/lib/set-declaration';
import { memo, useCallback, useId, useRef, useState } from 'react';
import { FormFoot } from '../FormFoot.tsx';
import { type Readers, readerMeant, readersDoubt } from '../use-readers.ts';
import { KEY_TYPE_NAMES, SET_KIND_NAMES, words } from '../words-sets.ts';
import classes from './SetEditor.module.css';
import { missingIn, type ReaderKeys, SET_KINDS, type SetForm, type SetKind } from './set-form.ts';

export interface SetEditorProps {
  /** What the form is called; it stays so while its name is changed. */
  named: string;
  form: SetForm;
  /** Names that other sets have. */
  others: readonly string[];
  purposes: readonly string[];
  /** Whom a list can be written for by name. */
  known: Readers;
  onForm(form: SetForm): void;
  onUse(): void;
  onCancel(): void;
  onRemove?: () => void;
}

export function SetEditor(props: SetEditorProps) {
  const { named, form, others, purposes, known, onForm, onUse, onCancel, onRemove } = props;
  const missing = missingIn(form, others);
  const change = (part: Partial<SetForm>) => onForm({ ...form, ...part });
  return (
    <form
      className={classes['editor']}
      aria-label={words.set(named)}
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === null) onUse();
      }}
    >
      <div className={classes['naming']}>
        <Field label={words.name} value={form.name} onChange={(name) => change({ name })} />
        <NativeSelect
          label={words.type}
          data={SET_KEY_TYPES.map((value) => ({ value, label: KEY_TYPE_NAMES[value] }))}
          value={form.type}
          onChange={({ currentTarget: { value } }) => change({ type: value as SetKeyType })}
        />
        <NativeSelect
          label={words.kind}
          data={SET_KINDS.map((value) => ({ value, label: SET_KIND_NAMES[value] }))}
          value={form.kind}
          onChange={({ currentTarget: { value } }) => change({ kind: value as SetKind })}
        />
      </div>
      {form.kind === 'read' ? <Source form={form} purposes={purposes} onChange={change} /> : null}
      {form.kind === 'everybody' ? (
        <Keys label={words.keys} value={form.keys} onChange={(keys) => change({ keys })} />
      ) : null}
      {form.kind === 'each' ? (
        <ReaderList
          readers={form.readers}
          known={known}
          onChange={(readers) => change({ readers })}
        />
      ) : null}
      <FormFoot
        use={words.use}
        takeOut={words.takeOut}
        missing={missing}
        onCancel={onCancel}
        onRemove={onRemove}
      />
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  placeholder?: string;
  list?: string;
}

function Field({ onChange, ...field }: FieldProps) {
  return (
    <TextInput
      {...field}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value } }) => onChange(value)}
    />
  );
}

function Keys({ label, value, onChange }: FieldProps) {
  return (
    <Textarea
      label={label}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

interface SourceProps {
  form: SetForm;
  purposes: readonly string[];
  onChange(part: Partial<SetForm>): void;
}

function Source({ form, purposes, onChange }: SourceProps) {
  const { from, key, subject, where, purpose } = form;
  const list = 'purposes-of-sets';
  return (
    <>
      <div className={classes['source']}>
        <Field
          label={words.from}
          placeholder={words.fromHint}
          value={from}
          onChange={(value) => onChange({ from: value })}
        />
        <Field label={words.key} value={key} onChange={(value) => onChange({ key: value })} />
        <Field
          label={words.subject}
          placeholder={words.subjectHint}
          value={subject}
          onChange={(value) => onChange({ subject: value })}
        />
        <Field
          label={words.purpose}
          list={list}
          value={purpose}
          onChange={(value) => onChange({ purpose: value })}
        />
        <div className={classes['wide']}>
          <Field
            label={words.where}
            placeholder={words.whereHint}
            value={where}
            onChange={(value) => onChange({ where: value })}
          />
        </div>
      </div>
      <datalist id={list}>
        {purposes.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p className="caption">{words.rights}</p>
    </>
  );
}

interface ReadersProps {
  readers: readonly ReaderKeys[];
  known: Readers;
  onChange(readers: ReaderKeys[]): void;
}

function ReaderList({ readers, known, onChange }: ReadersProps) {
  const offered = useId();
  const list = useRef<HTMLUListElement>(null);
  const latest = useRef({ readers, onChange });
  latest.current = { readers, onChange };
  // Why ones that stay the same: of hundreds of readers, only the one that is written for is drawn anew.
  const put = useCallback((at: number, part: Partial<ReaderKeys>) => {
    const { readers: all, onChange: tell } = latest.current;
    tell(all.map((one, index) => (index === at ? { ...one, ...part } : one)));
  }, []);
  const take = useCallback((at: number) => {
    latest.current.onChange(latest.current.readers.toSpliced(at, 1));
    list.current?.closest('form')?.querySelector<HTMLElement>('[data-add]')?.focus();
  }, []);
  return (
    <div>
      <ul className={classes['readers']} ref={list}>
        {readers.map(({ reader, keys }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: readers stand where they stand while their names are typed.
          <Reader key={at} {...{ at, reader, keys, known, offered }} onPut={put} onTake={take} />
        ))}
      </ul>
      <datalist id={offered}>
        {[...known.names].map(([id, name]) => (
          <option key={id} value={id} label={name} />
        ))}
      </datalist>
      <Button
        data-add
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={15} stroke={1.7} aria-hidden="true" />}
        onClick={() => onChange([...readers, { reader: '', keys: '' }])}
      >
        {words.addReader}
      </Button>
    </div>
  );
}

interface ReaderProps extends ReaderKeys {
  at: number;
  known: Readers;
  /** Id of the list of those who are offered. */
  offered: string;
  onPut(at: number, part: Partial<ReaderKeys>): void;
  onTake(at: number): void;
}

const Reader = memo(function Reader(props: ReaderProps) {
  const { at, reader, keys, known, offered, onPut, onTake } = props;
  const [isLeft, setLeft] = useState(true);
  const doubt = isLeft ? readersDoubt([reader.trim()], known) : null;
  const name = known.names.get(reader);
  return (
    <li>
      <TextInput
        label={words.reader}
        description={doubt ?? (name === reader ? null : name)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        list={offered}
        autoComplete="off"
        spellCheck={false}
        value={reader}
        onChange={({ currentTarget: { value } }) => {
          setLeft(false);
          onPut(at, { reader: value });
        }}
        onBlur={() => {
          setLeft(true);
          const meant = readerMeant(reader.trim(), known);
          if (meant !== reader) onPut(at, { reader: meant });
        }}
      />
      <Keys
        label={words.keysOf(reader)}
        value={keys}
        onChange={(value) => onPut(at, { keys: value })}
      />
      <ActionIcon variant="subtle" aria-label={words.takeReader(reader)} onClick={() => onTake(at)}>
        <IconX size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
});
