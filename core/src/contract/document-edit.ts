/**
 * Lossless edits: each is one splice of the text, and what the data is expected to be afterwards.
 *
 * Not a formatter: nothing outside the splice is rewritten, comments and quoting stay. What the position of things does
 * not allow (anchors, explicit keys, tags) is refused; `document.ts` reads the result back and compares it with the
 * expectation. Invariant: an edit is applied exactly or not at all.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Json } from '../lib/canonical-json.ts';
import {
  findNode,
  findPair,
  isUnwritten,
  keyText,
  type ParsedSource,
  startOf,
} from './document-nodes.ts';
import type { DocumentPath } from './document-path.ts';
import { blockText, flowText, scalarText } from './document-render.ts';

export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** A splice with the data it leads to, or why there is none. */
export type EditOutcome = { splice: Splice; expected: Json; fault?: undefined } | { fault: string };

class Refusal extends Error {}

/** Puts `value` at `path`; missing mappings on the way are created. */
export function editSet(source: ParsedSource, path: DocumentPath, value: Json): EditOutcome {
  return attempt(() => {
    const expected = withValue(source.data, path, value) as Json;
    return { splice: setSplice(source, path, value), expected };
  });
}

/** Takes the key or item at `path` out. */
export function editRemove(source: ParsedSource, path: DocumentPath): EditOutcome {
  return attempt(() => {
    const expected = withValue(source.data, path, undefined) as Json;
    return { splice: removeSplice(source, path), expected };
  });
}

/** Adds an item at the end of the list at `path`. */
export function editAppend(source: ParsedSource, path: DocumentPath, value: Json): EditOutcome {
  return attempt(() => {
    const node = findNode(source.root, path);
    if (node === null || isUnwritten(node)) {
      const expected = withValue(source.data, path, [value]) as Json;
      return { splice: setSplice(source, path, [value]), expected };
    }
    if (!isSeq(node)) throw new Refusal('the value is no list');
    const expected = withValue(source.data, [...path, node.items.length], value) as Json;
    return { splice: appendSplice(source, { node, path }, value), expected };
  });
}

function attempt(make: () => { splice: Splice; expected: Json }): EditOutcome {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.message };
    throw error;
  }
}

function setSplice(source: ParsedSource, path: DocumentPath, value: Json): Splice {
  const step = path.at(-1);
  if (step === undefined) throw new Refusal('the whole document is not one value');
  const above = path.slice(0, -1);
  const parent = findNode(source.root, above);
  if (parent === null || isUnwritten(parent)) {
    if (typeof step === 'number' && step !== 0) throw new Refusal('the list has no such place');
    return setSplice(source, above, typeof step === 'number' ? [value] : { [step]: value });
  }
  if (isMap(parent)) {
    const pair = findPair(parent, step);
    if (pair === null)
      return insertPair(source, { map: parent, path: above }, [String(step), value]);
    return replaceValue(source, { key: pair.key, node: pair.value, path }, value);
  }
  if (isSeq(parent) && typeof step === 'number') {
    if (step === parent.items.length)
      return appendSplice(source, { node: parent, path: above }, value);
    const item = parent.items[step] as Node | undefined;
    if (item === undefined) throw new Refusal('the list has no such place');
    return replaceItem(source, { node: item, path }, value);
  }
  throw new Refusal(
    isAlias(parent) ? 'an alias stands on the way' : 'the value on the way is no mapping',
  );
}

function replaceValue(
  source: ParsedSource,
  place: { key: Node; node: Node | null; path: DocumentPath },
  value: Json,
): Splice {
  const { key, node } = place;
  refuseMarks(node);
  const colon = afterColon(source.text, key);
  if (isInFlow(source, place.path)) {
    const text = flowText(value, source.format);
    if (node === null || isUnwritten(node)) return { start: colon, end: colon, text: ` ${text}` };
    return { start: startOf(node), end: contentEnd(node, source.text), text };
  }
  const end = node === null ? colon : Math.max(colon, contentEnd(node, source.text));
  const indent = columnOf(source.text, startOf(key)) + 2;
  if (isNested(value)) {
    return {
      start: colon,
      end,
      text: lineBreak(source) + blockText(value, indent, lineBreak(source)),
    };
  }
  const isInline = isScalar(node) && !isUnwritten(node);
  const text = scalarText(value, isInline ? node.type : undefined);
  return isInline ? { start: startOf(node), end, text } : { start: colon, end, text: ` ${text}` };
}

