/**
 * Narrows refused rows: by batch, words of the reason, refused value, time and state. All but the value stand in the address.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { causesQuery } from '../produce-queries.ts';
import { type QuarantineSearch, ROW_STATES } from '../produce-search.ts';
import { STATE_WORDS } from '../words.ts';
import classes from './QuarantineFilters.module.css';
import { SINCE, words } from './words-quarantine.ts';

export interface QuarantineFiltersProps {
  product: string;
  search: QuarantineSearch;
  value: string | null;
  mayRead: boolean;
  onChange: (search: QuarantineSearch) => void;
  onValue: (value: string | null) => void;
}

const TYPING_MS = 400;

const DAY_MS = 86_400_000;

/** What leaves rows out; the rule and the column only choose a cause. */
const NARROWING = ['batch', 'reason', 'since', 'state'] as const;

export function QuarantineFilters(props: QuarantineFiltersProps) {
  const { product, search, value, mayRead, onChange, onValue } = props;
  const set = (name: keyof QuarantineSearch, text: string) => onChange(withOne(search, name, text));
  const isNarrowed = value !== null || NARROWING.some((name) => search[name] !== undefined);
  return (
    <form
      className={classes['filters']}
      aria-label={words.narrow}
      onSubmit={(event) => event.preventDefault()}
    >
      <ProductChoice product={product} />
      <Typed
        label={words.reasonWords}
        text={search.reason ?? ''}
        onText={(text) => set('reason', text)}
      />
      {mayRead ? (
        <Typed
          label={words.refusedValue}
          text={value ?? ''}
          onText={(text) => onValue(text === '' ? null : text)}
        />
      ) : null}
      <Typed
        label={words.batch}
        text={search.batch ?? ''}
        onText={(text) => set('batch', text.trim())}
        isMono
      />
      <NativeSelect
        label={words.state}
        value={search.state ?? ''}
        onChange={(event) => set('state', event.currentTarget.value)}
        data={[
          { value: '', label: words.any },
          ...ROW_STATES.map((state) => ({ value: state, label: STATE_WORDS[state] ?? state })),
        ]}
      />
      <NativeSelect
        label={words.cameIn}
        value={daysOf(search.since)}
        onChange={(event) => set('since', sinceOf(event.currentTarget.value))}
        data={SINCE.map(([days, label]) => ({ value: days, label }))}
      />
      {isNarrowed ? (
        <Button
          variant="subtle"
          onClick={() => {
            onValue(null);
            onChange({});
          }}
        >
          {words.clear}
        </Button>
      ) : null}
    </form>
  );
}

function withOne(
  search: QuarantineSearch,
  name: keyof QuarantineSearch,
  text: string,
): QuarantineSearch {
  const { [name]: _, ...others } = search;
  return text === '' ? others : { ...others, [name]: text };
}

/** Why whole days: an address that is shared later shall mean the same rows. */
function sinceOf(days: string): string {
  if (days === '') return '';
  return new Date(Date.now() - Number(days) * DAY_MS).toISOString().slice(0, 10);
}

function daysOf(since: string | undefined): string {
  if (since === undefined) return '';
  const days = Math.round((Date.now() - new Date(since).getTime()) / DAY_MS);
  return SINCE.find(([value]) => value !== '' && days <= Number(value) + 1)?.[0] ?? '30';
}

interface TypedProps {
  label: string;
  text: string;
  onText: (text: string) => void;
  isMono?: boolean;
}

/** A field that asks after one stopped typing. */
function Typed({ label, text, onText, isMono = false }: TypedProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const tell = useDebouncedCallback((next: string) => {
    onText(next);
    setDraft(null);
  }, TYPING_MS);
  return (
    <TextInput
      label={label}
      value={draft ?? text}
      classNames={isMono ? { input: 'mono' } : {}}
      onChange={({ currentTarget }) => {
        setDraft(currentTarget.value);
        tell(currentTarget.value);
      }}
    />
  );
}

function ProductChoice({ product }: { product: string }) {
  const navigate = useNavigate();
  const { data } = useQuery(causesQuery({}));
  const products = [
    ...new Set([product, ...(data?.balance ?? []).map((one) => one.product)]),
  ].sort();
  return (
    <NativeSelect
      label={words.product}
      value={product}
      data={products}
      onChange={(event) =>
        void navigate({
          to: '/make/$product/quarantine',
          params: { product: event.currentTarget.value },
        })
      }
    />
  );
}
