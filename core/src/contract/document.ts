/**
 * A contract or product document: its exact text, the plain data in it, and where each part stands.
 *
 * Not the meaning of a contract (`read.ts`) and not its hash (`freeze.ts`). YAML 1.2 core schema: dates stay text,
 * `yes` stays text, anchors are followed with a budget. Edits are splices over the text (`document-edit.ts`).
 * Invariants: `toText()` of a document is the very text it was read from; whatever is not inside an edited range stays
 * byte for byte; `data` holds only what JSON can say.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import type { Checked, Diagnostic } from '../lib/diagnostic.ts';
import { DIAGNOSTIC_CATALOG, type DiagnosticCode } from './diagnostic-catalog.ts';
import { type EditOutcome, editAppend, editRemove, editSet } from './document-edit.ts';
import {
  findNode,
  findPair,
  isUnwritten,
  keyText,
  type ParsedSource,
  startOf,
} from './document-nodes.ts';
import { type DocumentPath, formatPath } from './document-path.ts';

/** Longest text that is read, in UTF-16 units. The largest example of the standard has 0.2 million. */
export const DOCUMENT_LENGTH_MAX = 1024 * 1024;
const DEPTH_MAX = 64;
/** How many nodes aliases may add; a bomb has billions. */
const ALIAS_NODES_MAX = 100_000;
const DIAGNOSTICS_MAX = 50;

export type DocumentFormat = 'yaml' | 'json';
export type JsonObject = { [key: string]: Json };

export interface DocumentPlace {
  /** Both from 1. */
  line: number;
  column: number;
}

export interface ContractDocument {
  readonly file: string | null;
  readonly format: DocumentFormat;
  readonly data: JsonObject;
  /** Where the value at `path` stands; of the nearest part above it when there is none. */
  locate(path: DocumentPath): DocumentPlace;
  /** Where the key that ends `path` stands. */
  locateKey(path: DocumentPath): DocumentPlace;
  /** The text of a scalar as written, without quotes; null when there is none. Keeps the digits of long numbers. */
  scalarText(path: DocumentPath): string | null;
  toText(): string;
  /** A document with `value` at `path`; keys on the way are created. */
  setValue(path: DocumentPath, value: Json): Checked<ContractDocument>;
  removeValue(path: DocumentPath): Checked<ContractDocument>;
  /** Adds `value` at the end of the list at `path`, which is created when it is missing. */
  appendItem(path: DocumentPath, value: Json): Checked<ContractDocument>;
}

export interface ReadDocumentOptions {
  file?: string | undefined;
  /** Default: `json` when the text begins with `{`, else `yaml`. */
  format?: DocumentFormat | undefined;
}

