/**
 * The sets of a policy: each in words, one at a time as a form. A set that rules ask keeps its place in them only by its name.
 */
import { Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { Panel } from '../../../components/Panel.tsx';
import { FaultList } from '../FaultList.tsx';
import type { Fault } from '../policy-queries.ts';
import { useFormFocus } from '../use-form-focus.ts';
import type { Readers } from '../use-readers.ts';
import { setWords, words } from '../words-sets.ts';
import { SetEditor } from './SetEditor.tsx';
import classes from './SetList.module.css';
import {
  BLANK_SET,
  type DeclaredSet,
  declarationOf,
  faithfulForm,
  type Sets,
  useOpenSet,
} from './set-form.ts';

export interface SetListProps {
  product: string;
  sets: Sets;
  faults: readonly Fault[];
  purposes: readonly string[];
  readers: Readers;
  mayChange: boolean;
  onChange(sets: Sets): void;
}

export function SetList(props: SetListProps) {
  const { product, sets, faults, purposes, readers, mayChange, onChange } = props;
  const { value, put: keep } = useOpenSet(product);
  const names = Object.keys(sets);
  const open = mayChange ? value : undefined;
  const at = open === undefined ? null : placeOf(open.begun, sets);
  const list = useFormFocus(at, (before, cards) =>
    cards.find((card) => card.getAttribute('aria-label') === words.set(before)),
  );
  const leave = () => keep(undefined);
  if (names.length === 0 && !mayChange) return null;
  const put = (next: Sets) => {
    onChange(next);
    leave();
  };
  const editOf = (name: string) => {
    const form = faithfulForm(name, sets[name] ?? {});
    return form === null ? null : () => keep({ begun: name, form });
  };
  const editor =
    open === undefined || at === null ? null : (
      <SetEditor
        named={at}
        form={open.form}
        others={names.filter((name) => name !== at)}
        purposes={purposes}
        known={readers}
        onForm={(form) => keep({ ...open, form })}
        onUse={() => put(withSet(sets, at, open.form.name, declarationOf(open.form, sets[at])))}
        onCancel={leave}
        {...(at === '' ? {} : { onRemove: () => put(withoutSet(sets, at)) })}
      />
    );
  return (
    <Panel title={words.sets} isFlush>
      <div className={classes['list']} ref={list}>
        {names.length === 0 && open === undefined ? (
          <p className={classes['none']}>{words.noSet}</p>
        ) : null}
        {names.map((name) =>
          name === at ? (
            <div key={name}>{editor}</div>
          ) : (
            <SetCard
              key={name}
              name={name}
              set={sets[name] ?? {}}
              faults={faultsOf(name, faults)}
              onEdit={mayChange ? editOf(name) : null}
              mayChange={mayChange}
            />
          ),
        )}
        {at === '' ? editor : null}
        {mayChange && open === undefined ? (
          <div className={classes['add']}>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={16} stroke={1.7} aria-hidden="true" />}
              onClick={() => keep({ begun: null, form: BLANK_SET })}
            >
              {words.addSet}
            </Button>
          </div>
        ) : null}
      </div>
    </Panel>
  );
}

/** The set that the form stands for; empty for a new one, also when the set that it was is gone by now. */
function placeOf(begun: string | null, sets: Sets): string {
  return begun !== null && Object.hasOwn(sets, begun) ? begun : '';
}

/** In the place of the set that it was, or at the end. */
function withSet(sets: Sets, at: string, name: string, set: DeclaredSet): Sets {
  const entries = Object.entries(sets).map(([old, value]) =>
    old === at ? ([name, set] as const) : ([old, value] as const),
  );
  return Object.fromEntries(at === '' ? [...entries, [name, set] as const] : entries);
}

const withoutSet = (sets: Sets, at: string): Sets =>
  Object.fromEntries(Object.entries(sets).filter(([name]) => name !== at));

/** What is wrong with a set itself: the API names it by its place in the policy. */
function faultsOf(name: string, faults: readonly Fault[]): Fault[] {
  const place = `$.sets.${name}`;
  return faults.filter(({ path }) => path === place || String(path).startsWith(`${place}.`));
}

interface SetCardProps {
  name: string;
  set: DeclaredSet;
  faults: readonly Fault[];
  /** Null where it may not be changed here, or no form can say it. */
  onEdit: (() => void) | null;
  mayChange: boolean;
}

function SetCard({ name, set, faults, onEdit, mayChange }: SetCardProps) {
  return (
    <article className={classes['card']} aria-label={words.set(name)}>
      <header className={classes['head']}>
        <h3>
          <code>{name}</code>
        </h3>
        {onEdit === null ? null : (
          <Button
            className={classes['edit'] ?? ''}
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPencil size={15} stroke={1.7} aria-hidden="true" />}
            aria-label={words.changeSet(name)}
            onClick={onEdit}
          >
            {words.change}
          </Button>
        )}
      </header>
      <p className={classes['words']}>{setWords(set)}</p>
      {mayChange && onEdit === null ? <p className="caption">{words.asWritten}</p> : null}
      {faults.length === 0 ? null : <FaultList faults={faults} />}
    </article>
  );
}
