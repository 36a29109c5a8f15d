/**
 * One condition of a rule: what it looks at, and what has to be there.
 */
import { ActionIcon, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { COMPARISONS, type Comparison, type Condition } from '../cedar/conditions.ts';
import type { Place } from '../cedar/places.ts';
import { readersDoubt } from '../use-readers.ts';
import { KNOWN_ROLES, type Vocabulary } from '../use-vocabulary.ts';
import { purposeDoubt, words } from '../words-forms.ts';
import { conditionWords } from '../words-rules.ts';
import { blankCondition, kindChoices } from './choices.ts';
import classes from './RuleEditor.module.css';

export interface ConditionRowProps {
  condition: Condition;
  places: readonly Place[];
  vocabulary: Vocabulary;
  onChange(condition: Condition): void;
  onRemove(): void;
}

export function ConditionRow({
  condition,
  places,
  vocabulary,
  onChange,
  onRemove,
}: ConditionRowProps) {
  return (
    <li className={classes['condition']}>
      <NativeSelect
        aria-label={words.looksAt}
        data={kindChoices(places, vocabulary.scope.sets.length > 0)}
        value={condition.kind}
        onChange={({ currentTarget: { value } }) =>
          onChange(blankCondition(value as Condition['kind'], vocabulary, places))
        }
      />
      <div className={classes['fields']}>
        <Fields condition={condition} places={places} vocabulary={vocabulary} onChange={onChange} />
      </div>
      <Checkbox
        label={words.not}
        checked={condition.not}
        onChange={({ currentTarget: { checked } }) => onChange({ ...condition, not: checked })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words.takeCondition(conditionWords(condition))}
        onClick={onRemove}
      >
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
}

type FieldsProps = Omit<ConditionRowProps, 'onRemove'>;

function Fields({ condition, places, vocabulary, onChange }: FieldsProps) {
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
          placeholder={words.oneOrMore}
          values={condition.among}
          suggestions={suggestionsFor(condition.kind, vocabulary)}
          names={condition.kind === 'person' ? vocabulary.readers.names : undefined}
          doubt={doubtOf(condition, vocabulary)}
          onChange={(among) => onChange({ ...condition, among })}
        />
      );
    case 'attribute':
    case 'has':
      return <AttributeFields condition={condition} vocabulary={vocabulary} onChange={onChange} />;
    case 'time':
      return <TimeFields condition={condition} onChange={onChange} />;
    case 'tag':
      return <TagFields condition={condition} vocabulary={vocabulary} onChange={onChange} />;
    default:
      return (
        <PlaceFields
          condition={condition}
          places={places}
          vocabulary={vocabulary}
          onChange={onChange}
        />
      );
  }
}

const LABELS = {
  purpose: words.purposes,
  role: words.roles,
  person: words.readers,
  member: words.domains,
  class: words.classes,
} as const;

function doubtOf(
  { kind, among }: { kind: keyof typeof LABELS; among: readonly string[] },
  { purposes, readers }: Vocabulary,
): string | null {
  if (kind === 'purpose') return purposeDoubt(among, purposes);
  return kind === 'person' ? readersDoubt(among, readers) : null;
}

function suggestionsFor(kind: keyof typeof LABELS, vocabulary: Vocabulary): readonly string[] {
  if (kind === 'purpose') return vocabulary.purposes;
  if (kind === 'class') return vocabulary.classes;
  if (kind === 'person') return [...vocabulary.readers.names.keys()];
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
  vocabulary,
  onChange,
}: {
  name: string;
  isNumber: boolean;
  vocabulary: Vocabulary;
  onChange(part: { name: string; isNumber: boolean }): void;
}) {
  const known =
    vocabulary.scope.attributes.includes(name) || name === ''
      ? vocabulary.scope.attributes
      : [name, ...vocabulary.scope.attributes];
  return (
    <NativeSelect
      aria-label={words.attributeOf}
      data={[
        ...(name === '' ? [{ value: '', label: words.attribute }] : []),
        ...known.flatMap((one) => [
          { value: `text ${one}`, label: one },
          { value: `number ${one}`, label: words.asNumbers(one) },
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
  vocabulary,
  onChange,
}: Part<'attribute' | 'has'> & { vocabulary: Vocabulary }) {
  return (
    <>
      <AttributeChoice
        name={condition.name}
        isNumber={condition.isNumber}
        vocabulary={vocabulary}
        onChange={(part) => onChange({ ...condition, ...part })}
      />
      {condition.kind === 'has' ? null : (
        <TokenInput
          label={words.values}
          isLabelHidden
          placeholder={words.holdsOne}
          values={condition.among}
          onChange={(among) => onChange({ ...condition, among })}
        />
      )}
    </>
  );
}

const TIMES = [
  { value: '<', label: words.before },
  { value: '<=', label: words.until },
  { value: '>', label: words.after },
  { value: '>=', label: words.from },
];

function TimeFields({ condition, onChange }: Part<'time'>) {
  return (
    <>
      <NativeSelect
        aria-label={words.beforeOrAfter}
        data={TIMES}
        value={condition.comparison}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, comparison: value as Of<'time'>['comparison'] })
        }
      />
      <TextInput
        aria-label={words.time}
        placeholder="2027-01-31"
        value={condition.at}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, at: value })}
      />
    </>
  );
}

