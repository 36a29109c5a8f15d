/**
 * What a draft says of persons: the tag of a column, values of its sample that must not stand in a contract which whoever finds the
 * product reads, and columns that everybody with an agreement would see as they are.
 *
 * Not a finding: what looks personal is asked about, and a person decides.
 */
import { personalByName } from '@weft/core/contract/infer/personal';
import { type Document, isMap, isNode, isScalar, isSeq, visit, type YAMLMap } from 'yaml';
import type { ColumnChange, ColumnForm } from './contract-draft.ts';

type Path = readonly (string | number)[];

/** What a product calls personal; the first is what the form writes. */
const TAGS = ['personal', 'pii'];
const OPEN_CLASSES = ['', 'public', 'internal'];

/** Null where the tags are no plain list of the column's own. */
export function isPersonal(document: Document, column: Path): boolean | null {
  const path = [...column, 'tags'];
  if (!document.hasIn(path)) return false;
  const tags = document.getIn(path, true);
  if (!isSeq(tags) || tags.anchor !== undefined) return null;
  return tags.items.some(isPersonalTag);
}

const isPersonalTag = (item: unknown): boolean =>
  isScalar(item) && TAGS.includes(String(item.value));

export function putPersonal(document: Document, column: Path, isOne: boolean): void {
  if (isPersonal(document, column) === null) return;
  const path = [...column, 'tags'];
  if (isOne) {
    if (isPersonal(document, column) === true) return;
    if (document.hasIn(path)) document.addIn(path, TAGS[0]);
    else document.setIn(path, document.createNode([TAGS[0]], { flow: true }));
    return;
  }
  const tags = document.getIn(path, true);
  if (!isSeq(tags)) return;
  tags.items = tags.items.filter((item) => !isPersonalTag(item));
  if (tags.items.length === 0) document.deleteIn(path);
}

/** Whether a change says that values of the column are not for everybody. */
export const protects = ({
  classification,
  isPersonal: isOne,
}: Pick<ColumnChange, 'classification' | 'isPersonal'>): boolean =>
  isOne === true || (classification !== undefined && !OPEN_CLASSES.includes(classification));

/** What `takeOutValues` takes away, for who reads the form. */
export function valuesOut(
  { examples, isListSampled }: Pick<ColumnForm, 'examples' | 'isListSampled'>,
  keepsList = false,
): ('examples' | 'values')[] {
  return [
    ...(examples.length > 0 ? ['examples' as const] : []),
    ...(isListSampled && !keepsList ? ['values' as const] : []),
  ];
}

/** Takes the values that a sample gave out of a column: examples, the list of known ones, and remarks that quote them. */
export function takeOutValues(document: Document, column: Path, keepsList = false): void {
  document.deleteIn([...column, 'examples']);
  const quality = [...column, 'quality'];
  const rules = document.getIn(quality, true);
  if (isSeq(rules) && !keepsList) {
    rules.items = rules.items.filter((rule) => !isSampledList(rule));
    if (rules.items.length === 0) document.deleteIn(quality);
  }
  for (const part of ['logicalType', 'logicalTypeOptions', 'quality']) {
    const node = document.getIn([...column, part], true);
    if (isNode(node)) visit(node, (_, inner) => void (isNode(inner) && forgetRemark(inner)));
  }
}

function forgetRemark(node: { comment?: string | null }): void {
  node.comment = null;
}

export function hasSampledList(document: Document, column: Path): boolean {
  const rules = document.getIn([...column, 'quality'], true);
  return isSeq(rules) && rules.items.some(isSampledList);
}

/** As a draft calls it (`write-contract.ts`); a list that somebody wrote himself stays. */
function isSampledList(rule: unknown): boolean {
  return isMap(rule) && isList(rule) && /_known_values$/.test(String(rule.get('id')));
}

const isList = (rule: YAMLMap): boolean => rule.hasIn(['arguments', 'validValues']);

/** The rules of a policy that decide what is seen of a column. */
export interface Rules {
  hidden: readonly string[];
  /** Of the product and of the mesh. */
  cedar: string;
}

/** Rules that give some columns alone, or other values: what they leave is for their own pages to tell. */
const SHAPES = /@(columns|mask|granularity)\b/;

/** Columns that look personal by name or tag; those of the version before were decided about. */
export function personalColumns(
  columns: readonly ColumnForm[],
  before: readonly ColumnForm[],
): ColumnForm[] {
  const known = new Set(before.map(({ name }) => name));
  return columns.filter(
    ({ name, isPersonal: isTagged }) =>
      !known.has(name) && (isTagged === true || personalByName(name) !== null),
  );
}

/** Those of them that everybody with an agreement sees as they are. */
export function seenAsTheyAre(columns: readonly ColumnForm[], { hidden, cedar }: Rules): string[] {
  if (SHAPES.test(cedar)) return [];
  return columns.flatMap(({ name, classification }) =>
    hidden.includes(classification.toLowerCase()) ? [] : [name],
  );
}
