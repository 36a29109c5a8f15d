/**
 * The documents of the quarantine as JSON Schemas: what is asked, and what leaves the node.
 *
 * Not the types of the services, with which they agree by name. Null comes first in unions, because the validator coerces.
 */
import { ROW_STATES } from '@weft/core/ingest/quarantine-files';
import { EXPORT_FORMATS, SKIP_REASONS } from '@weft/core/ingest/repair-ports';
import { BATCH_STATES } from '@weft/core/ingest/report';
import { Type } from 'typebox';
import { BatchReportSchema } from './batch-schemas.ts';
import { nullable } from './control-schemas.ts';

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const words = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, description }));

const where = {
  product: words(140, '`domain.product` or `domain.table`, with `@MAJOR` or without.'),
  batch: words(40, 'Of this batch only.'),
  rule: words(300, 'Refused by this rule.'),
  column: words(200, 'Refused for this column.'),
  value: words(1000, 'Part of the refused value; empty for none at all.'),
  reason: words(300, 'Part of the words of the reason.'),
  since: words(40, 'Batches that came at this time (RFC 3339) or later.'),
  until: words(40, 'Batches that came before this time.'),
};
const state = Type.Optional(Type.Enum([...ROW_STATES], { description: 'State of a record.' }));

export const QuarantineQuery = Type.Object({
  ...where,
  state,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  after: Type.Optional(Type.String({ maxLength: 1000 })),
});

export const ExportQuery = Type.Object({
  ...where,
  state,
  format: Type.Optional(Type.Enum([...EXPORT_FORMATS])),
});

const AfterRepair = Type.Optional(
  Type.String({
    maxLength: 500,
    description: '`next` of the answer before: go on behind the batches that it was about.',
  }),
);

export const FixesQuery = Type.Object({
  product: where.product,
  batch: where.batch,
  because: words(2000, 'Why; it is kept with the decision.'),
  preview: Type.Optional(
    Type.Boolean({ description: 'True: say what it would do, and do nothing.' }),
  ),
  after: AfterRepair,
});

const Where = Type.Object(where, { additionalProperties: false });
const Because = Type.Optional(nullable(Type.String({ maxLength: 2000 })));
const Expression = Type.String({ minLength: 1, maxLength: 10_000 });
const Change = Type.Union([
  Type.Object(
    { map: Type.Record(Type.String(), nullable(Type.String({ maxLength: 100_000 }))) },
    { additionalProperties: false, description: 'Old value to new one; empty stands for none.' },
  ),
  Type.Object(
    { sql: Expression },
    {
      additionalProperties: false,
      description: 'An expression over the columns of the record, as text.',
    },
  ),
]);
const Repair = Type.Object(
  {
    columns: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), Change)),
    raw: Type.Optional(
      Type.Union([Type.Null(), Expression], {
        description: 'An expression over `raw`, the text of the record.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PreviewBody = Type.Object(
  {
    where: Where,
    repair: Type.Optional(Repair),
    samples: Type.Optional(Type.Integer({ minimum: 0, maximum: 200 })),
    after: AfterRepair,
  },
  { additionalProperties: false },
);
export const ReplayBody = Type.Object(
  { where: Where, repair: Type.Optional(Repair), because: Because, after: AfterRepair },
  { additionalProperties: false },
);
export const DiscardBody = Type.Object(
  { where: Where, because: Type.String({ minLength: 1, maxLength: 2000 }) },
  { additionalProperties: false },
);

const counts = {
  in: Count,
  committed: Count,
  duplicates: Count,
  open: Count,
  discarded: Count,
  held: Count,
};
const records = { in: Count, good: Count, quarantined: Count, duplicates: Count };
const Parents = Type.Array(Type.Object({ batch: Text, records: Count }));

export const LineageSchema = Type.Object(
  {
    root: Text,
    records: Type.Object(counts),
    generations: Type.Array(
      Type.Object({
        batch: Text,
        state: Type.Enum([...BATCH_STATES]),
        parents: Parents,
        records: Type.Object(records),
        open: Count,
        discarded: Count,
        started: Text,
      }),
    ),
  },
  {
    description:
      'A batch over its generations: `in = committed + duplicates + open + discarded + held`.',
  },
);

export const CausesSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      product: Text,
      rule: Text,
      column: nullable(Text),
      message: Text,
      open: Count,
      held: Count,
      records: Count,
      batches: Count,
      first: Text,
      last: Text,
      firstBatch: Text,
      lastBatch: Text,
      examples: Type.Array(Text, { description: 'Most frequent values, for who may read them.' }),
    }),
  ),
  next: nullable(Text),
  balance: Type.Array(Type.Object({ product: Text, batches: Count, ...counts }), {
    description:
      'Of each product, sums over its batches with refused or repeated records, repairs included.',
  }),
  truncated: Type.Boolean({ description: 'True when older batches were not looked at.' }),
});

export const QuarantinedBatchesSchema = Type.Object({
  items: Type.Array(
    Type.Object({ batch: Text, product: Text, state: Text, started: Text, lineage: LineageSchema }),
  ),
  next: nullable(Text),
});

const RowRef = Type.Object({ batch: Text, record: Count });

export const RowsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      ref: Text,
      batch: Text,
      record: Count,
      line: nullable(Count),
      kind: Type.Enum(['quarantined', 'duplicate']),
      state: Type.Enum([...ROW_STATES]),
      reasons: Type.Array(
        Type.Object({ rule: Text, column: nullable(Text), value: nullable(Text), message: Text }),
      ),
      raw: nullable(Text),
      origin: nullable(RowRef),
      replay: nullable(RowRef),
    }),
  ),
  next: nullable(Text),
});

const Held = Type.Array(Type.Object({ batch: Text, records: Count }), {
  description: 'Records that are not taken before it is decided about their batches.',
});
const repairCounts = {
  records: Count,
  good: Count,
  quarantined: Count,
  duplicates: Count,
  skipped: Type.Object(Object.fromEntries(SKIP_REASONS.map((name) => [name, Count]))),
  skippedSample: Type.Array(Type.Object({ ref: Text, why: Type.Enum([...SKIP_REASONS]) })),
  held: Held,
  next: nullable(
    Type.String({
      description: 'Null when these were all; else send the request again with it as `after`.',
    }),
  ),
  truncated: Type.Boolean({
    description: 'True when more batches are open than one request looks through.',
  }),
};
const Cells = Type.Record(Text, nullable(Text));

export const PreviewSchema = Type.Object({
  ...repairCounts,
  byRule: Type.Record(Text, Count),
  sample: Type.Array(
    Type.Object({
      ref: Text,
      batch: Text,
      record: Count,
      line: nullable(Count),
      before: Cells,
      after: Cells,
      raw: Type.Union([Type.String(), Type.Null()], {
        description: 'The beginning of the record as it came.',
      }),
    }),
  ),
  batches: Type.Array(
    Type.Object({ root: Text, records: Count, state: Text, because: nullable(Text) }),
  ),
  notLookedAt: Type.Integer({
    minimum: 0,
    description: 'Batches with such records that this preview did not come to.',
  }),
});

export const ReplaySchema = Type.Object({
  ...repairCounts,
  batches: Type.Array(BatchReportSchema),
  more: Type.Boolean({
    description:
      'True when there are more batches to repair: send it again with `next` as `after`.',
  }),
});

export const DiscardSchema = Type.Object({
  mark: nullable(Text),
  records: Count,
  batches: Parents,
  held: Held,
  more: Type.Boolean(),
});
