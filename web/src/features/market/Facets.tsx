/**
 * What the found products differ in, with counts; each value narrows the list.
 */
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { Cloth } from '../../components/Cloth.tsx';
import { chosenValues, toggleValue } from '../../lib/filter.ts';
import { formatName, formatNumber } from '../../lib/format.ts';
import classes from './Facets.module.css';
import { FACET_TITLES, words } from './words.ts';

export interface FacetsProps {
  facets: Record<string, { value: string; count: number }[]>;
  conditions: readonly string[];
  onChange(conditions: readonly string[]): void;
}

const SHOWN = 6;

export function Facets({ facets, conditions, onChange }: FacetsProps) {
  return Object.entries(FACET_TITLES).map(([field, title]) => (
    <Facet
      key={field}
      field={field}
      title={title}
      values={withChosen(facets[field] ?? [], chosenValues(conditions, field))}
      chosen={chosenValues(conditions, field)}
      onToggle={(value) => onChange(toggleValue(conditions, field, value))}
    />
  ));
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
  if (values.length === 0) return null;
  const shown = isWhole ? values : values.slice(0, SHOWN);
  return (
    <fieldset className={classes['facet']}>
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
                  <span>{formatName(value)}</span>
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
