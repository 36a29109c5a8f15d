/**
 * Groups instead of rows: by which columns, what each group tells, how many it holds at least.
 */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { TokenInput } from '../../../components/TokenInput.tsx';
import { type Granularity, MEASURES, UNITS } from '../cedar/obligations.ts';
import type { RuleForm } from '../cedar/rules.ts';
import type { Column, Vocabulary } from '../use-vocabulary.ts';
import { words } from '../words-forms.ts';
import classes from './RuleEditor.module.css';

interface GranularityEditorProps {
  form: RuleForm;
  vocabulary: Vocabulary;
  onChange(part: Partial<RuleForm>): void;
}

export function GranularityEditor({ form, vocabulary, onChange }: GranularityEditorProps) {
  const { granularity, table } = form;
  const columns = vocabulary.columns.filter((column) => table === null || column.table === table);
  const put = (part: Partial<Granularity>) => {
    if (granularity !== null) onChange({ granularity: { ...granularity, ...part } });
  };
  return (
    <>
      <Checkbox
        label={words.groups}
        checked={granularity !== null}
        onChange={({ currentTarget: { checked } }) =>
          onChange({ granularity: checked ? blank(columns) : null })
        }
      />
      {granularity === null ? null : (
        <div className={classes['groups']}>
          <TokenInput
            label={words.oneRowFor}
            values={granularity.by.map(printDimension)}
            suggestions={columns.flatMap(dimensionsOf)}
            placeholder={words.oneRowForHint}
            onChange={(values) => put({ by: values.flatMap(readDimension) })}
          />
          <TokenInput
            label={words.tells}
            values={granularity.measures.map(printMeasure)}
            suggestions={['count', ...columns.flatMap(measuresOf)]}
            placeholder={words.tellsHint}
            onChange={(values) => put({ measures: values.flatMap(readMeasure) })}
          />
          <div className={classes['least']}>
            <TextInput
              label={words.ofAtLeast}
              inputMode="numeric"
              value={granularity.atLeast.units}
              onChange={({ currentTarget: { value } }) =>
                put({ atLeast: { ...granularity.atLeast, units: value } })
              }
            />
            <NativeSelect
              label={words.different}
              data={columns.map(({ name }) => name)}
              value={granularity.atLeast.of}
              onChange={({ currentTarget: { value } }) =>
                put({ atLeast: { ...granularity.atLeast, of: value } })
              }
            />
          </div>
        </div>
      )}
    </>
  );
}

function blank(columns: readonly Column[]): Granularity {
  return {
    by: [],
    measures: [{ function: 'count', column: null }],
    atLeast: { units: '10', of: columns[0]?.name ?? '' },
  };
}

type Dimension = Granularity['by'][number];
type Measure = Granularity['measures'][number];

const printDimension = ({ column, unit }: Dimension): string =>
  unit === null ? column : `${column} by ${unit}`;

function readDimension(text: string): Dimension[] {
  const [column = '', unit] = text.split(/\s+by\s+/);
  const known = UNITS.find((name) => name === unit) ?? null;
  return /^\S+$/.test(column) ? [{ column, unit: known }] : [];
}

const printMeasure = ({ function: name, column }: Measure): string =>
  column === null ? name : `${name} ${column}`;

function readMeasure(text: string): Measure[] {
  const [name, column = null] = text.split(/\s+/);
  const known = MEASURES.find((measure) => measure === name);
  return known === undefined ? [] : [{ function: known, column }];
}

const TIMES = new Set(['date', 'timestamp', 'timestamptz']);
const NUMBERS = new Set(['int', 'long', 'double', 'decimal']);

function dimensionsOf({ name, type }: Column): string[] {
  return TIMES.has(type) ? [name, ...UNITS.map((unit) => `${name} by ${unit}`)] : [name];
}

function measuresOf({ name, type }: Column): string[] {
  const numeric = NUMBERS.has(type) ? [`sum ${name}`, `average ${name}`] : [];
  return [...numeric, `count ${name}`, `count_distinct ${name}`];
}
