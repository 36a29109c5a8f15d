/**
 * The text of an inferred contract: ODCS 3.1.0 in YAML, each promise with its evidence behind it.
 *
 * Not the guesses. What only a person can know stands as a line that begins with `# COMPLETE`, and the missing key is
 * what lint reports. Invariant: one draft gives one text, byte for byte.
 */
import type { DataType } from '../data-type.ts';
import { logicalName, typeName } from '../data-type.ts';
import { nestedNodes } from '../nested-path.ts';
import type { CsvDialect } from '../plan.ts';
import { type ColumnDraft, type Evident, exampleValues } from './draft-column.ts';
import type { FrequencyGuess } from './frequency.ts';
import { IDENTIFIER_WEIGHT, keyWeight } from './keys.ts';
import type { NullTextGuess } from './null-text.ts';
import { count } from './say.ts';
import { YamlLines, yamlList, yamlText } from './yaml-lines.ts';

export interface ContractDraft {
  id: string;
  name: string;
  domain: string | null;
  product: string;
  owner: string | null;
  /** File name of the sample. */
  sample: string | null;
  /** ISO timestamp, or null. */
  createdAt: string | null;
  rows: number;
  truncated: boolean;
  faults: number;
  /** Values that the draft refuses. */
  misfits: number;
  columns: ColumnDraft[];
  /** Indexes of the key columns, empty when none was found. */
  key: number[];
  /** Indexes of other columns that are unique and named like an identifier. */
  unique: number[];
  /** Rows that are equal to an earlier one in all columns. */
  repeats: number;
  granularity: { level: string; sentence: string } | null;
  frequency: FrequencyGuess | null;
  csv: Partial<CsvDialect>;
  nullText: NullTextGuess | null;
}

/** The contract as YAML text. */
export function writeContract(draft: ContractDraft): string {
  const yaml = new YamlLines();
  writeHead(yaml, draft);
  writeSchema(yaml, draft);
  writeServiceLevels(yaml, draft);
  writeTeam(yaml, draft);
  writeSettings(yaml, draft);
  return yaml.text();
}

function writeHead(yaml: YamlLines, draft: ContractDraft): void {
  const cut = draft.truncated ? 'the first ' : '';
  yaml.remark(
    0,
    `Inferred from ${cut}${count(draft.rows)} records${draft.sample === null ? '' : ` of ${draft.sample}`}.`,
  );
  if (draft.faults > 0)
    yaml.remark(0, `${count(draft.faults)} records could not be read and are not counted.`);
  if (draft.misfits > 0) {
    const what = draft.misfits === 1 ? 'value does' : 'values do';
    yaml.remark(
      0,
      `${count(draft.misfits)} ${what} not fit this draft and would be quarantined; the comments of the columns tell which.`,
    );
  }
  yaml.remark(
    0,
    'A draft: comments give the evidence; complete the lines marked COMPLETE and review the rest.',
  );
  // Why not always the newer one: maps are all that a draft needs of it.
  yaml.add(0, `apiVersion: ${draft.columns.some(hasMap) ? 'v3.2.0' : 'v3.1.0'}`);
  yaml.add(0, 'kind: DataContract');
  yaml.add(0, `id: ${yamlText(draft.id)}`);
  yaml.add(0, `name: ${yamlText(draft.name)}`);
  yaml.add(0, 'version: 0.1.0');
  yaml.add(0, 'status: draft');
  if (draft.domain === null) yaml.remark(0, 'COMPLETE domain: the domain that owns this product');
  else yaml.add(0, `domain: ${yamlText(draft.domain)}`);
  yaml.add(0, `dataProduct: ${yamlText(draft.product)}`);
  if (draft.createdAt !== null)
    yaml.add(0, `contractCreatedTs: ${JSON.stringify(draft.createdAt)}`);
  yaml.remark(0, 'COMPLETE description: {purpose: what the data is for, limitations: …, usage: …}');
}

