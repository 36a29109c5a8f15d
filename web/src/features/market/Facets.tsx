/**
 * What the found products differ in, with counts; each value narrows the list.
 */
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useDomainTitles } from '../../api/names.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { chosenLimit, chosenValues, toggleLimit, toggleValue } from '../../lib/filter.ts';
import { durationMs, formatDuration, formatName, formatNumber } from '../../lib/format.ts';
import classes from './Facets.module.css';
import { FACET_TITLES, limitWords, words } from './words.ts';

export interface FacetsProps {
  facets: Record<string, { value: string; count: number }[]>;
  conditions: readonly string[];
  onChange(conditions: readonly string[]): void;
}

const SHOWN = 6;

/** Facets over lengths of time, of which one limit is chosen, and the field that each is asked by. */
const LIMITS: Readonly<Record<string, string>> = {
  frequency: 'frequency',
  freshness: 'measured.freshness',
};
/** Values that are not words: they stay as the contract writes them. */
const VERBATIM: readonly string[] = ['licence', 'region'];

export function Facets({ facets, conditions, onChange }: FacetsProps) {
  return Object.entries(FACET_TITLES).map(([field, title]) => {
    const limited = LIMITS[field];
    const limit = limited === undefined ? null : chosenLimit(conditions, limited);
    const chosen = limited === undefined ? chosenValues(conditions, field) : [limit ?? []].flat();
    const toggle = (value: string) =>
      limited === undefined
        ? toggleValue(conditions, field, value)
        : toggleLimit(conditions, limited, value);
    return (
      <Facet
        key={field}
        field={field}
        title={title}
        values={withChosen(facets[field] ?? [], chosen)}
        chosen={chosen}
        onToggle={(value) => onChange(toggle(value))}
      />
    );
  });
}

function valueWords(field: string, value: string, titleOf: (domain: string) => string): string {
  if (field === 'domain') return titleOf(value);
  if (LIMITS[field] !== undefined) return limitWords(field, formatDuration(durationMs(value) ?? 0));
  return VERBATIM.includes(field) ? value : formatName(value);
}

interface FacetProps {
  field: string;
  title: string;
  values: { value: string; count: number }[];
  chosen: string[];
  onToggle(value: string): void;
}

function Facet({ field, title, values, chosen, onToggle }: FacetProps) {
  const [isWhole, setWhole] = useState(false);
  const titleOf = useDomainTitles();
  if (values.length === 0) return null;
  const shown = isWhole ? values : values.slice(0, SHOWN);
  return (
    <fieldset className={classes['facet']} data-facet={field}>
      <legend>{title}</legend>
      <ul>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <Checkbox
              size="xs"
              checked={chosen.includes(value)}
              onChange={() => onToggle(value)}
              label={
                <span className={classes['value']}>
                  {field === 'domain' ? <Cloth domain={value} size={14} /> : null}
                  <span>{valueWords(field, value, titleOf)}</span>
                  <span className={classes['count']}>{formatNumber(count)}</span>
                </span>
              }
            />
          </li>
        ))}
      </ul>
      {values.length > SHOWN ? (
        <button type="button" className={classes['more']} onClick={() => setWhole(!isWhole)}>
          {isWhole ? words.fewer : words.showAll(values.length)}
        </button>
      ) : null}
    </fieldset>
  );
}

/** What is chosen stays in sight, also when nothing is left of it. */
function withChosen(values: FacetProps['values'], chosen: readonly string[]) {
  const gone = chosen.filter((value) => !values.some((one) => one.value === value));
  return [...gone.map((value) => ({ value, count: 0 })), ...values];
}