function replaceItem(
  source: ParsedSource,
  place: { node: Node; path: DocumentPath },
  value: Json,
): Splice {
  const { node, path } = place;
  refuseMarks(node);
  const start = startOf(node);
  const end = contentEnd(node, source.text);
  if (isInFlow(source, path)) return { start, end, text: flowText(value, source.format) };
  const indent = columnOf(source.text, start);
  if (isUnwritten(node)) {
    const text = isNested(value)
      ? blockText(value, indent + 1, lineBreak(source)).trimStart()
      : scalarText(value);
    return { start, end, text: ` ${text}` };
  }
  const text = isNested(value)
    ? blockText(value, indent, lineBreak(source)).trimStart()
    : scalarText(value, isScalar(node) ? node.type : undefined);
  return { start, end, text };
}

function insertPair(
  source: ParsedSource,
  place: { map: YAMLMap; path: DocumentPath },
  [name, value]: [string, Json],
): Splice {
  const { map, path } = place;
  refuseMarks(map);
  const last = map.items.at(-1);
  const key = source.format === 'json' ? JSON.stringify(name) : scalarText(name);
  if (isFlow(map) || isInFlow(source, path)) {
    return insertFlow(source, map, `${key}: ${flowText(value, source.format)}`);
  }
  if (last === undefined) throw new Refusal('the mapping is empty');
  const indent = columnOf(source.text, startOf(last.key as Node));
  const end = lineEnd(source.text, contentEnd(map, source.text));
  const line = isNested(value)
    ? `${key}:${lineBreak(source)}${blockText(value, indent + 2, lineBreak(source))}`
    : `${key}: ${scalarText(value)}`;
  return { start: end, end, text: `${lineBreak(source)}${' '.repeat(indent)}${line}` };
}

function appendSplice(
  source: ParsedSource,
  place: { node: YAMLSeq; path: DocumentPath },
  value: Json,
): Splice {
  const { node } = place;
  if (isFlow(node)) return insertFlow(source, node, flowText(value, source.format));
  const first = node.items[0] as Node | undefined;
  if (first === undefined) throw new Refusal('the list is empty');
  const indent = columnOf(source.text, dashOf(source.text, first));
  const end = lineEnd(source.text, contentEnd(node, source.text));
  const text = blockText([value], indent, lineBreak(source));
  return { start: end, end, text: lineBreak(source) + text };
}

/** A new last member of `{…}` or `[…]`, spaced as the member before it. */
function insertFlow(source: ParsedSource, node: YAMLMap | YAMLSeq, member: string): Splice {
  const last = node.items.at(-1);
  const open = startOf(node) + 1;
  if (last === undefined) return { start: open, end: open, text: member };
  const start = startOf((isMap(node) ? (last as { key: Node }).key : last) as Node);
  const at = memberEnd(last, source.text);
  const gap = /\s*$/.exec(source.text.slice(open, start))?.[0] ?? '';
  return {
    start: at,
    end: at,
    text: `,${gap === '' && node.items.length === 1 ? ' ' : gap}${member}`,
  };
}

function removeSplice(source: ParsedSource, path: DocumentPath): Splice {
  const step = path.at(-1);
  if (step === undefined) throw new Refusal('the whole document cannot be removed');
  const above = path.slice(0, -1);
  const parent = findNode(source.root, above);
  if (!isMap(parent) && !isSeq(parent)) throw new Refusal('nothing stands here');
  const items = parent.items as unknown[];
  const index = isMap(parent)
    ? parent.items.findIndex((pair) => keyText(pair.key) === step)
    : typeof step === 'number'
      ? step
      : -1;
  const item = items[index];
  if (item === undefined) throw new Refusal('nothing stands here');
  refuseMarks(isMap(parent) ? (item as { value: Node | null }).value : (item as Node));
  if (isFlow(parent) || isInFlow(source, above)) return removeFlow(source.text, items, index);
  if (items.length === 1) return emptied(source, { node: parent, path: above });
  return removeBlock(source.text, items, index);
}

function emptied(source: ParsedSource, place: { node: Node; path: DocumentPath }): Splice {
  const empty = isMap(place.node) ? '{}' : '[]';
  const end = contentEnd(place.node, source.text);
  const holder = findPair(findNode(source.root, place.path.slice(0, -1)), place.path.at(-1) ?? '');
  if (holder === null) return { start: startOf(place.node), end, text: empty };
  return { start: afterColon(source.text, holder.key), end, text: ` ${empty}` };
}

function removeFlow(text: string, items: unknown[], index: number): Splice {
  const end = memberEnd(items[index], text);
  const next = items[index + 1];
  const start = memberStart(items[index]);
  if (next !== undefined) return { start, end: memberStart(next), text: '' };
  const before = items[index - 1];
  return { start: before === undefined ? start : memberEnd(before, text), end, text: '' };
}