function writeSchema(yaml: YamlLines, draft: ContractDraft): void {
  yaml.add(0, 'schema:');
  yaml.add(1, `- name: ${yamlText(draft.product)}`);
  if (draft.sample !== null) yaml.add(2, `physicalName: ${yamlText(draft.sample)}`);
  yaml.add(2, 'logicalType: object');
  yaml.add(2, 'physicalType: table');
  yaml.remark(2, 'COMPLETE description: what the table holds');
  if (draft.granularity === null) {
    yaml.remark(
      2,
      `COMPLETE dataGranularityDescription: what one row is (no up to three columns are unique; ${count(draft.repeats)} rows repeat another)`,
    );
  } else {
    yaml.add(
      2,
      `dataGranularityDescription: ${yamlText(draft.granularity.sentence)}`,
      'from the key',
    );
  }
  yaml.add(2, 'properties:');
  draft.columns.forEach((column, i) => {
    writeColumn(yaml, column, {
      key: draft.key.indexOf(i) + 1,
      isUnique: draft.unique.includes(i),
      draft,
    });
  });
  yaml.add(2, 'quality:');
  yaml.add(3, `- id: ${draft.product}_not_empty`);
  yaml.add(4, 'metric: rowCount');
  yaml.add(
    4,
    'mustBeGreaterThan: 0',
    `the sample has ${count(draft.rows)} records${draft.truncated ? ' and goes on' : ''}`,
  );
  yaml.add(4, 'dimension: completeness');
}

interface ColumnPlace {
  /** Position in the primary key from 1, or 0. */
  key: number;
  isUnique: boolean;
  draft: ContractDraft;
}

function writeColumn(yaml: YamlLines, column: ColumnDraft, place: ColumnPlace): void {
  const { name, type } = column;
  yaml.add(3, `- name: ${yamlText(name)}`);
  if (column.sourceName !== name) yaml.add(4, `physicalName: ${yamlText(column.sourceName)}`);
  writeType(yaml, 4, type, column.evidence);
  const empty = column.profile.rows - column.profile.filled;
  if (column.required) yaml.add(4, 'required: true', `0 of ${count(column.profile.rows)} empty`);
  else if (empty > 0)
    yaml.add(4, 'required: false', `${count(empty)} of ${count(column.profile.rows)} empty`);
  writeKey(yaml, column, place);
  writeOptions(yaml, column);
  writeLength(yaml, column);
  const reason = column.personal?.reason ?? 'nothing speaks for personal data; confirm it';
  yaml.add(4, `classification: ${column.personal?.classification ?? 'internal'}`, reason);
  if (column.personal !== null) yaml.add(4, 'tags: [personal]');
  const examples = exampleValues(column);
  if (examples.length > 0) {
    yaml.add(
      4,
      `examples: [${examples.join(', ')}]`,
      'of the sample; whoever may find the product reads them',
    );
  }
  writeRules(yaml, column, place);
  if (column.personal?.isSubject === true) {
    yaml.add(4, 'customProperties:');
    yaml.add(5, '- property: weftSubjectKey');
    yaml.add(6, 'value: true', 'a row is about this person or household; confirm it');
  }
}

function writeKey(yaml: YamlLines, column: ColumnDraft, { key, draft }: ColumnPlace): void {
  const rows = count(column.profile.rows);
  if (key > 0) {
    const others = draft.key.length > 1 ? ` together with ${draft.key.length - 1} more` : '';
    const evidence = `unique${others} in ${rows} rows, ${keyEvidence(column)}`;
    yaml.add(4, 'primaryKey: true', evidence);
    yaml.add(4, `primaryKeyPosition: ${key}`);
  }
}

/** Why a column is thought to identify a row, beside that it does in the sample. */
function keyEvidence({ name, profile }: ColumnDraft): string {
  if (keyWeight(name, false) >= IDENTIFIER_WEIGHT) return 'and named like an identifier';
  if (keyWeight(name, false) > 1) return 'and named like a point in time';
  return profile.index === 0
    ? 'and the first column; confirm it'
    : 'though nothing in its name says so; confirm it';
}

