/**
 * `docs/expressions.md` from the table of search fields.
 */
import { SEARCH_FIELDS } from '@weft/core/registry/search-fields';

export function renderExpressionReference(): string {
  const rows = Object.entries(SEARCH_FIELDS).map(
    ([name, field]) => `| \`${name.replace('()', '(NAME)')}\` | ${field.kind} | ${field.help} |`,
  );
  return [
    '# Expressions',
    '',
    'One small language for `weft find --where`, for row filters of policies and for the filter of an agreement:',
    '',
    '```',
    'granularity <= week and measured.nulls(household_id) < 1% and not classification = restricted',
    '```',
    '',
    '- `and`, `or`, `not` and parentheses; `not` binds strongest, then `and`, then `or`. Words are case-insensitive.',
    "- `=`, `!=`, `<`, `<=`, `>`, `>=`, typed by the field; `in (a, b)`, `not in (a, b)`; `like 'abc%'`; `has value` for",
    '  lists; `is unknown`, `is not unknown`, and `is null` in row filters.',
    '- Text with spaces or signs stands in quotes; a quote inside is doubled.',
    '- Values: numbers `1000`, percentages `1%`, durations `P1D` and `PT15M` (ISO 8601), sizes `500MB`, versions `1.2.0`.',
    '- Classification and granularity have an order that the mesh declares. Granularity is a level per dimension, and a',
    '  comparison holds only when it holds in each dimension: `store × day` is not below `product × week`.',
    '- A field that is not measured yet is **unknown**, and unknown matches neither `x` nor `not x`; ask for it with',
    '  `is unknown`.',
    '',
    '## Fields of `find`',
    '',
    '| field | kind | what |',
    '|---|---|---|',
    ...rows,
    '',
    '## Row filters',
    '',
    ...ROW_FILTERS,
    '',
    'This page is generated from `core/src/registry/search-fields.ts` by `npm run gen`.',
    '',
  ].join('\n');
}

/** What a condition on rows may say; `core/src/lib/predicate.ts` has the form that it becomes. */
const ROW_FILTERS = [
  'In a policy and in an agreement the fields are the columns of the table, typed by the contract, and the fields of its',
  "structs at any depth: `address.zip = '1010'`, `address.geo.level > 2`. A filter becomes a closed form that is true or false",
  'for every row, never unknown, and in which nothing can fail; the evaluator that decides what it means, DuckDB, Trino and',
  "Iceberg's expressions keep the same rows.",
  '',
  '| test | columns | a row without a value (NULL) | and under `not` |',
  '|---|---|---|---|',
  "| `x = 1`, `x in (1, 2)`, `x like 'ab%'` | all of simple types; `like` text only | is not shown | **is shown** |",
  '| `x < 1`, `<=`, `>`, `>=` | all of simple types, booleans excepted | is not shown | **is shown** |',
  '| `x != 1`, `x not in (1, 2)` | all of simple types | **is shown** | is not shown |',
  '| `x is null` | all, structs, lists and maps too | is shown | is not shown |',
  '| `x is not null` | all, structs, lists and maps too | is not shown | is shown |',
  '',
  'So write `x != 1 and x is not null` to leave rows without a value out. Fields of a struct that is NULL are NULL.',
  '',
  '- Numbers: NaN is above all others, so `x > 1` shows it; `0` and `-0` are equal. Decimals are exact: a constant with more',
  '  digits than the column has is refused, never rounded.',
  '- Text compares by code points, as it is: case, accents and spaces at the end count, and a composed letter is not the same',
  '  as its parts.',
  "- Times: `2026-01-31`, `'2026-01-31T08:30:00.000001Z'`, or with an offset where the column is an instant; microseconds count.",
  '- Refused, with the place and what to write instead: a path through a list or a map (they hold several values in one row),',
  "  two columns against each other, `like` with anything but a beginning (`'abc%'`), times of day, functions and arithmetic.",
];
