/**
 * Several short texts in one field: each a chip with a button that takes it away; ↵ or a comma adds what is typed.
 */
import { IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import classes from './TokenInput.module.css';

export interface TokenInputProps {
  label: string;
  values: readonly string[];
  onChange(values: string[]): void;
  /** Offered while typing; anything else may be typed, too. */
  suggestions?: readonly string[];
  /** Whether the label is for readers that do not see alone, because the place tells it. */
  isLabelHidden?: boolean;
  placeholder?: string;
  readOnly?: boolean;
}

export function TokenInput(props: TokenInputProps) {
  const { label, values, onChange, suggestions = [], isLabelHidden = false } = props;
  const { placeholder, readOnly = false } = props;
  const [typed, setTyped] = useState('');
  const id = useId();
  const add = (text: string) => {
    const value = text.trim();
    setTyped('');
    if (value !== '' && !values.includes(value)) onChange([...values, value]);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add(typed);
    }
    if (event.key === 'Backspace' && typed === '') onChange(values.slice(0, -1));
  };
  return (
    <div className={classes['whole']}>
      <label className={isLabelHidden ? 'unseen' : classes['label']} htmlFor={id}>
        {label}
      </label>
      <div className={classes['field']}>
        {values.map((value) => (
          <span key={value} className={classes['token']}>
            {value}
            {readOnly ? null : (
              <button
                type="button"
                aria-label={`Take ${value} away`}
                onClick={() => onChange(values.filter((other) => other !== value))}
              >
                <IconX size={13} stroke={1.7} aria-hidden="true" />
              </button>
            )}
          </span>
        ))}
        {readOnly ? null : (
          <input
            id={id}
            value={typed}
            list={`${id}-list`}
            placeholder={values.length === 0 ? placeholder : undefined}
            autoComplete="off"
            onKeyDown={onKey}
            onBlur={() => add(typed)}
            onChange={({ currentTarget: { value } }) => {
              // Why: a choice from the list is a whole value, and asks for no further key.
              if (suggestions.includes(value) && value.length > typed.length + 1) add(value);
              else setTyped(value);
            }}
          />
        )}
        {readOnly && values.length === 0 ? <span className={classes['none']}>none</span> : null}
      </div>
      <datalist id={`${id}-list`}>
        {suggestions
          .filter((value) => !values.includes(value))
          .map((value) => (
            <option key={value} value={value} />
          ))}
      </datalist>
    </div>
  );
}