/** `logicalType`, `physicalType` and what hangs below them. */
function writeType(yaml: YamlLines, depth: number, type: DataType, evidence?: string): void {
  yaml.add(depth, `logicalType: ${logicalName(type)}`, evidence);
  const physical = physicalTypeOf(type);
  if (physical !== null) yaml.add(depth, `physicalType: ${physical}`);
  if (type.kind === 'list') {
    yaml.add(depth, 'items:');
    writeType(yaml, depth + 1, type.element);
  } else if (type.kind === 'struct') {
    yaml.add(depth, 'properties:');
    for (const field of type.fields) {
      yaml.add(depth + 1, `- name: ${yamlText(field.name)}`);
      writeType(yaml, depth + 2, field.type);
      if (field.required) yaml.add(depth + 2, 'required: true');
    }
  } else if (type.kind === 'map') {
    yaml.add(depth, 'map:');
    for (const part of ['key', 'value'] as const) {
      yaml.add(depth + 1, `${part}:`);
      writeType(yaml, depth + 2, type[part]);
    }
  }
}

function hasMap({ type }: ColumnDraft): boolean {
  return nestedNodes(type).some(({ type: inner }) => inner.kind === 'map');
}

function physicalTypeOf(type: DataType): string | null {
  switch (type.kind) {
    case 'int':
      return 'INTEGER';
    case 'long':
      return 'BIGINT';
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'string':
      return 'VARCHAR';
    case 'timestamptz':
      return 'TIMESTAMPTZ';
    case 'struct':
    case 'list':
    case 'map':
      return null;
    default:
      return typeName(type).toUpperCase();
  }
}

function writeOptions(yaml: YamlLines, column: ColumnDraft): void {
  const { type, span, personal } = column;
  const lines: [string, string?][] = [];
  if (column.format !== null) {
    lines.push([`format: ${column.format.value}`, column.format.evidence]);
  }
  if (column.minimum !== null && span !== null) {
    const seen = personal === null ? `seen: ${span.min} to ${span.max}` : 'nothing seen is below';
    lines.push([`minimum: ${column.minimum}`, seen]);
  }
  if (type.kind === 'timestamp' || type.kind === 'timestamptz') {
    lines.push([`timezone: ${type.kind === 'timestamptz'}`]);
  }
  if (lines.length === 0) return;
  yaml.add(4, 'logicalTypeOptions:');
  for (const [line, comment] of lines) yaml.add(5, line, comment);
}

/** Why a comment: how long texts may be is a promise that no sample makes. */
function writeLength(yaml: YamlLines, { length }: ColumnDraft): void {
  if (length === null) return;
  const seen = length.min === length.max ? length.min : `${length.min} to ${length.max}`;
  yaml.remark(4, `length seen: ${seen}; add logicalTypeOptions maxLength if there is a limit`);
}

function writeRules(yaml: YamlLines, column: ColumnDraft, { key, isUnique }: ColumnPlace): void {
  const isAlone = isUnique && key === 0;
  if (column.values === null && column.pattern === null && !isAlone) return;
  yaml.add(4, 'quality:');
  if (column.values !== null) writeValues(yaml, column);
  else if (column.pattern !== null) writeShape(yaml, column.name, column.pattern);
  if (isAlone) writeUnique(yaml, column);
}

/** Why no `unique: true`: that refuses records, and the next file may repeat what the sample did not. */
function writeUnique(yaml: YamlLines, { name, profile }: ColumnDraft): void {
  const rows = count(profile.rows);
  yaml.add(5, `- id: ${name}_unique`);
  yaml.add(6, 'metric: duplicateValues', `${rows} different values in ${rows} rows`);
  yaml.add(6, 'mustBe: 0');
  yaml.add(6, 'dimension: uniqueness');
  writeWarn(yaml, 'one sample is no promise; write unique: true instead once it is one');
}

/** Why a warning: the next file may go on where the numbers of the sample end. */
function writeShape(yaml: YamlLines, column: string, pattern: Evident<string>): void {
  yaml.add(5, `- id: ${column}_shape`);
  yaml.add(6, 'metric: invalidValues', pattern.evidence);
  yaml.add(6, 'mustBe: 0');
  yaml.add(6, 'dimension: conformity');
  yaml.add(6, 'arguments:');
  yaml.add(7, `pattern: ${JSON.stringify(pattern.value)}`);
  writeWarn(yaml, 'one sample is no promise; remove this once every value must have this shape');
}

