/**
 * What the log is asked for: who, what, to what, when. All of it stands in the address.
 */
import { Button, Input, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { api, take } from '../../api/client.ts';
import { present } from '../../lib/search-params.ts';
import classes from './AuditPage.module.css';
import { type AuditSearch, auditSearch, SPANS } from './audit-search.ts';
import { actionsMeant, actionWords, SPAN_NAMES, words } from './words.ts';

const FILTERS = [
  'actor',
  'action',
  'subject',
  'column',
  'chain',
  'span',
  'since',
  'until',
] as const;

type TextField = 'subject' | 'column' | 'since' | 'until';

/** `known` are the actions that the log has; none while they are not known. */
export function AuditFilters({ actions: known }: { actions: readonly string[] }) {
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const offered = useId();
  const change = (part: { [Name in keyof AuditSearch]?: AuditSearch[Name] | undefined }) =>
    void navigate({ search: (old) => present({ ...old, ...part, entry: undefined }) });
  const text = (name: TextField) => ({
    value: search[name] ?? '',
    onPut: (value: string): string | null => {
      const read = auditSearch({ [name]: value })[name];
      if (value !== '' && read === undefined) return faultOf(name, value);
      change({ [name]: read });
      return null;
    },
  });
  const did = {
    value: search.action ?? '',
    onPut: (value: string): string | null => {
      const isNone = known.length > 0 && actionsMeant(value, known).length === 0;
      if (value !== '' && isNone) return words.noAction(value);
      change({ action: auditSearch({ action: value }).action });
      return null;
    },
  };
  const who = {
    value: search.actor ?? '',
    onPut: async (value: string): Promise<string | null> => {
      const [id, ...more] = await idsOf(value);
      if (more.length > 0) return words.severalNames([id ?? '', ...more]);
      change({ actor: auditSearch({ actor: id ?? value }).actor });
      return null;
    },
  };
  const isFiltered = FILTERS.some((name) => search[name] !== undefined);
  return (
    <search className={classes['filters']}>
      <Field label={words.who} placeholder={words.whoHint} {...who} />
      <Field label={words.did} placeholder={words.didHint} list={offered} {...did} />
      <Field label={words.toWhat} placeholder={words.toWhatHint} {...text('subject')} />
      <Field label={words.letAt} placeholder={words.letAtHint} {...text('column')} />
      <NativeSelect
        label={words.when}
        data={spansFor(search)}
        value={search.span ?? ''}
        onChange={({ currentTarget: { value } }) =>
          change({ span: SPANS.find((span) => span === value), since: undefined, until: undefined })
        }
      />
      {search.span === undefined ? (
        <>
          <Field label={words.from} placeholder="2026-11-01" {...text('since')} />
          <Field label={words.before} placeholder="2026-12-01" {...text('until')} />
        </>
      ) : null}
      <Clear isFiltered={isFiltered} />
      <datalist id={offered}>
        {known.map((action) => (
          <option key={action} value={actionWords(action)} />
        ))}
      </datalist>
    </search>
  );
}

function spansFor({ since, until }: AuditSearch) {
  const none = since === undefined && until === undefined ? words.anyTime : words.fromTo;
  return [
    { value: '', label: none },
    ...SPANS.map((span) => ({ value: span, label: SPAN_NAMES[span] })),
  ];
}

/** Why with a label of nothing, and in its place all the time: it stands in line, and what comes would move the rest. */
function Clear({ isFiltered }: { isFiltered: boolean }) {
  const navigate = useNavigate({ from: '/audit' });
  return (
    <Input.Wrapper
      className={classes['clear'] ?? ''}
      label={'\u00a0'}
      labelElement="div"
      data-away={isFiltered ? undefined : ''}
    >
      <Button variant="default" onClick={() => void navigate({ search: {} })}>
        {words.clear}
      </Button>
    </Input.Wrapper>
  );
}

/** The ids of those who are called so, as a part of the name; none where the text is an id already, or names nobody. */
async function idsOf(text: string): Promise<string[]> {
  if (text === '') return [];
  const query = { q: text, limit: 20 };
  const { items } = await take(api.GET('/api/v1/users', { params: { query } })).catch(() => NOBODY);
  if (items.some(({ id }) => id === text)) return [text];
  const part = text.toLowerCase();
  return items.filter(({ name }) => name?.toLowerCase().includes(part)).map(({ id }) => id);
}

/** Why no error: who cannot be looked up is asked for as he was typed. */
const NOBODY: { items: { id: string; name: string | null }[] } = { items: [] };

interface FieldProps {
  label: string;
  value: string;
  placeholder: string;
  list?: string;
  /** Takes the text, or tells what is wrong with it. */
  onPut(value: string): string | null | Promise<string | null>;
}

const faultOf = (name: TextField, value: string): string =>
  name === 'column' ? words.noColumn : words.noDay(value);

function Field({ label, value, placeholder, list, onPut }: FieldProps) {
  const [typed, setTyped] = useState(value);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => setTyped(value), [value]);
  const put = async () => setFault(typed.trim() === value ? null : await onPut(typed.trim()));
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      autoComplete="off"
      {...(list === undefined ? {} : { list })}
      value={typed}
      error={fault}
      onChange={({ currentTarget }) => {
        setFault(null);
        setTyped(currentTarget.value);
      }}
      onBlur={() => void put()}
      onKeyDown={({ key }: KeyboardEvent) => {
        if (key === 'Enter') void put();
      }}
    />
  );
}