function TagFields({ condition, vocabulary, onChange }: Part<'tag'> & { vocabulary: Vocabulary }) {
  return (
    <>
      <TextInput
        aria-label={words.tag}
        placeholder={vocabulary.tags[0] ?? words.tagHint}
        value={condition.key}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, key: value })}
      />
      <TextInput
        aria-label={words.tagValue}
        placeholder={words.anyValue}
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
  vocabulary,
  onChange,
}: Part<OnPlace> & { places: readonly Place[]; vocabulary: Vocabulary }) {
  const place = places.find(({ path }) => path === condition.place);
  const offered =
    condition.kind === 'starts' ? places.filter(({ type }) => type === 'text') : places;
  return (
    <>
      <NativeSelect
        aria-label={words.column}
        data={withValue(
          offered.map(({ path }) => path),
          condition.place,
        )}
        value={condition.place}
        onChange={({ currentTarget: { value } }) => onChange(movedTo(condition, places, value))}
      />
      {condition.kind === 'own' ? (
        <>
          <span className={classes['between']}>{words.isOwn}</span>
          <AttributeChoice
            name={condition.name}
            isNumber={condition.isNumber}
            vocabulary={vocabulary}
            onChange={(part) => onChange({ ...condition, ...part })}
          />
        </>
      ) : null}
      {condition.kind === 'set' ? (
        <>
          <span className={classes['between']}>{words.isInSet}</span>
          <NativeSelect
            aria-label={words.set}
            data={withValue(
              vocabulary.scope.sets.map(({ name }) => name),
              condition.set,
            )}
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
          label={words.values}
          isLabelHidden
          placeholder={words.isOneOf}
          values={condition.among}
          onChange={(among) => onChange({ ...condition, among })}
        />
      ) : null}
      {condition.kind === 'starts' ? (
        <TextInput
          aria-label={words.beginning}
          placeholder={words.beginsWith}
          value={condition.text}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, text: value })}
        />
      ) : null}
    </>
  );
}

/** Why: a list would show its first entry in place of one that is there no more, and the rule would say another. */
function withValue(names: readonly string[], value: string): string[] {
  return names.includes(value) ? [...names] : [value, ...names];
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
  '==': words.is,
  '!=': words.isNot,
  '<': words.lessThan,
  '<=': words.atMost,
  '>': words.moreThan,
  '>=': words.atLeast,
};

function Comparing({ condition, place, onChange }: Part<'column'> & { place: Place | undefined }) {
  const isOrdered = place?.type !== 'text' && place?.type !== 'truth';
  const signs = isOrdered ? COMPARISONS : COMPARISONS.slice(0, 2);
  return (
    <>
      <NativeSelect
        aria-label={words.comparison}
        data={signs.map((sign) => ({ value: sign, label: SIGNS[sign] }))}
        value={condition.comparison}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...condition, comparison: value as Comparison })
        }
      />
      {place?.type === 'truth' ? (
        <NativeSelect
          aria-label={words.value}
          data={['true', 'false']}
          value={condition.value}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, value })}
        />
      ) : (
        <TextInput
          aria-label={words.value}
          value={condition.value}
          onChange={({ currentTarget: { value } }) => onChange({ ...condition, value })}
        />
      )}
    </>
  );
}