/** Reads a document; a value comes only when nothing is wrong with the text. */
export function readDocument(
  text: string,
  options: ReadDocumentOptions = {},
): Checked<ContractDocument> {
  const reader = new Reader(text, options);
  const document = reader.read();
  return { value: document, diagnostics: reader.diagnostics };
}

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #format: DocumentFormat;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliasNodes = 0;
  #aliasDepth = 0;
  #lineStarts: number[] | null = null;

  constructor(text: string, options: ReadDocumentOptions) {
    this.#text = text;
    this.#file = options.file;
    this.#format = options.format ?? (/^\uFEFF?\s*\{/.test(text) ? 'json' : 'yaml');
  }

  read(): ContractDocument | null {
    if (this.#text.length > DOCUMENT_LENGTH_MAX) {
      const message = `${this.#text.length} characters, at most ${DOCUMENT_LENGTH_MAX} are read`;
      this.#report('DOCUMENT_TOO_LARGE', message, 0, []);
      return null;
    }
    const parsed = this.#parse();
    if (parsed === null) return null;
    const root = parsed.contents;
    if (!isMap(root)) {
      this.#report('DOCUMENT_SYNTAX', 'the document is not a mapping of keys', 0, []);
      return null;
    }
    const data = this.#plain(root, []);
    if (this.diagnostics.length > 0) return null;
    const source = { text: this.#text, format: this.#format, root, data: data as JsonObject };
    return makeDocument(source, this.#file, (offset) => this.#place(offset));
  }

  #parse(): Document | null {
    if (this.#format === 'json' && !this.#parsesAsJson()) return null;
    const tooDeep = deepestNesting(this.#text) > 1_000;
    if (tooDeep) {
      this.#report('DOCUMENT_TOO_DEEP', `nested more than ${DEPTH_MAX} levels`, 0, []);
      return null;
    }
    // Why: the library compares each key with all before it, which takes minutes for a wide mapping; see #plainMap.
    const parsed = parseDocument(this.#text, {
      version: '1.2',
      schema: 'core',
      uniqueKeys: false,
      merge: false,
      keepSourceTokens: true,
      prettyErrors: false,
    });
    for (const problem of [...parsed.errors, ...parsed.warnings].slice(0, DIAGNOSTICS_MAX)) {
      const isDeep = problem.message.includes('call stack');
      const isTag = problem.code === 'TAG_RESOLVE_FAILED';
      const code = isDeep ? 'DOCUMENT_TOO_DEEP' : isTag ? 'DOCUMENT_TAG' : 'DOCUMENT_SYNTAX';
      const message = isDeep ? `nested more than ${DEPTH_MAX} levels` : lowerFirst(problem.message);
      this.#report(code, message.slice(0, 200), problem.pos[0], []);
    }
    return this.diagnostics.length > 0 ? null : (parsed as Document);
  }

  #parsesAsJson(): boolean {
    try {
      JSON.parse(this.#text.replace(/^\uFEFF/, ''));
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const position = /position (\d+)/.exec(message)?.[1];
      this.#report('DOCUMENT_SYNTAX', `not valid JSON: ${message}`, Number(position ?? 0), []);
      return false;
    }
  }

  #plain(node: unknown, path: DocumentPath): Json {
    if (node === null || node === undefined) return null;
    if (path.length > DEPTH_MAX) return this.#refuse('DOCUMENT_TOO_DEEP', node, path);
    if (this.#aliasDepth > 0 && ++this.#aliasNodes > ALIAS_NODES_MAX) {
      return this.#refuse('DOCUMENT_ALIAS', node, path, 'aliases expand to too much');
    }
    if (isAlias(node)) return this.#plainAlias(node.source, node, path);
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      return this.#plainScalar(node.value, node, path);
    }
    if (!isMap(node) && !isSeq(node)) return this.#refuse('DOCUMENT_TAG', node, path);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const value = isMap(node)
      ? this.#plainMap(node, path)
      : node.items.map((item, i) => this.#plain(item, [...path, i]));
    this.#open.delete(node);
    return value;
  }

  #plainAlias(name: string, node: Node, path: DocumentPath): Json {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      return this.#refuse('DOCUMENT_ALIAS', node, path, `no anchor &${name} stands before it`);
    }
    if (this.#open.has(target)) {
      return this.#refuse('DOCUMENT_ALIAS', node, path, `&${name} contains itself`);
    }
    if (this.#aliasNodes > ALIAS_NODES_MAX) return null;
    this.#aliasDepth++;
    const value = this.#plain(target, path);
    this.#aliasDepth--;
    return value;
  }

  #plainScalar(value: unknown, node: Node, path: DocumentPath): Json {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') {
      const fault = typeof value === 'string' ? textFault(value) : null;
      return fault === null ? value : this.#refuse('DOCUMENT_SYNTAX', node, path, fault);
    }
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'number') return this.#refuse('DOCUMENT_NUMBER', node, path);
    return this.#refuse('DOCUMENT_TAG', node, path);
  }

  #plainMap(map: YAMLMap, path: DocumentPath): Json {
    const seen = new Set<string>();
    const entries: [string, Json][] = [];
    for (const pair of map.items) {
      const key = keyText(pair.key);
      if (key === null || key === '<<') {
        this.#refuse('DOCUMENT_TAG', pair.key ?? map, path, 'the key is not plain text');
        continue;
      }
      const fault = textFault(key);
      if (fault !== null) {
        this.#refuse('DOCUMENT_SYNTAX', pair.key, path, fault);
        continue;
      }
      if (seen.has(key)) {
        this.#refuse('DOCUMENT_DUPLICATE_KEY', pair.key, [...path, key], `"${key}" stands twice`);
      }
      seen.add(key);
      entries.push([key, this.#plain(pair.value, [...path, key])]);
    }
    return Object.fromEntries(entries);
  }

  #refuse(code: DiagnosticCode, node: unknown, path: DocumentPath, message?: string): null {
    const offset = (node as Node).range?.[0] ?? 0;
    if (this.diagnostics.length >= DIAGNOSTICS_MAX) return null;
    this.#report(code, message ?? lowerFirst(DIAGNOSTIC_CATALOG[code].title), offset, path);
    return null;
  }

  #report(code: DiagnosticCode, message: string, offset: number, path: DocumentPath): void {
    const entry = DIAGNOSTIC_CATALOG[code];
    this.diagnostics.push({
      code,
      severity: entry.severity,
      message,
      path: formatPath(path),
      ...this.#place(offset),
      remedy: entry.remedy,
      ...(this.#file === undefined ? {} : { file: this.#file }),
    });
  }

  #place(offset: number): DocumentPlace {
    this.#lineStarts ??= findLineStarts(this.#text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

