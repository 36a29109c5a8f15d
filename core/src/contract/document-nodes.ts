/**
 * Looking things up in a parsed YAML tree. Part of `document.ts` and `document-edit.ts`.
 */
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Json } from '../lib/canonical-json.ts';
import type { DocumentPath } from './document-path.ts';

/** What the parser found. */
export interface ParsedSource {
  text: string;
  format: 'yaml' | 'json';
  root: Node;
  data: { [key: string]: Json };
}

/** The node at `path`, or null. Aliases are not followed: what they name stands elsewhere. */
export function findNode(root: Node, path: DocumentPath): Node | null {
  let node: unknown = root;
  for (const step of path) {
    if (isMap(node)) node = findPair(node, step)?.value;
    else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else return null;
  }
  return (node as Node | null | undefined) ?? null;
}

/** The pair with this key in a mapping, or null. */
export function findPair(node: unknown, key: string | number): Pair<Node, Node | null> | null {
  if (!isMap(node)) return null;
  const pair = node.items.find((item) => keyText(item.key) === key);
  return (pair as Pair<Node, Node | null> | undefined) ?? null;
}

/** The text of a mapping key, or null when it is no scalar. */
export function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

/** True for a value that is not written at all, as in `key:`. */
export function isUnwritten(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

/** Where a node begins in the text. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
