/**
 * The Avro schemas of manifests and manifest lists, as Weft writes them for Iceberg format 2.
 *
 * Not for reading: files are read by the schema in their own header, and `FIELD_NAMES` gives their fields our names.
 * Invariant: every field has the field id and the optionality of the specification.
 * Source: spec/iceberg/format/spec.md, "Manifests", "Manifest Lists", Appendix A "Avro".
 */

interface SchemaField {
  name: string;
  type: unknown;
  'field-id': number;
  default?: null;
}

function required(id: number, name: string, type: unknown): SchemaField {
  return { name, type, 'field-id': id };
}

function optional(id: number, name: string, type: unknown): SchemaField {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** A map with integer keys, which Avro holds as an array of key-value records. */
function intMap(keyId: number, valueId: number, value: string): unknown {
  const fields = [required(keyId, 'key', 'int'), required(valueId, 'value', value)];
  return {
    type: 'array',
    logicalType: 'map',
    items: { type: 'record', name: `k${keyId}_v${valueId}`, fields },
  };
}

const PARTITION_FIELD = 102;

const DATA_FILE_FIELDS: SchemaField[] = [
  required(134, 'content', 'int'),
  required(100, 'file_path', 'string'),
  required(101, 'file_format', 'string'),
  required(PARTITION_FIELD, 'partition', { type: 'record', name: 'r102', fields: [] }),
  required(103, 'record_count', 'long'),
  required(104, 'file_size_in_bytes', 'long'),
  optional(108, 'column_sizes', intMap(117, 118, 'long')),
  optional(109, 'value_counts', intMap(119, 120, 'long')),
  optional(110, 'null_value_counts', intMap(121, 122, 'long')),
  optional(137, 'nan_value_counts', intMap(138, 139, 'long')),
  optional(125, 'lower_bounds', intMap(126, 127, 'bytes')),
  optional(128, 'upper_bounds', intMap(129, 130, 'bytes')),
  optional(131, 'key_metadata', 'bytes'),
  optional(132, 'split_offsets', { type: 'array', items: 'long', 'element-id': 133 }),
  optional(135, 'equality_ids', { type: 'array', items: 'int', 'element-id': 136 }),
  optional(140, 'sort_order_id', 'int'),
];

function entryFields(partition: SchemaField[]): SchemaField[] {
  const fields = DATA_FILE_FIELDS.map((field) =>
    field['field-id'] === PARTITION_FIELD
      ? { ...field, type: { type: 'record', name: 'r102', fields: partition } }
      : field,
  );
  return [
    required(0, 'status', 'int'),
    optional(1, 'snapshot_id', 'long'),
    optional(3, 'sequence_number', 'long'),
    optional(4, 'file_sequence_number', 'long'),
    required(2, 'data_file', { type: 'record', name: 'r2', fields }),
  ];
}

const PARTITION_SUMMARY = {
  type: 'record',
  name: 'r508',
  fields: [
    required(509, 'contains_null', 'boolean'),
    optional(518, 'contains_nan', 'boolean'),
    optional(510, 'lower_bound', 'bytes'),
    optional(511, 'upper_bound', 'bytes'),
  ],
};

const LIST_FIELDS: SchemaField[] = [
  required(500, 'manifest_path', 'string'),
  required(501, 'manifest_length', 'long'),
  required(502, 'partition_spec_id', 'int'),
  required(517, 'content', 'int'),
  required(515, 'sequence_number', 'long'),
  required(516, 'min_sequence_number', 'long'),
  required(503, 'added_snapshot_id', 'long'),
  required(504, 'added_files_count', 'int'),
  required(505, 'existing_files_count', 'int'),
  required(506, 'deleted_files_count', 'int'),
  required(512, 'added_rows_count', 'long'),
  required(513, 'existing_rows_count', 'long'),
  required(514, 'deleted_rows_count', 'long'),
  optional(507, 'partitions', { type: 'array', items: PARTITION_SUMMARY, 'element-id': 508 }),
  optional(519, 'key_metadata', 'bytes'),
];

/** A field of the partition record: its name as Avro allows it, and the Avro type of its values. */
export interface PartitionAvroField {
  fieldId: number;
  name: string;
  type: unknown;
}

/** Schema of a manifest, as JSON text; without partition fields that of an unpartitioned table. */
export function manifestEntrySchema(partition: readonly PartitionAvroField[] = []): string {
  const fields = partition.map(({ fieldId, name, type }) => optional(fieldId, name, type));
  return JSON.stringify({
    type: 'record',
    name: 'manifest_entry',
    fields: entryFields(fields),
  });
}

/** Schema of a manifest list, as JSON text. */
export const MANIFEST_FILE_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'manifest_file',
  fields: LIST_FIELDS,
});

/** Ids from this one on belong to partition fields. */
const PARTITION_IDS_FROM = 1000;

const FIELD_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  [...entryFields([]), ...DATA_FILE_FIELDS, ...PARTITION_SUMMARY.fields, ...LIST_FIELDS]
    .map((field) => [field['field-id'], field.name] as const)
    .concat([117, 119, 121, 138, 126, 129].map((id) => [id, 'key'] as const))
    .concat([118, 120, 122, 139, 127, 130].map((id) => [id, 'value'] as const)),
);

/** Our name of a field: other writers may name it differently, its id is what counts. Partition fields go by their id. */
export function fieldName(id: number): string | undefined {
  return id >= PARTITION_IDS_FROM ? String(id) : FIELD_NAMES[id];
}
