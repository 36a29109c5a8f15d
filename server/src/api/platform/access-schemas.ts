/**
 * Answers about access as JSON Schemas: why, who, and what a changed policy would change.
 *
 * Not the types of the services, with which they agree by name.
 */
import { HIDDEN_REASONS } from '@weft/core/policy/decide';
import { ROLES } from '@weft/core/registry/types';
import { Type } from 'typebox';
import { ErrorPlaces, nullable } from './control-schemas.ts';

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const literals = <T extends string>(...values: T[]) => Type.Enum([...values]);

const Granularity = Type.Object(
  {
    by: Type.Array(Type.Object({ column: Text, unit: nullable(Text) })),
    measures: Type.Array(Type.Object({ function: Text, column: nullable(Text), as: Text })),
    minimum: Type.Object({ units: Count, of: Text }),
  },
  {
    description:
      'One row for each combination of the dimensions, in cells of so many units at least.',
  },
);

const Seen = Type.Object({
  columns: Type.Array(
    Type.Object({
      name: Text,
      mask: nullable(
        Type.String({
          description:
            'hide, null, fixed, hash, truncate, bucket or part; of single rows `KIND, … in some rows` and `, else KIND`',
        }),
      ),
    }),
  ),
  hidden: Type.Array(
    Type.Object({
      column: Text,
      why: literals(...HIDDEN_REASONS),
    }),
  ),
  rows: nullable(Type.String({ description: 'Condition on rows; null for all of them.' })),
  granularity: nullable(Granularity),
  rowLimit: nullable(Count),
  mayExport: Type.Boolean(),
  rowsAbout: nullable(Type.Number()),
});

const ExplainedPolicy = Type.Object({
  id: Text,
  effect: literals('permit', 'forbid'),
  applies: literals('all rows', 'some rows', 'no row'),
  rows: nullable(Text),
  columns: nullable(Type.Array(Text)),
  problem: nullable(Text),
});

const ExplainedSet = Type.Object({
  name: Text,
  from: nullable(Type.String({ description: 'Product that its list is read from.' })),
  version: nullable(Type.String({ description: 'Of the list; its members are never told.' })),
  keys: nullable(Count),
  subjects: nullable(Count),
  readAt: nullable(Text),
  problem: nullable(Text),
});

const adding = literals('add', 'remove');
const Edit = Type.Union([
  Type.Object({
    kind: Type.Literal('agreement'),
    do: adding,
    agreement: nullable(Text),
    text: Text,
  }),
  Type.Object({ kind: Type.Literal('purpose'), purpose: Text, text: Text }),
  Type.Object({ kind: Type.Literal('role'), do: adding, role: Type.Enum([...ROLES]), text: Text }),
  Type.Object({
    kind: Type.Literal('attribute'),
    do: adding,
    name: Text,
    of: literals('text', 'number'),
    value: nullable(Text),
    text: Text,
  }),
  Type.Object({ kind: Type.Literal('policy'), id: Text, text: Text }),
]);

export const ExplanationSchema = Type.Object({
  subject: Text,
  product: Text,
  table: Text,
  major: Type.Integer({ description: 'Of the contract that the answer speaks of.' }),
  majors: Type.Array(Type.Integer(), {
    description:
      'Majors that the subject may read for the purpose, the newest first: of several a query names one, as in `domain."table@2"`.',
  }),
  purpose: Text,
  decision: literals('permit', 'deny'),
  reason: Text,
  agreement: nullable(Text),
  policies: Type.Array(ExplainedPolicy),
  sets: Type.Array(ExplainedSet),
  seen: nullable(Seen),
  change: nullable(
    Type.Object(
      {
        edits: Type.Array(Edit),
        decision: literals('permit', 'deny'),
        seen: nullable(
          Type.Object({ ...Seen.properties }, { description: 'What would be seen then.' }),
        ),
      },
      {
        description:
          'The smallest change that turns the decision; null when up to three steps do not.',
      },
    ),
  ),
});

export const ViewersSchema = Type.Object({
  product: Text,
  table: Text,
  column: Text,
  items: Type.Array(
    Type.Object({
      subject: Text,
      agreement: nullable(
        Type.String({ description: 'Null for owners and producers, who need none.' }),
      ),
      purpose: nullable(Text),
      until: nullable(Text),
      masks: Type.Array(Text),
      rows: nullable(Text),
    }),
  ),
});

const PlannedChange = Type.Object({
  kind: literals('access', 'column', 'mask', 'rows', 'set', 'granularity', 'row limit', 'export'),
  of: nullable(Type.String({ description: 'Column or place that it is about.' })),
  before: nullable(Text),
  after: nullable(Text),
  about: nullable(
    Type.Object(
      { before: nullable(Count), after: nullable(Count) },
      {
        description: 'Of rows: about how many, by what was measured; null where that is not known.',
      },
    ),
  ),
});

export const PlanSchema = Type.Object({
  product: Type.String({ description: '`mesh` for the policies of the mesh.' }),
  version: Type.Integer({ description: 'Version of the policy that it is planned against.' }),
  items: Type.Array(
    Type.Object({
      subject: Text,
      product: Text,
      purpose: Text,
      agreement: Text,
      state: Text,
      table: Text,
      effect: literals('gains', 'loses', 'changes', 'same'),
      what: Type.Array(Text),
      changes: Type.Array(PlannedChange),
    }),
  ),
  selfApproval: Type.Object(
    { opened: Type.Array(Text), closed: Type.Array(Text) },
    {
      description: 'Purposes whose requests are approved by themselves from then on, or no longer.',
    },
  ),
  summary: Type.Object(
    { gains: Count, loses: Count, changes: Count, same: Count, waiting: Count },
    {
      description:
        'Those who have access, by effect; `waiting` counts requests and offers, which are no access yet, that would be touched.',
    },
  ),
  warnings: ErrorPlaces,
  plan: Type.String({ description: 'Name of this very change, which production domains ask for.' }),
});
