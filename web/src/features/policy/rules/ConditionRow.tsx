/**
 * One condition of a rule: what it looks at, and what has to be there.
 */
import { ActionIcon, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { COMPARISONS, type Comparison, type Condition } from '../cedar/conditions.ts';
import type { Place } from '../cedar/places.ts';
import { conditionWords } from '../rule-words.ts';
import { KNOWN_ROLES, type Vocabulary } from '../use-vocabulary.ts';
import { blankCondition, kindChoices } from './choices.ts';
import classes from './RuleEditor.module.css';

export interface ConditionRowProps {
  condition: Condition;
  places: readonly Place[];
  words: Vocabulary;
  onChange(condition: Condition): void;
  onRemove(): void;
}

export function ConditionRow({ condition, places, words, onChange, onRemove }: ConditionRowProps) {
  return (
    <li className={classes['condition']}>
      <NativeSelect
        aria-label="What the condition looks at"
        data={kindChoices(places, words.scope.sets.length > 0)}
        value={condition.kind}
        onChange={({ currentTarget: { value } }) =>
          onChange(blankCondition(value as Condition['kind'], words, places))
        }
      />
      <div className={classes['fields']}>
        <Fields condition={condition} places={places} words={words} onChange={onChange} />
      </div>
      <Checkbox
        label="not"
        checked={condition.not}
        onChange={({ currentTarget: { checked } }) => onChange({ ...condition, not: checked })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Take the condition away: ${conditionWords(condition)}`}
        onClick={onRemove}
      >
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
}

type FieldsProps = Omit<ConditionRowProps, 'onRemove'>;

function Fields({ condition, places, words, onChange }: FieldsProps) {
  switch (condition.kind) {
    case 'purpose':
    case 'role':
    case 'person':
    case 'member':
    case 'class':
      return (
        <TokenInput
          label={LABELS[condition.kind]}
          isLabelHidden
          placeholder="one or more"
          values={condition.among}
          suggestions={suggestionsFor(condition.kind, words)}
          onChange={(among) => onChange({ ...condition, among })}
        />
      );
    case 'attribute':
    case 'has':
      return <AttributeFields condition={condition} words={words} onChange={onChange} />;
    case 'time':
      return <TimeFields condition={condition} onChange={onChange} />;
    case 'tag':
      return <TagFields condition={condition} words={words} onChange={onChange} />;
    default:
      return (
        <PlaceFields condition={condition} places={places} words={words} onChange={onChange} />
      );
  }
}

const LABELS = {
  purpose: 'Purposes',
  role: 'Roles',
  person: 'Readers',
  member: 'Domains',
  class: 'Classes',
} as const;

function suggestionsFor(kind: keyof typeof LABELS, words: Vocabulary): readonly string[] {
  if (kind === 'purpose') return words.purposes;
  if (kind === 'class') return words.classes;
  return kind === 'role' ? KNOWN_ROLES : [];
}

type Of<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;
interface Part<Kind extends Condition['kind']> {
  condition: Of<Kind>;
  onChange(condition: Condition): void;
}

function AttributeChoice({
  name,
  isNumber,
  words,
  onChange,
}: {
  name: string;
  isNumber: boolean;
  words: Vocabulary;
  onChange(part: { name: string; isNumber: boolean }): void;
}) {
  const known =
    words.scope.attributes.includes(name) || name === ''
      ? words.scope.attributes
      : [name, ...words.scope.attributes];
  return (
    <NativeSelect
      aria-label="Attribute of the reader"
      data={[
        ...(name === '' ? [{ value: '', label: 'attribute' }] : []),
        ...known.flatMap((one) => [
          { value: `text ${one}`, label: one },
          { value: `number ${one}`, label: `${one}, as numbers` },
        ]),
      ]}
      value={name === '' ? '' : `${isNumber ? 'number' : 'text'} ${name}`}
      onChange={({ currentTarget: { value } }) =>
        onChange({ name: value.replace(/^\w+ /, ''), isNumber: value.startsWith('number ') })
      }
    />
  );
}

function AttributeFields({
  condition,
  words,
  onChange,
}: Part<'attribute' | 'has'> & { words: Vocabulary }) {
  return (
    <>
      <AttributeChoice
        name={condition.name}
        isNumber={condition.isNumber}
        words={words}
        onChange={(part) => onChange({ ...condition, ...part })}
      />
      {condition.kind === 'has' ? null : (
        <TokenInput
          label="Values"
          isLabelHidden
          placeholder="holds one of"
          values={condition.among}
          onChange={(among) => onChange({ ...condition, among })}
        />
      )}
    </>
  );
}

const TIMES = [
  { value: '<', label: 'before' },
  { value: '<=', label: 'until' },
  { value: '>', label: 'after' },
  { value: '>=', label: 'from' },
];

function TimeFields({ condition, onChange }: Part<'time'>) {
  return (
    <>
      <NativeSelect
        aria-label="Before or after"
        data={TIMES}
        value={condition.comparison}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, comparison: value as Of<'time'>['comparison'] })
        }
      />
      <TextInput
        aria-label="Time"
        placeholder="2027-01-31"
        value={condition.at}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, at: value })}
      />
    </>
  );
}

function TagFields({ condition, words, onChange }: Part<'tag'> & { words: Vocabulary }) {
  return (
    <>
      <TextInput
        aria-label="Tag"
        placeholder={words.tags[0] ?? 'tag'}
        value={condition.key}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, key: value })}
      />
      <TextInput
        aria-label="Value of the tag, if it has to have one"
        placeholder="any value"
        value={condition.value ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, value: value === '' ? null : value })
        }
      />
    </>
  );
}

type OnPlace = 'own' | 'set' | 'column' | 'among' | 'starts' | 'present';

function PlaceFields({
  condition,
  places,
  words,
  onChange,
}: Part<OnPlace> & { places: readonly Place[]; words: Vocabulary }) {
  const place = places.find(({ path }) => path === condition.place);
  const offered =
    condition.kind === 'starts' ? places.filter(({ type }) => type === 'text') : places;
  return (
    <>
      <NativeSelect
        aria-label="Column"
        data={offered.map(({ path }) => path)}
        value={condition.place}
        onChange={({ currentTarget: { value } }) => onChange(movedTo(condition, places, value))}
      />
      {condition.kind === 'own' ? (
        <>
          <span className={classes['between']}>is one of the reader’s</span>
          <AttributeChoice
            name={condition.name}
            isNumber={condition.isNumber}
            words={words}
            onChange={(part) => onChange({ ...condition, ...part })}
          />
        </>
      ) : null}
      {condition.kind === 'set' ? (
        <>
          <span className={classes['between']}>is in the set</span>
          <NativeSelect
            aria-label="Set"
            data={words.scope.sets.map(({ name }) => name)}
            value={condition.set}
            onChange={({ currentTarget: { value } }) => onChange({ ...condition, set: value })}
          />
        </>
      ) : null}
      {condition.kind === 'column' ? (
        <Comparing condition={condition} place={place} onChange={onChange} />
      ) : null}
      {condition.kind === 'among' ? (
        <TokenInput
          label="Values"
          isLabelHidden
          placeholder="is one of"
          values={condition.among}
          onChange={(among) => onChange({ ...condition, among })}
        />
      ) : null}
      {condition.kind === 'starts' ? (
        <TextInput
          aria-label="Beginning"
          placeholder="begins with"
          value={condition.text}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, text: value })}
        />
      ) : null}
    </>
  );
}

/** The condition on another column: what no longer fits there is asked for anew. */
function movedTo(condition: Of<OnPlace>, places: readonly Place[], path: string): Condition {
  const typeAt = (at: string) => places.find((place) => place.path === at)?.type;
  const moved = { ...condition, place: path };
  if (moved.kind === 'own') return { ...moved, isNumber: typeAt(path) === 'number' };
  if (typeAt(path) === typeAt(condition.place)) return moved;
  if (moved.kind === 'column')
    return { ...moved, comparison: '==', value: typeAt(path) === 'truth' ? 'true' : '' };
  return moved.kind === 'among' ? { ...moved, among: [] } : moved;
}

const SIGNS: Readonly<Record<Comparison, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
};

function Comparing({ condition, place, onChange }: Part<'column'> & { place: Place | undefined }) {
  const isOrdered = place?.type !== 'text' && place?.type !== 'truth';
  const signs = isOrdered ? COMPARISONS : COMPARISONS.slice(0, 2);
  return (
    <>
      <NativeSelect
        aria-label="Comparison"
        data={signs.map((sign) => ({ value: sign, label: SIGNS[sign] }))}
        value={condition.comparison}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, comparison: value as Comparison })
        }
      />
      {place?.type === 'truth' ? (
        <NativeSelect
          aria-label="Value"
          data={['true', 'false']}
          value={condition.value}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, value })}
        />
      ) : (
        <TextInput
          aria-label="Value"
          value={condition.value}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, value })}
        />
      )}
    </>
  );
}
