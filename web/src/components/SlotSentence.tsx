/**
 * A question as a sentence in which some words are chosen: each slot is a list of the browser's own, in the line.
 *
 * Its order belongs to whoever writes the sentence, so that each language orders its slots itself. A slot has its name for
 * readers that do not see, since the words around it are not always read with it.
 */
import { IconChevronDown } from '@tabler/icons-react';
import { Fragment } from 'react';
import classes from './SlotSentence.module.css';

export interface Slot {
  name: string;
  /** What is chosen here. */
  label: string;
  options: readonly { value: string; label: string }[];
}

export type SlotPart = string | Slot;

export interface SlotSentenceProps {
  parts: readonly SlotPart[];
  /** By the name of the slot; what is not there is its first option. */
  values: Readonly<Record<string, string>>;
  onChange(name: string, value: string): void;
  /** What the sentence is, for readers that do not see. */
  label: string;
}

export function SlotSentence({ parts, values, onChange, label }: SlotSentenceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a block with a border; this is a sentence.
    <p className={classes['sentence']} role="group" aria-label={label}>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their order.
        <Fragment key={at}>
          {typeof part === 'string' ? (
            part
          ) : (
            <Choice
              slot={part}
              value={chosenOf(part, values)}
              onChange={(value) => onChange(part.name, value)}
            />
          )}
        </Fragment>
      ))}
    </p>
  );
}

interface ChoiceProps {
  slot: Slot;
  value: string;
  onChange(value: string): void;
}

function Choice({ slot: { label, options }, value, onChange }: ChoiceProps) {
  return (
    <span className={classes['slot']}>
      <select
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <IconChevronDown size={15} stroke={1.9} aria-hidden="true" />
    </span>
  );
}

function chosenOf({ name, options }: Slot, values: SlotSentenceProps['values']): string {
  const chosen = Object.hasOwn(values, name) ? values[name] : undefined;
  return options.find(({ value }) => value === chosen)?.value ?? options[0]?.value ?? '';
}

/** The sentence as it stands, with what is chosen. */
export function slotText(parts: readonly SlotPart[], values: SlotSentenceProps['values']): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = chosenOf(part, values);
      return part.options.find((option) => option.value === value)?.label ?? '';
    })
    .join('');
}