function makeDocument(
  source: ParsedSource,
  file: string | undefined,
  place: (offset: number) => DocumentPlace,
): ContractDocument {
  const edit = (path: DocumentPath, outcome: EditOutcome): Checked<ContractDocument> => {
    const refused = (message: string): Checked<ContractDocument> => {
      const { severity, remedy } = DIAGNOSTIC_CATALOG.DOCUMENT_EDIT;
      const at = place(findOffset(source.root, path, 'value'));
      const where = { path: formatPath(path), ...at, ...(file === undefined ? {} : { file }) };
      const code = 'DOCUMENT_EDIT';
      return { value: null, diagnostics: [{ code, severity, message, remedy, ...where }] };
    };
    if (outcome.fault !== undefined) return refused(outcome.fault);
    const fault = valueFault(outcome.expected);
    if (fault !== null) return refused(fault);
    const { start, end, text } = outcome.splice;
    const edited = source.text.slice(0, start) + text + source.text.slice(end);
    const again = readDocument(edited, { file, format: source.format });
    if (again.value === null && edited.length > DOCUMENT_LENGTH_MAX) return again;
    // Why: a splice is made by position; reading it back proves that it says what was asked for and nothing else.
    const isRight =
      again.value !== null && canonicalJson(again.value.data) === canonicalJson(outcome.expected);
    return isRight ? again : refused('the text around this place does not allow the edit');
  };
  return {
    file: file ?? null,
    format: source.format,
    data: source.data,
    locate: (path) => place(findOffset(source.root, path, 'value')),
    locateKey: (path) => place(findOffset(source.root, path, 'key')),
    scalarText: (path) => {
      const node = findNode(source.root, path);
      return isScalar(node) ? (node.source ?? null) : null;
    },
    toText: () => source.text,
    setValue: (path, value) => edit(path, editSet(source, path, value)),
    removeValue: (path) => edit(path, editRemove(source, path)),
    appendItem: (path, value) => edit(path, editAppend(source, path, value)),
  };
}

function findOffset(root: Node, path: DocumentPath, part: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [i, step] of path.entries()) {
    let keyOffset: number | undefined;
    let next: Node | null | undefined;
    if (isMap(node)) {
      const pair = findPair(node, step);
      if (pair === null) return offset;
      keyOffset = startOf(pair.key);
      next = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      next = node.items[step] as Node | undefined;
    }
    const isLast = i === path.length - 1;
    const valueOffset = isUnwritten(next) ? keyOffset : next?.range?.[0];
    offset = (isLast && part === 'key' ? (keyOffset ?? valueOffset) : valueOffset) ?? offset;
    node = next;
  }
  return offset;
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

// Why: the parser recurses per level; this bound over brackets and dashes keeps it from exhausting the stack.
function deepestNesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The first fault of the texts and keys in a value; null when it has none. */
function valueFault(value: Json): string | null {
  if (typeof value === 'string') return textFault(value);
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const fault = textFault(key) ?? valueFault(item);
    if (fault !== null) return fault;
  }
  return null;
}

/** What makes a text impossible to hash or to store; null when nothing does. */
function textFault(text: string): string | null {
  if (text.includes('\0')) return 'a zero character in the text';
  return text.isWellFormed() ? null : 'half of a surrogate pair in the text';
}
