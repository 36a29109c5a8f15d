/**
 * Values that a sample gave to a contract, and how they leave it with a column that is not for everybody: examples, the list of known
 * ones, and remarks that may quote them, of the column and of what is inside of it.
 *
 * In doubt a remark goes. A list that somebody wrote himself stays.
 */
import { type Document, isMap, isNode, isSeq, type Node, visit, type YAMLMap } from 'yaml';
import type { ColumnForm } from './contract-draft.ts';

type Path = readonly (string | number)[];

/** What `takeOutValues` takes away, for who reads the form. */
export function valuesOut(
  column: Pick<ColumnForm, 'hasExamples' | 'isListSampled'>,
  keepsList = false,
): ('examples' | 'values')[] {
  return [
    ...(column.hasExamples ? ['examples' as const] : []),
    ...(column.isListSampled && !keepsList ? ['values' as const] : []),
  ];
}

export function takeOutValues(document: Document, column: Path, keepsList = false): void {
  const own = document.getIn(column, true);
  if (!isMap(own)) return;
  for (const map of mapsIn(own)) {
    map.delete('examples');
    if (!keepsList) dropSampledLists(map);
  }
  const names = ['name', 'physicalName'].flatMap((key) => String(own.get(key) ?? '') || []);
  forgetRemarks(own);
  forgetRemarksOn(document, names);
}

function dropSampledLists(map: YAMLMap): void {
  const rules = map.get('quality', true);
  if (!isSeq(rules)) return;
  rules.items = rules.items.filter((rule) => !isSampledList(rule));
  if (rules.items.length === 0) map.delete('quality');
}

function mapsIn(own: YAMLMap): YAMLMap[] {
  const maps: YAMLMap[] = [];
  visit(own, { Map: (_, map) => void maps.push(map) });
  return maps;
}

/** Behind these a draft says how it came to them, and no value. */
const HARMLESS = ['name', 'physicalName', 'required', 'classification', 'tags'];

function forgetRemarks(own: YAMLMap): void {
  const kept = new Map<unknown, string | null | undefined>(
    HARMLESS.map((key) => own.get(key, true)).flatMap((node) =>
      isNode(node) ? [[node, node.comment]] : [],
    ),
  );
  visit(own, (_, node) => {
    if (!isNode(node)) return;
    node.commentBefore = null;
    node.comment = kept.get(node) ?? null;
  });
}

/** A line that asks for something is one of every draft. */
const ASKS = /^\s*COMPLETE\b/;

/** The lines of remarks anywhere that name the column. */
function forgetRemarksOn(document: Document, names: readonly string[]): void {
  const spelled = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  const named = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${spelled.join('|')})(?![\\p{L}\\p{N}_])`, 'u');
  const without = (comment: string | null | undefined): string | null => {
    const lines = (comment ?? '').split('\n');
    const left = lines.filter((line) => ASKS.test(line) || !named.test(line));
    return left.every((line) => line === '') ? null : left.join('\n');
  };
  const forget = (node: Pick<Node, 'comment' | 'commentBefore'>) => {
    if (node.comment) node.comment = without(node.comment);
    if (node.commentBefore) node.commentBefore = without(node.commentBefore);
  };
  if (names.length === 0) return;
  forget(document);
  visit(document, (_, node) => void (isNode(node) && forget(node)));
}

export function hasSampledList(document: Document, column: Path): boolean {
  return hasInside(document, column, (map) => {
    const rules = map.get('quality', true);
    return isSeq(rules) && rules.items.some(isSampledList);
  });
}

export function hasExamples(document: Document, column: Path): boolean {
  return hasInside(document, column, (map) => {
    const examples = map.get('examples', true);
    return isSeq(examples) && examples.items.length > 0;
  });
}

function hasInside(document: Document, column: Path, test: (map: YAMLMap) => boolean): boolean {
  const own = document.getIn(column, true);
  return isMap(own) && mapsIn(own).some(test);
}

/** As a draft calls it (`write-contract.ts`). */
function isSampledList(rule: unknown): boolean {
  return (
    isMap(rule) &&
    rule.hasIn(['arguments', 'validValues']) &&
    /_known_values$/.test(String(rule.get('id')))
  );
}
