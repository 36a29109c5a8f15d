/**
 * What a draft says of persons: the tag of a column, and columns that everybody with an agreement would see as they are.
 *
 * Not a finding: what looks personal is asked about, and a person decides.
 */
import { personalByName } from '@weft/core/contract/infer/personal';
import { suggestName } from '@weft/core/contract/names';
import { type ColumnSelector, parseSelector } from '@weft/core/policy/column-selectors';
import { type Document, isMap, isNode, isScalar, isSeq, visit } from 'yaml';
import { readStatements, unquote } from '../../../lib/cedar-text.ts';
import type { ColumnChange, ColumnForm } from './contract-draft.ts';

type Path = readonly (string | number)[];

/** What a product calls personal; the first is what the form writes. */
const TAGS = ['personal', 'pii'];
const OPEN_CLASSES = ['', 'public', 'internal'];

/** What stands in a column of objects or lists, at any depth. */
export interface Inside {
  names: string[];
  classes: string[];
  isPersonal: boolean;
}

export function insideOf(document: Document, column: Path): Inside {
  const inside: Inside = { names: [], classes: [], isPersonal: false };
  const own = document.getIn(column, true);
  const parts = ['properties', 'items', 'map'].map((part) =>
    document.getIn([...column, part], true),
  );
  for (const part of isMap(own) ? parts : []) {
    if (!isNode(part)) continue;
    visit(part, {
      Pair: (_, { key, value }) => {
        const [name, text] = [key, value].map((one) => (isScalar(one) ? String(one.value) : ''));
        if (name === 'name' || name === 'physicalName') inside.names.push(text ?? '');
        if (name === 'classification') inside.classes.push(text ?? '');
        if (name === 'tags' && isSeq(value) && value.items.some(isPersonalTag))
          inside.isPersonal = true;
      },
    });
  }
  return inside;
}

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

/** The rules in force that decide what is seen of a column. */
export interface Rules {
  /** Classes that the product hides. */
  hidden: readonly string[];
  /** Of the product and of the mesh. */
  cedar: readonly (string | null)[];
}

/**
 * Columns that look personal, or are confidential, and that everybody with an agreement may see as they are: in doubt a column is
 * one of them. What was to be seen of the version before was decided about.
 */
export function seenAsTheyAre(
  columns: readonly ColumnForm[],
  before: readonly ColumnForm[],
  rules: Rules,
): string[] {
  const hides = hiddenBy(rules);
  const known = new Set(before.flatMap((column) => (hides(column) ? [] : column.name)));
  return columns.flatMap((column) =>
    looksPersonal(column) && !hides(column) && !known.has(column.name) ? column.name : [],
  );
}

export const looksPersonal = ({
  name,
  source,
  classification,
  isPersonal: isTagged,
  inside,
}: ColumnForm): boolean =>
  isTagged !== false ||
  inside.isPersonal ||
  [name, source, ...inside.names].some((one) => personalByName(suggestName(one)) !== null) ||
  [classification, ...inside.classes].some((one) => !OPEN_CLASSES.includes(one.toLowerCase()));

type Hides = (column: Pick<ColumnForm, 'name' | 'classification'>) => boolean;

function hiddenBy({ hidden, cedar }: Rules): Hides {
  const selectors = cedar.flatMap((text) => hidingSelectors(text ?? ''));
  const names = selectors.flatMap((one) => (one.kind === 'name' ? one.name : []));
  const classes = selectors.flatMap((one) =>
    one.kind === 'classification' ? one.classification : [],
  );
  const all = [...classes, ...hidden.map((one) => one.toLowerCase())];
  return ({ name, classification }) =>
    names.includes(name) || all.includes(classification.toLowerCase());
}

/** `@columns` of the rules that forbid them whoever asks; of any other rule nothing is sure here. */
function hidingSelectors(cedar: string): ColumnSelector[] {
  return (readStatements(cedar) ?? []).flatMap(({ tokens }) => {
    const text = tokens.map(({ raw }) => raw).join(' ');
    const columns = HIDES.exec(text)?.groups?.['columns'];
    return (columns === undefined ? '' : (unquote(columns) ?? '')).split(',').flatMap((one) => {
      const selector = parseSelector(one);
      return selector === null ? [] : [selector];
    });
  });
}

/** Tokens with a blank between. Why but for that purpose: it is used without an agreement. */
const HIDES = new RegExp(
  [
    '^(?:@ (?:id|description) \\( "(?:[^"\\\\]|\\\\.)*" \\) )*',
    '@ columns \\( (?<columns>"(?:[^"\\\\]|\\\\.)*") \\) ',
    '(?:@ (?:id|description) \\( "(?:[^"\\\\]|\\\\.)*" \\) )*',
    'forbid \\( principal , action , resource \\) ',
    '(?:unless { context \\. purpose == "privacy_request" } )?;$',
  ].join(''),
);
