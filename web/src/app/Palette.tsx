/**
 * One list of everything: actions, places, purposes, products, and ids that were pasted.
 */
import { Checkbox, Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { api, take } from '../api/client.ts';
import { Cloth } from '../components/Cloth.tsx';
import { useReturnedFocus } from '../components/use-returned-focus.ts';
import { type Action, useCurrentActions } from './actions.ts';
import { areSingleKeysOff, formatShortcut, switchSingleKeys } from './keys.ts';
import classes from './Palette.module.css';
import { words } from './words.ts';

export interface PaletteProps {
  mode: 'all' | 'keys';
  onClose(): void;
}

interface Entry {
  id: string;
  label: string;
  note: ReactNode;
  icon: ReactNode;
  run(): void;
}

const SHOWN_MAX = 12;
const ID = /^(?:bat|agr|evt|op|sav|prp|qry|tok)_[0-9A-HJKMNP-TV-Z]{26}$/;

export function Palette({ mode, onClose }: PaletteProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  useReturnedFocus();
  const listId = useId();
  const entries = useEntries(text, mode);
  const chosen = Math.min(at, Math.max(0, entries.length - 1));
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((chosen + step + entries.length) % Math.max(1, entries.length));
    }
    // Why not while a word is composed: ↵ then chooses among its spellings.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      // Why: the focus goes back while the key is down, and it would press the button that has it then.
      event.preventDefault();
      run(entries[chosen]);
    }
  };
  return (
    <Modal
      opened
      // Why: the lock writes a style element, which the content policy refuses.
      lockScroll={false}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={620}
      yOffset="12vh"
      title={null}
      attributes={{ content: { 'aria-label': mode === 'keys' ? words.keys : words.jump } }}
    >
      <input
        className={classes['input']}
        // biome-ignore lint/a11y/noAutofocus: the palette is opened to type into it.
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={entries[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        aria-label={words.jump}
        placeholder={mode === 'keys' ? words.keysHere : words.jumpHint}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <Found listId={listId} entries={entries} chosen={chosen} onChoose={setAt} onRun={run} />
      {mode === 'keys' ? <SingleKeys /> : null}
    </Modal>
  );
}

/** Single keys meet software that types by voice (WCAG 2.1.4): whoever needs it switches them off. */
function SingleKeys() {
  const [isOff, setOff] = useState(areSingleKeysOff);
  return (
    <div className={classes['switch']}>
      <Checkbox
        label={words.singleKeys}
        description={words.singleKeysHelp}
        checked={!isOff}
        onChange={(event) => {
          switchSingleKeys(!event.currentTarget.checked);
          setOff(!event.currentTarget.checked);
        }}
      />
    </div>
  );
}

interface FoundProps {
  listId: string;
  entries: Entry[];
  chosen: number;
  onChoose(at: number): void;
  onRun(entry: Entry): void;
}

/** The list under the field. The field keeps the focus and names the active entry, so keys are handled there. */
function Found({ listId, entries, chosen, onChoose, onRun }: FoundProps) {
  useEffect(() => {
    document.getElementById(`${listId}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, chosen]);
  return (
    <div className={classes['list']}>
      <div id={listId} role="listbox" aria-label={words.found}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
          <div
            key={entry.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={classes['entry']}
            onClick={() => onRun(entry)}
            onPointerMove={() => onChoose(index)}
          >
            {entry.icon}
            <span>{entry.label}</span>
            <span className={classes['note']}>{entry.note}</span>
          </div>
        ))}
      </div>
      <div role="status" aria-live="polite">
        {entries.length === 0 ? <p className={classes['none']}>{words.nothingFound}</p> : null}
      </div>
    </div>
  );
}

function useEntries(text: string, mode: 'all' | 'keys'): Entry[] {
  const actions = useCurrentActions();
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(text.trim(), 120);
  const products = useQuery({
    queryKey: ['palette', settled],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/search', { params: { query: { q: settled, limit: 6 } }, signal })),
    enabled: mode === 'all' && settled.length > 1 && !ID.test(settled),
    placeholderData: (old) => old,
  });
  return useMemo(() => {
    const wanted = text.trim().toLowerCase();
    if (ID.test(text.trim())) {
      const id = text.trim();
      return [
        entryOf({
          id,
          label: words.open(id),
          run: () => void navigate({ to: '/i/$id', params: { id } }),
        }),
      ];
    }
    const offered =
      mode === 'keys' ? actions.filter(({ shortcut }) => shortcut !== undefined) : actions;
    const matching = offered.filter(({ label, group }) =>
      `${words.groups[group]} ${label}`.toLowerCase().includes(wanted),
    );
    const found = wanted.length > 1 && mode === 'all' ? (products.data?.items ?? []) : [];
    const hits = found.map(
      ({ product, title, domain }): Entry => ({
        id: product,
        label: title ?? product,
        note: <span className="mono">{product}</span>,
        icon: <Cloth domain={domain} size={16} />,
        run: () => void navigate({ to: '/p/$product', params: { product } }),
      }),
    );
    const limit = mode === 'keys' ? Number.POSITIVE_INFINITY : SHOWN_MAX;
    return [...hits, ...matching.map((action) => entryOf(action))].slice(0, limit);
  }, [actions, mode, navigate, products.data, text]);
}

function entryOf(action: Pick<Action, 'id' | 'label' | 'run'> & Partial<Action>): Entry {
  const keys = action.shortcut === undefined ? [] : formatShortcut(action.shortcut);
  return {
    id: action.id,
    label: action.label,
    note: (
      <>
        {action.group === undefined ? null : (
          <span className="caption">{words.groups[action.group]}</span>
        )}
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </>
    ),
    icon: <span className={classes['blank']} />,
    run: action.run,
  };
}