function writeWarn(yaml: YamlLines, why: string): void {
  yaml.add(6, 'customProperties:');
  yaml.add(7, '- property: weftOnFailure');
  yaml.add(8, 'value: warn', why);
}

const RARE_SHOWN = 3;

/** What was left out of a list of values, and why; no value of personal data. */
function rareWords({ values, personal }: ColumnDraft): string | undefined {
  const rare = values?.rare ?? [];
  if (rare.length === 0) return undefined;
  const shown = rare
    .slice(0, RARE_SHOWN)
    .map((value) => JSON.stringify([...value].slice(0, 40).join('')))
    .join(', ');
  const examples = personal === null ? `, such as ${shown},` : '';
  const verb = rare.length === 1 ? 'occurs' : 'occur';
  return `${rare.length} more${examples} ${verb} once or twice and may be slips; add what is right`;
}

function writeValues(yaml: YamlLines, column: ColumnDraft): void {
  const { values } = column;
  if (values === null) return;
  const seen = `${values.values.length} different values in ${count(column.profile.filled)}`;
  yaml.add(5, `- id: ${column.name}_known_values`);
  yaml.add(6, 'metric: invalidValues', seen);
  yaml.add(6, 'mustBe: 0');
  yaml.add(6, 'dimension: conformity');
  yaml.add(6, 'arguments:');
  yaml.add(7, `validValues: ${yamlList(values.values)}`, rareWords(column));
  if (values.isSure) return;
  writeWarn(yaml, 'some values are rare, so the list may not be whole; remove this once it is');
}

function writeServiceLevels(yaml: YamlLines, { frequency }: ContractDraft): void {
  if (frequency !== null) {
    yaml.add(0, 'slaProperties:');
    yaml.add(1, '- property: frequency');
    yaml.add(2, `value: ${frequency.value}`, `${frequency.evidence}; confirm it`);
    yaml.add(2, `unit: ${frequency.unit}`);
    yaml.remark(1, 'COMPLETE - {property: retention, value: 3, unit: y} how long the data is kept');
    yaml.remark(
      1,
      'COMPLETE - {property: latency, value: 1, unit: d} how old data may be when it arrives',
    );
    return;
  }
  yaml.remark(
    0,
    'COMPLETE slaProperties: [{property: frequency, value: 1, unit: d}, {property: retention, value: 3, unit: y}]',
  );
}

function writeTeam(yaml: YamlLines, { owner }: ContractDraft): void {
  if (owner === null) {
    yaml.remark(0, 'COMPLETE team: {members: [{username: who answers for the data, role: owner}]}');
    return;
  }
  yaml.add(0, 'team:');
  yaml.add(1, 'members:');
  yaml.add(2, `- username: ${yamlText(owner)}`);
  yaml.add(3, 'role: owner');
}

function writeSettings(yaml: YamlLines, draft: ContractDraft): void {
  const csv = Object.entries(draft.csv);
  const { granularity, nullText } = draft;
  const hasCsv = csv.length > 0 || nullText !== null;
  if (granularity !== null || hasCsv) yaml.add(0, 'customProperties:');
  if (granularity !== null) {
    yaml.add(1, '- property: weftGranularity');
    yaml.add(2, `value: ${JSON.stringify(granularity.level)}`, 'from the key; confirm it');
  }
  if (hasCsv) {
    yaml.add(1, '- property: weftCsv');
    yaml.add(2, 'value:', 'how the sample differs from RFC 4180 with a header line');
    for (const [key, value] of csv) yaml.add(3, `${key}: ${JSON.stringify(value)}`);
    if (nullText !== null) {
      yaml.add(3, `nullText: ${JSON.stringify(nullText.text)}`, `${nullText.evidence}; confirm it`);
    }
  }
  yaml.remark(
    0,
    'COMPLETE customProperties weftPurposes, weftLicence, weftRegion: what it may be used for, under which terms, where',
  );
}
