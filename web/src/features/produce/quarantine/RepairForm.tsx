/**
 * How the rows of a cause shall be mended: which way, and what the new values are.
 */

import { ActionIcon, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import { Phrase } from '../../../components/Phrase.tsx';
import type { Cause } from '../types.ts';
import { effectWords, KIND_HELP, KIND_TITLES } from '../words.ts';
import classes from './RefusedPanel.module.css';
import type { RepairDraft, RepairKind } from './repair.ts';
import { effectOf } from './repair.ts';
import type { PreviewState } from './use-repair.ts';
import { words } from './words-quarantine.ts';

export interface RepairFormProps {
  cause: Cause;
  kinds: readonly RepairKind[];
  draft: RepairDraft | null;
  preview: PreviewState;
  onKind: (kind: RepairKind | null) => void;
  onDraft: (draft: RepairDraft) => void;
}

export function RepairForm({ cause, kinds, draft, preview, onKind, onDraft }: RepairFormProps) {
  const name = useId();
  return (
    <fieldset className={classes['form']}>
      <legend>{words.tryRepair}</legend>
      <div className={classes['kinds']}>
        {kinds.map((kind) => {
          const isChosen = draft?.kind === kind;
          return (
            <label key={kind} className={classes['kind']}>
              <input
                type="radio"
                name={name}
                value={kind}
                checked={isChosen}
                onChange={() => onKind(kind)}
              />
              <strong>{KIND_TITLES[kind]}</strong>
              <small>
                {isChosen && preview.data !== undefined
                  ? effectWords(effectOf(preview.data))
                  : KIND_HELP[kind]}
              </small>
            </label>
          );
        })}
      </div>
      {draft?.kind === 'map' ? <Pairs draft={draft} onDraft={onDraft} /> : null}
      {draft?.kind === 'set' || draft?.kind === 'raw' ? (
        <Expression cause={cause} draft={draft} onDraft={onDraft} />
      ) : null}
    </fieldset>
  );
}

interface DraftProps {
  draft: RepairDraft;
  onDraft: (draft: RepairDraft) => void;
}

function Pairs({ draft, onDraft }: DraftProps) {
  const { pairs, column } = draft;
  const change = (at: number, facts: Partial<(typeof pairs)[number]>) =>
    onDraft({
      ...draft,
      pairs: pairs.map((pair, index) => (index === at ? { ...pair, ...facts } : pair)),
    });
  return (
    <>
      <p className="caption">
        <Phrase parts={words.asItShallBe(column)} />
      </p>
      {pairs.map(({ from, to }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is its place; its texts change while one types.
        <div className={classes['pair']} key={at}>
          <TextInput
            aria-label={words.oldValue(at + 1)}
            value={from}
            placeholder={words.noValue}
            onChange={(event) => change(at, { from: event.currentTarget.value })}
          />
          <span aria-hidden="true">→</span>
          <TextInput
            aria-label={words.newValue(at + 1)}
            value={to}
            onChange={(event) => change(at, { to: event.currentTarget.value })}
          />
        </div>
      ))}
      <Tooltip label={words.oneMore}>
        <ActionIcon
          variant="default"
          size={26}
          aria-label={words.oneMore}
          onClick={() => onDraft({ ...draft, pairs: [...pairs, { from: '', to: '' }] })}
        >
          <IconPlus size={15} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function Expression({ cause, draft, onDraft }: DraftProps & { cause: Cause }) {
  const { kind, column, expression } = draft;
  const set = (text: string) => onDraft({ ...draft, expression: text });
  const example =
    kind === 'raw' ? "replace(raw, 'old', 'new')" : `trim(${column === '' ? 'column' : column})`;
  return (
    <>
      {cause.column === null && kind === 'set' ? (
        <TextInput
          label={words.column}
          value={column}
          onChange={(event) => onDraft({ ...draft, column: event.currentTarget.value })}
        />
      ) : null}
      <Textarea
        label={kind === 'raw' ? words.isSet('raw') : words.isSet(column)}
        classNames={{ input: 'mono' }}
        value={expression}
        placeholder={example}
        rows={3}
        spellCheck={false}
        onChange={(event) => set(event.currentTarget.value)}
      />
    </>
  );
}
