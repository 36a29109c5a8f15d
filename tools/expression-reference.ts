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
    'In a policy and in an agreement the fields are the columns of the table, typed by the contract. A filter is compiled to a',
    'closed form that is true or false for every row. NULL is a value of its own there: `x = 1` is false for it, and',
    '`x != 1`, `x not in (1)` and `not (x > 1)` are true, so they **show** rows without a value; write',
    '`x != 1 and x is not null` to leave those out.',
    "`like` takes a prefix only (`'abc%'`).",
    '',
    'This page is generated from `core/src/registry/search-fields.ts` by `npm run gen`.',
    '',
  ].join('\n');
}
