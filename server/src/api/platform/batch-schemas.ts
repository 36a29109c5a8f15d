/**
 * The documents of batches and operations as JSON Schemas: what leaves the node, described in OpenAPI.
 *
 * Not the types of core, with which they agree by name. Null comes first in unions, because the validator coerces.
 */
import { BATCH_FILES_MAX, FILE_NAME_LENGTH_MAX } from '@weft/core/ingest/batch-files';
import { SOURCE_FORMATS } from '@weft/core/ingest/ports';
import { BATCH_STATES } from '@weft/core/ingest/report';
import { Type } from 'typebox';
import { OPERATION_STATES } from '../../store/node-tables.ts';
import { nullable } from './control-schemas.ts';

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Format = Type.Enum([...SOURCE_FORMATS]);

export const RuleResultSchema = Type.Object({
  id: Text,
  column: nullable(Text),
  dimension: nullable(Text),
  severity: nullable(Text),
  consequence: Type.Enum(['quarantine', 'warn', 'hold', 'reject']),
  evaluation: Type.Enum(['pass', 'fail', 'warn', 'error', 'skip']),
  checked: Count,
  failed: Count,
  value: nullable(Text),
  must: Text,
  message: Type.Optional(Text),
  ofValues: Type.Optional(Type.Literal(true)),
});

const reasonFields = {
  record: Count,
  line: nullable(Count),
  column: nullable(Text),
  value: nullable(Text),
  rule: Text,
  message: Text,
  recordInFile: Type.Optional(Count),
  file: Type.Optional(
    Type.String({
      description:
        'In a batch of several files: that of the record, its number there and its line.',
    }),
  ),
};

const ProblemSchema = Type.Object(
  {
    code: Text,
    remedy: Text,
    errors: Type.Array(Type.Object({ code: Text, message: Text }, { additionalProperties: true })),
  },
  { description: 'Of a failed batch: what to do, and where in the file.' },
);

const EncodingDoubtSchema = Type.Object(
  { declared: Text, looksLike: Text },
  {
    description:
      'The contract declares one encoding, but every character beyond ASCII would be one of the other, too.',
  },
);

export const BatchReportSchema = Type.Object({
  batch: Text,
  product: Text,
  table: Text,
  contract: Type.Object({ id: Text, version: Text, hash: Text }),
  key: nullable(Text),
  source: Type.Object({
    name: nullable(Text),
    bytes: Count,
    sha256: Text,
    format: Format,
    stated: Type.Optional(
      Type.Integer({ description: 'How many records the sender said that the file has.' }),
    ),
    files: Type.Optional(
      Type.Array(
        Type.Object({
          name: Text,
          bytes: Count,
          sha256: Text,
          stated: Type.Optional(Count),
          records: Type.Optional(Count),
          lacking: Type.Optional(Type.Array(Text)),
          encodingDoubt: Type.Optional(EncodingDoubtSchema),
        }),
        { description: 'Of a batch of several files, in order. Lists of batches leave it out.' },
      ),
    ),
    lacking: Type.Optional(
      Type.Array(Text, { description: 'Optional columns that the whole file lacks.' }),
    ),
    encodingDoubt: Type.Optional(EncodingDoubtSchema),
    sameBytesAs: Type.Optional(
      Type.String({ description: 'An earlier batch of the product with the very same bytes.' }),
    ),
  }),
  parents: Type.Optional(
    Type.Array(Type.Object({ batch: Text, records: Count }), {
      description: 'Of a batch that repairs another: whose refused records it has.',
    }),
  ),
  state: Type.Enum([...BATCH_STATES]),
  resumed: Type.Optional(
    Type.Integer({
      description: 'How often the node stopped before the verdict and took it up again.',
    }),
  ),
  repeated: Type.Optional(
    Type.Boolean({
      description: 'The key and its bytes came again: this batch has them, and nothing was added.',
    }),
  ),
  because: nullable(Text),
  heldBecause: Type.Optional(
    Type.String({ description: 'Of a batch that was released or discarded: why it was held.' }),
  ),
  problem: Type.Optional(ProblemSchema),
  records: Type.Object({ in: Count, good: Count, quarantined: Count, duplicates: Count }),
  rules: Type.Array(RuleResultSchema),
  quarantine: Type.Object({
    total: Count,
    byRule: Type.Record(Text, Count),
    sample: Type.Array(Type.Object(reasonFields)),
    open: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'Records that nobody has repaired or given up; absent while nothing was decided about any of them.',
      }),
    ),
  }),
  snapshot: nullable(Text),
  sequence: nullable(Count),
  started: Text,
  finished: nullable(Text),
  seconds: nullable(Type.Number()),
});

export const BatchListSchema = Type.Object({
  items: Type.Array(BatchReportSchema),
  next: nullable(Text),
});

export const QuarantineListSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      ...reasonFields,
      kind: Type.Enum(['quarantined', 'duplicate']),
      raw: nullable(Text),
    }),
  ),
  next: nullable(Text),
});

export const UploadSchema = Type.Object({
  upload: Text,
  product: Text,
  name: nullable(Text),
  length: Count,
  offset: Count,
  sha256: nullable(Text),
  expires: Text,
});

/** The list that makes a batch of uploads. */
export const UPLOADS_TYPE = 'application/vnd.weft.uploads+json';
export const UploadListSchema = Type.Object(
  {
    uploads: Type.Array(
      Type.Object(
        {
          upload: Type.String({ maxLength: 40 }),
          name: Type.Optional(Type.String({ minLength: 1, maxLength: FILE_NAME_LENGTH_MAX })),
          sha256: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{64}$' })),
          records: Type.Optional(Count),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: BATCH_FILES_MAX },
    ),
  },
  { additionalProperties: false },
);

export const OperationSchema = Type.Object({
  operation: Text,
  kind: Text,
  state: Type.Enum([...OPERATION_STATES]),
  progress: Type.Record(Text, Type.Number()),
  batch: nullable(Text),
  result: Type.Unknown(),
  problem: nullable(Type.Object({}, { additionalProperties: true })),
  created: Text,
  updated: Text,
});

export const IngestQuery = Type.Object({
  key: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Your name for these bytes: sending them again gives the first answer.',
    }),
  ),
  format: Type.Optional(Format),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'File name.' })),
  object: Type.Optional(
    Type.String({ maxLength: 200, description: 'Object of a contract with several.' }),
  ),
  sha256: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{64}$',
      description:
        'SHA-256 of the body as it is sent; Content-Digest and Repr-Digest (RFC 9530) say the same.',
    }),
  ),
});
