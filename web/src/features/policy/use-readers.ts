/**
 * Who reads a product or asked to: by id with what each is called, for fields that name readers.
 *
 * Not all people: who decides on a product may not look others up. Invariant: nobody is said to be unknown unless all are known.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { usePersonNames } from '../../api/names.ts';
import { agreementsQuery } from '../../api/queries.ts';
import { words } from './words-forms.ts';

export interface Readers {
  names: ReadonlyMap<string, string>;
  /** Whether there are no others. */
  isWhole: boolean;
}

export const NO_READERS: Readers = { names: new Map(), isWhole: false };

export function useReaders(product: string): Readers {
  const { data } = useQuery(agreementsQuery({ product }));
  const ids = [...new Set(data?.items.map(({ subject }) => subject) ?? [])];
  const nameOf = usePersonNames(ids);
  const told = JSON.stringify(ids.map((id) => [id, nameOf(id)]));
  const isWhole = data?.next === null;
  // Why by its text: fields that are drawn for each of hundreds of readers are drawn anew only when it changes.
  return useMemo(
    () => ({ names: new Map(JSON.parse(told) as [string, string][]), isWhole }),
    [told, isWhole],
  );
}

/** The id of the one reader who is called so; else the text itself. */
export function readerMeant(text: string, { names }: Readers): string {
  if (names.has(text)) return text;
  const called = [...names].filter(([, name]) => name.toLowerCase() === text.toLowerCase());
  return called.length === 1 ? (called[0]?.[0] ?? text) : text;
}

/** What may not be meant by the ids; null for nothing. */
export function readersDoubt(ids: readonly string[], { names, isWhole }: Readers): string | null {
  const odd = isWhole ? ids.filter((id) => id !== '' && !names.has(id)) : [];
  return odd.length === 0 ? null : words.noReader(odd);
}
