/**
 * A product by its name, found while one types.
 */

import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { searchQuery } from '../api/queries.ts';
import { words } from './words.ts';

export interface ProductFieldProps {
  label: string;
  value: string;
  /** A whole name, or nothing. */
  onChange(product: string): void;
}

const TYPING_MS = 250;
const PRODUCT = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

export function ProductField({ label, value, onChange }: ProductFieldProps) {
  const [typed, setTyped] = useState(value);
  const [settled] = useDebouncedValue(typed, TYPING_MS);
  const id = useId();
  const found = useInfiniteQuery(searchQuery({ q: settled.replace('.', ' ') }));
  useEffect(() => setTyped(value), [value]);
  const names = found.data?.pages[0]?.items.map((hit) => String(hit.product)) ?? [];
  const put = (text: string) => {
    const name = text.trim();
    if (name !== value && (name === '' || PRODUCT.test(name))) onChange(name);
  };
  return (
    <>
      <TextInput
        label={label}
        placeholder={words.productHint}
        list={id}
        autoComplete="off"
        value={typed}
        onBlur={() => put(typed)}
        onKeyDown={({ key }) => {
          if (key === 'Enter') put(typed);
        }}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text);
          if (names.includes(text)) put(text);
        }}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
