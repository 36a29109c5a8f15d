/**
 * What one can choose while writing a rule, what a fresh choice looks like, and what is still missing in one.
 */
import type { Condition, ConditionKind } from '../cedar/conditions.ts';
import type { MaskOf } from '../cedar/obligations.ts';
import { NO_OBLIGATIONS } from '../cedar/obligations.ts';
import { type Place, placesFor } from '../cedar/places.ts';
import type { RuleForm } from '../cedar/rules.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { EXAMPLES, words } from '../words-forms.ts';
import { argumentFault } from './mask-argument.ts';

export interface Choice {
  value: string;
  label: string;
}

const ON_REQUEST: readonly { value: ConditionKind; label: string }[] = [
  { value: 'purpose', label: words.purpose },
  { value: 'role', label: words.role },
  { value: 'attribute', label: words.attributeOf },
  { value: 'has', label: words.has },
  { value: 'person', label: words.reader },
  { value: 'member', label: words.domainOf },
  { value: 'time', label: words.time },
  { value: 'class', label: words.classOf },
  { value: 'tag', label: words.tagOf },
];
const ON_ROWS: readonly { value: ConditionKind; label: string }[] = [
  { value: 'own', label: words.rowsByAttribute },
  { value: 'set', label: words.rowsBySet },
  { value: 'column', label: words.rowsByColumn },
  { value: 'among', label: words.rowsByList },
  { value: 'starts', label: words.rowsByBeginning },
  { value: 'present', label: words.rowsPresent },
];

/** What can be asked of a table with these places, where there are sets or none. */
export function kindChoices(places: readonly Place[], hasSets: boolean): Choice[] {
  if (places.length === 0) return [...ON_REQUEST];
  return [...ON_REQUEST, ...ON_ROWS.filter(({ value }) => hasSets || value !== 'set')];
}

/** A condition of the kind, filled where one choice is as good as another. */
export function blankCondition(
  kind: ConditionKind,
  vocabulary: Vocabulary,
  places: readonly Place[],
): Condition {
  const name = vocabulary.scope.attributes[0] ?? '';
  const [first] = places;
  const place = first?.path ?? '';
  const not = false;
  switch (kind) {
    case 'attribute':
      return { kind, name, isNumber: false, among: [], not };
    case 'has':
      return { kind, name, isNumber: false, not };
    case 'own':
      return { kind, name, isNumber: first?.type === 'number', place, not };
    case 'set':
      return { kind, set: vocabulary.scope.sets[0]?.name ?? '', place, not };
    case 'column':
      return { kind, place, comparison: '==', value: first?.type === 'truth' ? 'true' : '', not };
    case 'among':
      return { kind, place, among: [], not };
    case 'starts':
      return { kind, place: places.find(({ type }) => type === 'text')?.path ?? '', text: '', not };
    case 'present':
      return { kind, place, not };
    case 'time':
      return { kind, comparison: '<', at: '', not };
    case 'tag':
      return { kind, key: vocabulary.tags[0] ?? '', value: null, not };
    default:
      return { kind, among: [], not };
  }
}

export const blankRule = (id: string): RuleForm => ({
  ...NO_OBLIGATIONS,
  id,
  description: null,
  effect: 'permit',
  table: null,
  clauses: [],
});

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d{1,14}\.\d{1,4}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z)?$/;

/** The first thing that a form lacks to be a rule, as what to do; null when it is whole. Whether it fits, the API says. */
export function missingIn(form: RuleForm, vocabulary: Vocabulary): string | null {
  if (form.id !== null && !/^[\w.-]{1,100}$/.test(form.id)) return words.nameRule;
  const places = placesFor(vocabulary.scope, form.table);
  for (const condition of form.clauses.flatMap(({ conditions }) => conditions)) {
    const missing = missingInCondition(condition, places);
    if (missing !== null) return missing;
  }
  if (form.columns !== null && form.columns.length === 0) return words.chooseColumns;
  for (const mask of form.masks) {
    const missing = missingInMask(mask);
    if (missing !== null) return missing;
  }
  if (form.limit !== null && !/^[1-9]\d{0,9}$/.test(form.limit)) return words.writeLimit;
  if (form.until !== null && Number.isNaN(Date.parse(form.until))) return words.writeUntil;
  const { granularity } = form;
  if (granularity === null) return null;
  if (granularity.measures.length === 0) return words.chooseTells;
  return /^\d{1,6}$/.test(granularity.atLeast.units) && Number(granularity.atLeast.units) >= 2
    ? null
    : words.leastTwo;
}

function missingInCondition(condition: Condition, places: readonly Place[]): string | null {
  if ('among' in condition && condition.among.length === 0) return words.chooseValue;
  if (condition.kind === 'set' && condition.set === '') return words.chooseSet;
  if ('name' in condition && condition.name === '') return words.chooseAttribute;
  if (condition.kind === 'tag' && condition.key === '') return words.chooseTag;
  if (condition.kind === 'time' && !INSTANT.test(condition.at)) return words.writeTime;
  if (
    condition.kind === 'attribute' &&
    condition.isNumber &&
    !condition.among.every((one) => WHOLE.test(one))
  )
    return words.writeWhole(condition.name);
  if (!('place' in condition)) return null;
  const place = places.find(({ path }) => path === condition.place);
  if (place === undefined) return words.chooseColumn;
  const values =
    'among' in condition ? condition.among : condition.kind === 'column' ? [condition.value] : [];
  return values.every((value) => fits(value, place))
    ? null
    : words.writeAs(place.path, EXAMPLES[place.type]);
}

function fits(value: string, { type }: Place): boolean {
  if (type === 'number') return WHOLE.test(value);
  if (type === 'decimal') return DECIMAL.test(value);
  if (type === 'time') return INSTANT.test(value);
  return type === 'text' || value === 'true' || value === 'false';
}

/** Marks of the annotation's own writing cannot stand in what it says. */
function missingInMask({ of, mask, rows }: MaskOf): string | null {
  const isOf = of.kind === 'place' || of.kind === 'class' ? of.name !== '' : of.key !== '';
  if (!isOf) return words.sayMask;
  const fault = argumentFault(mask);
  if (fault !== null || rows === null) return fault;
  if (rows.condition.trim() === '') return words.writeCondition;
  return rows.condition.includes(';') ? words.noSemicolon : null;
}
