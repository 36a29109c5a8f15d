/**
 * Who, what and what for: the question whose answer is shown.
 */

import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { usePersonNames } from '../../api/names.ts';
import { agreementsQuery, productQuery } from '../../api/queries.ts';
import { ProductField } from '../../components/ProductField.tsx';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import classes from './SeeAsPage.module.css';
import { readerMeant } from './use-readers.ts';
import { words } from './words-see.ts';

export function SeeAsForm() {
  const search = useSearch({ from: '/policies/see-as' });
  const navigate = useNavigate({ from: '/policies/see-as' });
  const { product = '', subject = '', purpose = '', table = '' } = search;
  const about = useQuery({ ...productQuery(product), enabled: product !== '' });
  const agreements = useQuery(agreementsQuery(product === '' ? {} : { product }));
  const change = (part: { [Name in keyof typeof search]?: string | undefined }) =>
    void navigate({
      search: (old) => present({ ...old, ...part } as typeof search),
      replace: true,
    });
  const held = agreements.data?.items ?? [];
  const purposes = [
    ...new Set([
      ...held.filter((one) => one.subject === subject).map((one) => one.purpose),
      ...(about.data?.facts?.purposes ?? []),
      ...(purpose === '' ? [] : [purpose]),
    ]),
  ];
  const tables = about.data?.tables ?? [];
  return (
    <div className={classes['form']}>
      <ProductField
        label={words.product}
        value={product}
        onChange={(next) => change({ product: next === '' ? undefined : next, table: undefined })}
      />
      <SubjectField
        value={subject}
        known={[...new Set(held.map((one) => one.subject))]}
        onChange={(next) => change({ subject: next === '' ? undefined : next })}
      />
      <NativeSelect
        label={words.purpose}
        disabled={product === ''}
        data={[
          ...(purpose === '' ? [{ value: '', label: words.chooseOne }] : []),
          ...purposes.map((value) => ({ value, label: formatName(value) })),
        ]}
        value={purpose}
        onChange={({ currentTarget: { value } }) =>
          change({ purpose: value === '' ? undefined : value })
        }
      />
      {tables.length < 2 ? null : (
        <NativeSelect
          label={words.table}
          data={tables}
          value={table === '' ? (tables[0] ?? '') : table}
          onChange={({ currentTarget: { value } }) => change({ table: value })}
        />
      )}
    </div>
  );
}

interface SubjectFieldProps {
  value: string;
  known: string[];
  onChange(subject: string): void;
}

function SubjectField({ value, known, onChange }: SubjectFieldProps) {
  const [typed, setTyped] = useState(value);
  const id = useId();
  const nameOf = usePersonNames(value === '' ? known : [...known, value]);
  useEffect(() => setTyped(value), [value]);
  const readers = { names: new Map(known.map((one) => [one, nameOf(one)])), isWhole: false };
  const put = (text: string) => {
    const meant = readerMeant(text.trim(), readers);
    setTyped(meant);
    if (meant !== value) onChange(meant);
  };
  return (
    <>
      <TextInput
        label={words.reader}
        placeholder={words.readerHint}
        description={nameOf(value) === value ? null : nameOf(value)}
        // Why below: above it the field would stand lower than those beside it.
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        list={id}
        autoComplete="off"
        value={typed}
        onBlur={() => put(typed)}
        onKeyDown={({ key }) => {
          if (key === 'Enter') put(typed);
        }}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text);
          if (known.includes(text)) put(text);
        }}
      />
      <datalist id={id}>
        {known.map((name) => (
          <option key={name} value={name}>
            {nameOf(name)}
          </option>
        ))}
      </datalist>
    </>
  );
}
