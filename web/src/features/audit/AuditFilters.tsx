/**
 * What the log is asked for: who, what, to what, when. All of it stands in the address.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { present } from '../../lib/search-params.ts';
import classes from './AuditPage.module.css';
import { type AuditSearch, auditSearch, SPANS } from './audit-search.ts';
import { ACTIONS, SPAN_NAMES } from './words.ts';

type TextField = 'actor' | 'action' | 'subject' | 'column' | 'since' | 'until';

export function AuditFilters() {
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const actions = useId();
  const change = (part: { [Name in keyof AuditSearch]?: AuditSearch[Name] | undefined }) =>
    void navigate({ search: (old) => present({ ...old, ...part, entry: undefined }) });
  const text = (name: TextField) => ({
    value: search[name] ?? '',
    // Why read again: what cannot be asked for is as if it were not there.
    onPut: (value: string) => change({ [name]: auditSearch({ [name]: value })[name] }),
  });
  const isFiltered = Object.keys(search).some((name) => name !== 'entry' && name !== 'purpose');
  return (
    <search className={classes['filters']}>
      <Field label="Who" placeholder="name" {...text('actor')} />
      <Field label="Did" placeholder="policy.change" list={actions} {...text('action')} />
      <Field label="To what" placeholder="product, subject, id" {...text('subject')} />
      <Field label="Let at column" placeholder="domain.product.column" {...text('column')} />
      <NativeSelect
        label="When"
        data={[
          {
            value: '',
            label:
              search.since === undefined && search.until === undefined ? 'any time' : 'from … to …',
          },
          ...SPANS.map((span) => ({ value: span, label: SPAN_NAMES[span] })),
        ]}
        value={search.span ?? ''}
        onChange={({ currentTarget: { value } }) =>
          change({ span: SPANS.find((span) => span === value), since: undefined, until: undefined })
        }
      />
      {search.span === undefined ? (
        <>
          <Field label="From" placeholder="2026-11-01" {...text('since')} />
          <Field label="Before" placeholder="2026-12-01" {...text('until')} />
        </>
      ) : null}
      {isFiltered ? (
        <Button variant="subtle" onClick={() => void navigate({ search: {} })}>
          Clear
        </Button>
      ) : null}
      <datalist id={actions}>
        {ACTIONS.map((action) => (
          <option key={action} value={action} />
        ))}
      </datalist>
    </search>
  );
}

interface FieldProps {
  label: string;
  value: string;
  placeholder: string;
  list?: string;
  onPut(value: string): void;
}

function Field({ label, value, placeholder, list, onPut }: FieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const put = () => {
    if (typed.trim() !== value) onPut(typed.trim());
  };
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      autoComplete="off"
      {...(list === undefined ? {} : { list })}
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={put}
      onKeyDown={({ key }: KeyboardEvent) => {
        if (key === 'Enter') put();
      }}
    />
  );
}
