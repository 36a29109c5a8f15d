/**
 * Several people in one field: by id or by name, and who is not known is said to be nobody before anything is sent.
 *
 * Not a decision: whom the mesh does not know it refuses itself. Only who may look people up is told.
 */
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import { usePersonNames } from '../../api/names.ts';
import { seesPeople } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import { lookUpQuery, usersQuery } from './people-queries.ts';
import { peopleDoubt, words } from './words-domains.ts';

export interface PeopleInputProps {
  label: string;
  values: readonly string[];
  onChange(values: string[]): void;
}

export function PeopleInput({ label, values, onChange }: PeopleInputProps) {
  const offered = useOffered();
  const nameOf = usePersonNames(values);
  const names = new Map([...offered, ...values.map((id) => [id, nameOf(id)] as const)]);
  const doubt = useMeant(values, { offered, onChange });
  return (
    <TokenInput
      label={label}
      placeholder={words.subjectHint}
      values={values}
      suggestions={[...offered.keys()]}
      names={names}
      doubt={doubt}
      onChange={onChange}
    />
  );
}

const OFFERED = 200;

/** Names by id, of those who are offered while one types. */
function useOffered(): ReadonlyMap<string, string> {
  const me = useMe();
  const answer = useInfiniteQuery({ ...usersQuery('', OFFERED), enabled: seesPeople(me) });
  const users = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  const people = users.filter(({ kind, roles }) => kind !== 'service' && !roles.includes('node'));
  return new Map(people.map(({ id, name }) => [id, name]));
}

interface Meaning {
  offered: ReadonlyMap<string, string>;
  onChange(values: string[]): void;
}

/** Puts the id in the place of a name that one person has; what is to be said of the others, null for nothing. */
function useMeant(values: readonly string[], { offered, onChange }: Meaning): string | null {
  const me = useMe();
  const odd = seesPeople(me) ? values.filter((value) => !offered.has(value)) : [];
  const answers = useQueries({ queries: odd.map(lookUpQuery) });
  const found = new Map(
    odd.flatMap((value, at) => {
      const ids = answers[at]?.data;
      return ids === undefined ? [] : [[value, ids] as const];
    }),
  );
  const meant = [...new Set(values.map((value) => onlyOne(found.get(value)) ?? value))];
  const isOther = meant.join('\n') !== values.join('\n');
  useEffect(() => {
    if (isOther) onChange(meant);
  });
  const unclear = [...found].filter(([, ids]) => ids.length !== 1);
  return unclear.length === 0
    ? null
    : unclear.map(([text, ids]) => peopleDoubt(text, ids)).join(' ');
}

function onlyOne(ids: readonly string[] | undefined): string | null {
  return ids?.length === 1 ? (ids[0] ?? null) : null;
}
