/**
 * Several short texts in one field: each a chip with a button that takes it away; ↵ or a comma adds what is typed.
 *
 * The whole is a group with the label as its name, so that what stands in it is told together. A chip that goes leaves the
 * focus in the field, and what came and went is said.
 */
import { IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Status } from './Status.tsx';
import classes from './TokenInput.module.css';
import { words } from './words.ts';

export interface TokenInputProps {
  label: string;
  values: readonly string[];
  onChange(values: string[]): void;
  /** Offered while typing; anything else may be typed, too. */
  suggestions?: readonly string[];
  /** What a suggestion or a value is called, where that is another text: it is found by either, and shown with both. */
  names?: ReadonlyMap<string, string> | undefined;
  /** Whether the label is for readers that do not see alone, because the place tells it. */
  isLabelHidden?: boolean;
  placeholder?: string;
  readOnly?: boolean;
  /** What may not be meant about the values; nothing is refused for it. */
  doubt?: string | null;
}

export function TokenInput(props: TokenInputProps) {
  const { label, values, onChange, suggestions = [], isLabelHidden = false } = props;
  const { placeholder, readOnly = false, doubt = null, names = NO_NAMES } = props;
  const { typed, setTyped, said, add, remove, onKey } = useTokens(values, names, onChange);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a border and a legend that the form around has no place for.
    <div className={classes['whole']} role="group" aria-labelledby={`${id}-label`}>
      <Name {...{ id, label, isLabelHidden, readOnly }} />
      <div className={classes['field']}>
        {values.map((value) => (
          <span key={value} className={classes['token']}>
            <Called value={value} name={names.get(value)} />
            {readOnly ? null : (
              <Away
                value={value}
                onAway={() => {
                  remove(value);
                  input.current?.focus();
                }}
              />
            )}
          </span>
        ))}
        {readOnly ? null : (
          <input
            ref={input}
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
        {readOnly && values.length === 0 ? (
          <span className={classes['none']}>{words.none}</span>
        ) : null}
      </div>
      {doubt === null ? null : (
        <p className={classes['doubt']}>
          <Status kind="close">{doubt}</Status>
        </p>
      )}
      <div className="unseen" role="status" aria-live="polite">
        {doubt === null ? said : `${said}. ${doubt}`}
      </div>
      <datalist id={`${id}-list`}>
        {suggestions
          .filter((value) => !values.includes(value))
          .map((value) => (
            <option key={value} value={value} label={names.get(value)} />
          ))}
      </datalist>
    </div>
  );
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

function Called({ value, name }: { value: string; name: string | undefined }) {
  if (name === undefined || name === value) return value;
  return (
    <>
      {name} <span className="caption">{value}</span>
    </>
  );
}

/** The one suggestion that is called so, else the text itself. */
function meantBy(text: string, names: ReadonlyMap<string, string>): string {
  const same = [...names].filter(([, name]) => name.toLowerCase() === text.toLowerCase());
  const [only] = same;
  return same.length === 1 && only !== undefined && !names.has(text) ? only[0] : text;
}

function useTokens(
  values: readonly string[],
  names: ReadonlyMap<string, string>,
  onChange: TokenInputProps['onChange'],
) {
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState('');
  const add = (text: string) => {
    const value = meantBy(text.trim(), names);
    setTyped('');
    if (value === '' || values.includes(value)) return;
    setSaid(words.added(value));
    onChange([...values, value]);
  };
  const remove = (value: string) => {
    setSaid(words.takenAway(value));
    onChange(values.filter((other) => other !== value));
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    // Why: while a word is composed, ↵ chooses among its spellings.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add(typed);
    }
    const last = values.at(-1);
    if (event.key === 'Backspace' && typed === '' && last !== undefined) remove(last);
  };
  return { typed, setTyped, said, add, remove, onKey };
}

type NameProps = Required<Pick<TokenInputProps, 'label' | 'isLabelHidden' | 'readOnly'>>;

function Name({ id, label, isLabelHidden, readOnly }: NameProps & { id: string }) {
  const shown = { id: `${id}-label`, className: isLabelHidden ? 'unseen' : classes['label'] };
  if (readOnly) return <span {...shown}>{label}</span>;
  return (
    <label {...shown} htmlFor={id}>
      {label}
    </label>
  );
}

function Away({ value, onAway }: { value: string; onAway(): void }) {
  return (
    <button type="button" aria-label={words.takeAway(value)} onClick={onAway}>
      <IconX size={13} stroke={1.7} aria-hidden="true" />
    </button>
  );
}
