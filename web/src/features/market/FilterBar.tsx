/**
 * What is searched for: words as they are typed, and conditions as chips.
 *
 * A condition that is typed becomes a chip on Enter; the language is that of `weft find --where`.
 */
import { Menu } from '@mantine/core';
import { IconAlertTriangle, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { describeCondition, joinFilter } from '../../lib/filter.ts';
import classes from './FilterBar.module.css';
import {
  conditionAt,
  type FilterFault,
  faultOfText,
  isCondition,
  isConditionBegun,
} from './filter-fault.ts';
import { SaveSearch } from './SaveSearch.tsx';
import type { Market } from './use-market.ts';
import { OFFERED, words } from './words.ts';

/** Long enough that a word is typed, short enough that the list follows the hand. */
const TYPING_MS = 160;

const FAULT = 'market-fault';

export function FilterBar({ market }: { market: Market }) {
  const { conditions, change, setConditions, setTyped } = market;
  const { typed, answered } = market.faults;
  const [text, setText] = useTypedWords(market);
  const fault = typed ?? answered;
  const wrong = answered === null ? -1 : conditionAt(answered.text, conditions, answered.at);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Backspace' && text === '') setConditions(conditions.slice(0, -1));
    if (event.key !== 'Enter') return;
    setTyped(faultOfText(text));
    if (!isCondition(text)) return;
    setText('');
    change({ q: '', where: joinFilter([...conditions, text.trim()]) });
  };
  return (
    <div className={classes['bar']}>
      <IconSearch size={18} stroke={1.7} aria-hidden="true" />
      <input
        id="market-words"
        className={classes['input']}
        type="search"
        aria-label={words.ask}
        placeholder={conditions.length === 0 ? words.ask : ''}
        value={text}
        maxLength={500}
        aria-invalid={fault !== null || undefined}
        aria-describedby={fault === null ? undefined : FAULT}
        onChange={(event) => {
          setTyped(null);
          setText(event.currentTarget.value);
        }}
        onKeyDown={onKey}
      />
      {isCondition(text) ? <span className={classes['hint']}>{words.addHint}</span> : null}
      <ul className={classes['chips']} aria-label={words.conditions}>
        {conditions.map((condition, at) => (
          <Chip
            key={condition}
            condition={condition}
            isWrong={at === wrong}
            onRemove={() => setConditions(conditions.filter((_, other) => other !== at))}
          />
        ))}
      </ul>
      {fault === null ? <SaveSearch market={market} /> : null}
      <Offer onChoose={(condition) => setConditions([...new Set([...conditions, condition])])} />
      {fault === null ? null : <Fault fault={fault} />}
    </div>
  );
}

/** What stands in the field, which the words of the address follow a moment later. */
function useTypedWords({ search, changeWords }: Market): [string, (text: string) => void] {
  const q = search.q ?? '';
  const [text, setText] = useState(q);
  const sent = useRef(q);
  useEffect(() => {
    // Why not what came of typing: by then more may stand in the field.
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  useEffect(() => {
    // Why no words: what is meant as a condition is not half of one as a word, also when it began as words.
    const words = isConditionBegun(text) ? '' : text;
    if (words === q) return;
    const timer = setTimeout(() => {
      sent.current = words;
      changeWords(words);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, q, changeWords]);
  return [text, setText];
}

/** The text with the place that is wrong marked, and why. */
function Fault({ fault }: { fault: FilterFault }) {
  const { text, at, message } = fault;
  const rest = text.slice(at);
  return (
    <p id={FAULT} className={classes['fault']} role="alert">
      <code>
        {text.slice(0, at)}
        <mark>{rest === '' ? '\u00a0' : rest}</mark>
      </code>{' '}
      {message}
    </p>
  );
}

interface ChipProps {
  condition: string;
  isWrong: boolean;
  onRemove(): void;
}

function Chip({ condition, isWrong, onRemove }: ChipProps) {
  const { subject, isName, said } = describeCondition(condition);
  return (
    <li className={classes['chip']} title={condition} data-wrong={isWrong || undefined}>
      {isWrong ? <IconAlertTriangle size={14} stroke={1.9} aria-label={words.wrong} /> : null}
      <span className={isName ? 'mono' : undefined}>{subject}</span> <b>{said}</b>
      <button type="button" aria-label={words.takeAway(condition)} onClick={onRemove}>
        <IconX size={14} stroke={1.9} aria-hidden="true" />
      </button>
    </li>
  );
}

function Offer({ onChoose }: { onChoose(condition: string): void }) {
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <button type="button" className={classes['add']} aria-label={words.addFilter}>
          <IconPlus size={16} stroke={1.7} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.addFilter}</Menu.Label>
        {OFFERED.map(({ label, condition }) => (
          <Menu.Item key={condition} onClick={() => onChoose(condition)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