function removeBlock(text: string, items: unknown[], index: number): Splice {
  const start = blockStart(text, items[index]);
  const end = memberEnd(items[index], text);
  const line = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(line, start).trim() === '') {
    const stop = lineEnd(text, end);
    const after = text.indexOf('\n', stop);
    // Why: without a line break after it, the one before it goes.
    if (after < 0)
      return {
        start: text[line - 2] === '\r' ? line - 2 : Math.max(0, line - 1),
        end: stop,
        text: '',
      };
    return { start: line, end: after + 1, text: '' };
  }
  const next = items[index + 1];
  const nextStart = next === undefined ? end : blockStart(text, next);
  const isBare = text.slice(end, nextStart).trim() === '';
  return { start, end: isBare ? nextStart : end, text: '' };
}

function blockStart(text: string, item: unknown): number {
  return isPair(item) ? startOf(item.key) : dashOf(text, item as Node);
}

function memberStart(item: unknown): number {
  return startOf(isPair(item) ? item.key : (item as Node));
}

function memberEnd(item: unknown, text: string): number {
  if (!isPair(item)) return contentEnd(item as Node, text);
  if (item.value === null) return contentEnd(item.key, text);
  const end = contentEnd(item.value, text);
  return Math.max(end, contentEnd(item.key, text));
}

function isPair(item: unknown): item is { key: Node; value: Node | null } {
  return typeof item === 'object' && item !== null && 'key' in item;
}

/** Where the written content of a node ends, without the comments and blank lines after it. */
function contentEnd(node: Node, text: string): number {
  const end = node.range?.[1] ?? startOf(node);
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) {
    return startOf(node) + text.slice(startOf(node), end).trimEnd().length;
  }
  if ((isMap(node) || isSeq(node)) && !isFlow(node)) {
    const last = (node.items as unknown[]).at(-1);
    return last === undefined ? end : memberEnd(last, text);
  }
  return end;
}

function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

/** True when some collection around the value at `path` is written in `{}` or `[]`. */
function isInFlow(source: ParsedSource, path: DocumentPath): boolean {
  return path.some((_, i) => {
    const node = findNode(source.root, path.slice(0, i));
    return (isMap(node) || isSeq(node)) && isFlow(node);
  });
}

function isNested(value: Json): value is Json[] | { [key: string]: Json } {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).length > 0;
}

function refuseMarks(node: Node | null): void {
  if (node === null) return;
  if (isAlias(node)) throw new Refusal('the value is an alias of another place');
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (anchor !== undefined) throw new Refusal('the value has an anchor that others may refer to');
  const isPlainTag = tag === undefined || /^tag:yaml\.org,2002:(map|seq)$/.test(tag);
  if (!isPlainTag) throw new Refusal('the value has a tag');
}

function afterColon(text: string, key: Node): number {
  const end = key.range?.[1] ?? startOf(key);
  const gap = /^[ \t]*:/.exec(text.slice(end, end + 200))?.[0];
  if (gap === undefined) throw new Refusal('the key is not written as `key: value`');
  return end + gap.length;
}

function dashOf(text: string, item: Node): number {
  const before = text.slice(0, startOf(item));
  const dash = /-[ \t\r\n]*$/.exec(before.slice(-400));
  if (dash === null) throw new Refusal('a comment stands between the dash and its item');
  return before.length - dash[0].length;
}

/** The end of the line that `at` stands in, before its line break; only a comment may follow on it. */
function lineEnd(text: string, at: number): number {
  const rest = /^[^\r\n]*/.exec(text.slice(at))?.[0] ?? '';
  return at + rest.length;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

function lineBreak(source: ParsedSource): string {
  return source.text.includes('\r\n') ? '\r\n' : '\n';
}

/** A copy of `data` with `value` at `path`, or without it when `value` is undefined. */
function withValue(data: unknown, path: DocumentPath, value: Json | undefined): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(data) || (typeof step === 'number' && (data === undefined || data === null))) {
    const list = Array.isArray(data) ? [...data] : [];
    const index = Number(step);
    if (rest.length === 0 && value === undefined) list.splice(index, 1);
    else list[index] = withValue(list[index], rest, value);
    return list;
  }
  const object = typeof data === 'object' && data !== null ? data : {};
  const entries = Object.entries(object).filter(([key]) => key !== step);
  if (rest.length === 0 && value === undefined) return Object.fromEntries(entries);
  const old = (object as Record<string, unknown>)[step];
  return Object.fromEntries([...entries, [step, withValue(old, rest, value)]]);
}
