/**
 * Reads the JSON of one nested column into a value of its type: each leaf by the lexical rules that a flat column has.
 *
 * Not a judge of JSON: the text was read as JSON before (`json-record.ts`), which also bounds its depth. No number passes
 * through a double. Invariants: `read` is total on such texts; what is not of its type is NULL in the value and listed with its
 * place and text, so a value without a fault is exactly what the text says.
 * Entries of a map stand in the order of their keys, since those of a JSON object have none.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import {
  entryPlace,
  itemPlace,
  keyPlace,
  memberPlace,
  type NestedPath,
  type NestedStep,
  pathLabel,
} from '../contract/nested-path.ts';
import { must } from '../lib/assert.ts';
import { type LocalOffset, localOffsetOf } from '../lib/calendar.ts';
import { compareValues, type RecordValue } from '../quality/record-value.ts';
import { type Token, tokenFits } from './json-record.ts';
import { parseLexical } from './lexical.ts';
import { ReasonNumbers } from './nested-reasons.ts';

/** What is wrong inside a value: the reason's number in the lexical side file, where, and the text that stands there. */
export interface NestedFault {
  no: number;
  place: string;
  text: string;
}

export interface NestedRead {
  value: RecordValue;
  /** The first ones; empty for a value of its type. */
  faults: NestedFault[];
}

export interface NestedColumn {
  name: string;
  type: DataType;
  nestedZones?: Record<string, string>;
}

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;

/** Faults of one value that are listed. */
const FAULTS_MAX = 20;

/** A place of the type, ready to be read. */
interface Node {
  type: DataType;
  no: number;
  zone: LocalOffset | null;
  /** Members of a struct in the contract's order, and by their names in files. */
  members: Member[];
  names: Map<string, Member>;
  inner: Node | null;
  key: Node | null;
}

interface Member {
  index: number;
  node: Node;
  step: Step;
  /** The name in files as JSON writes it. */
  quoted: string;
}

/** Where the reader is: what a place is made of, were one to be told. */
type Step = { kind: 'field' | 'entry' | 'key'; name: string } | { kind: 'item'; index: number };

/** Readers of the nested columns of a plan, by the number of the column; null for flat columns. */
export function nestedReaders(columns: readonly NestedColumn[]): (NestedJsonReader | null)[] {
  const numbers = new ReasonNumbers(columns);
  return columns.map((column) => {
    return isPrimitive(column.type) ? null : new NestedJsonReader(column, numbers);
  });
}

export class NestedJsonReader {
  readonly #column: string;
  readonly #root: Node;
  readonly #unknown: number;
  readonly #duplicate: number;
  #text = '';
  #hasEscapes = false;
  #at = 0;
  #steps: Step[] = [];
  #faults: NestedFault[] = [];

  constructor(column: NestedColumn, numbers: ReasonNumbers) {
    this.#column = column.name;
    this.#root = nodeOf(column.type, [], { column, numbers });
    this.#unknown = numbers.faultAt('unknown_field');
    this.#duplicate = numbers.faultAt('duplicate_field');
  }

  /** Reads one JSON text, which `JsonRecordReader` found to be JSON. */
  read(text: string): NestedRead {
    this.#text = text;
    this.#hasEscapes = text.includes('\\');
    this.#at = 0;
    this.#steps = [];
    this.#faults = [];
    this.#skipSpace();
    const value = this.#readValue(this.#root);
    return { value, faults: this.#faults };
  }

  #readValue(node: Node): RecordValue {
    const { kind } = node.type;
    const first = this.#text.charCodeAt(this.#at);
    if (first === OPEN_BRACE) {
      if (kind === 'struct') return this.#readStruct(node);
      if (kind === 'map') return this.#readMap(node);
      return this.#wrong(node);
    }
    if (first === OPEN_BRACKET) return kind === 'list' ? this.#readList(node) : this.#wrong(node);
    if (first === LETTER_N) {
      this.#at += 'null'.length;
      return null;
    }
    return this.#readLeaf(node, first);
  }

  #readLeaf({ type, no, zone }: Node, first: number): RecordValue {
    const start = this.#at;
    const token: Token =
      first === QUOTE ? 'string' : first === LETTER_T || first === LETTER_F ? 'boolean' : 'number';
    const text = token === 'string' ? this.#readString() : this.#readPlain();
    if (!isPrimitive(type)) {
      this.#note(no, this.#text.slice(start, this.#at));
      return null;
    }
    if (tokenFits(type, token)) {
      const parsed = parseLexical(type, text, zone);
      if (parsed.ok) return parsed.value;
    }
    this.#note(no, text);
    return null;
  }

  /** A value of another shape than the type has. */
  #wrong({ no }: Node): null {
    const start = this.#at;
    this.#skipValue();
    this.#note(no, this.#text.slice(start, this.#at));
    return null;
  }

  #readStruct(node: Node): RecordValue {
    const { members } = node;
    const values: (RecordValue | undefined)[] = new Array(members.length).fill(undefined);
    let expected = 0;
    this.#at++;
    this.#skipSpace();
    while (this.#text.charCodeAt(this.#at) !== CLOSE_BRACE) {
      const member = this.#readMember(node, members[expected]);
      expected = member.index + 1;
      this.#steps.push(member.step);
      if (member.index === -1) this.#refuse(this.#unknown);
      else if (values[member.index] !== undefined) this.#refuse(this.#duplicate);
      else values[member.index] = this.#readValue(member.node);
      this.#steps.pop();
      this.#skipComma();
    }
    this.#at++;
    for (let i = 0; i < values.length; i++) values[i] ??= null;
    return { kind: 'struct', members: values as RecordValue[] };
  }

  /** Reads a name up to its value; most objects have their members in one order. */
  #readMember(node: Node, expected: Member | undefined): Member {
    let member = expected;
    if (member !== undefined && this.#text.startsWith(member.quoted, this.#at)) {
      this.#at += member.quoted.length;
    } else {
      const name = this.#readString();
      member = node.names.get(name) ?? {
        index: -1,
        node,
        step: { kind: 'field', name },
        quoted: '',
      };
    }
    this.#skipSpace();
    this.#at++;
    this.#skipSpace();
    return member;
  }

  #readList(node: Node): RecordValue {
    const element = must(node.inner, 'element of a list');
    const items: RecordValue[] = [];
    const step = { kind: 'item' as const, index: 0 };
    this.#steps.push(step);
    this.#at++;
    this.#skipSpace();
    while (this.#text.charCodeAt(this.#at) !== CLOSE_BRACKET) {
      items.push(this.#readValue(element));
      step.index++;
      this.#skipComma();
    }
    this.#at++;
    this.#steps.pop();
    return { kind: 'list', items };
  }

  #readMap(node: Node): RecordValue {
    const keyNode = must(node.key, 'key of a map');
    const valueNode = must(node.inner, 'value of a map');
    const entries = new Map<string, { key: RecordValue; value: RecordValue }>();
    this.#at++;
    this.#skipSpace();
    while (this.#text.charCodeAt(this.#at) !== CLOSE_BRACE) {
      const name = this.#readString();
      this.#skipSpace();
      this.#at++;
      this.#skipSpace();
      const key = this.#readKey(keyNode, name);
      this.#steps.push({ kind: 'entry', name });
      if (key === null) this.#skipValue();
      else if (entries.has(String(key))) this.#refuse(this.#duplicate);
      else entries.set(String(key), { key, value: this.#readValue(valueNode) });
      this.#steps.pop();
      this.#skipComma();
    }
    this.#at++;
    const sorted = [...entries.values()].sort((a, b) => compareValues(a.key, b.key));
    return {
      kind: 'map',
      keys: sorted.map(({ key }) => key),
      values: sorted.map(({ value }) => value),
    };
  }

  /** A key is of its type by its text, which JSON always quotes. */
  #readKey({ type, no, zone }: Node, text: string): RecordValue {
    const parsed = isPrimitive(type) ? parseLexical(type, text, zone) : null;
    if (parsed?.ok === true) return parsed.value;
    this.#steps.push({ kind: 'key', name: text });
    this.#note(no, text);
    this.#steps.pop();
    return null;
  }

  #refuse(no: number): void {
    const start = this.#at;
    this.#skipValue();
    this.#note(no, this.#text.slice(start, this.#at));
  }

  #note(no: number, text: string): void {
    if (this.#faults.length === FAULTS_MAX) return;
    this.#faults.push({ no, place: this.#place(), text });
  }

  #place(): string {
    return this.#steps.reduce(placeAfter, this.#column);
  }

  #readString(): string {
    const start = this.#at + 1;
    let end = start;
    if (!this.#hasEscapes) end = this.#text.indexOf('"', start);
    else while (this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    this.#at = end + 1;
    const inner = this.#text.slice(start, end);
    return this.#hasEscapes && inner.includes('\\') ? String(JSON.parse(`"${inner}"`)) : inner;
  }

  /** A number, `true` or `false`. */
  #readPlain(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !endsPlain(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #skipValue(): void {
    let depth = 0;
    do {
      const first = this.#text[this.#at] ?? '';
      if (first === '"') this.#readString();
      else if (first === '{' || first === '[') {
        depth++;
        this.#at++;
      } else if (first === '}' || first === ']') {
        depth--;
        this.#at++;
      } else if (depth > 0 && (first === ',' || first === ':')) this.#at++;
      else this.#readPlain();
      if (depth > 0) this.#skipSpace();
    } while (depth > 0);
  }

  #skipComma(): void {
    this.#skipSpace();
    if (this.#text[this.#at] !== ',') return;
    this.#at++;
    this.#skipSpace();
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

function placeAfter(place: string, step: Step): string {
  switch (step.kind) {
    case 'field':
      return memberPlace(place, step.name);
    case 'item':
      return itemPlace(place, step.index);
    case 'entry':
      return entryPlace(place, step.name);
    case 'key':
      return keyPlace(place, step.name);
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** A space, a comma, `]` or `}`. */
function endsPlain(code: number): boolean {
  return isSpace(code) || code === 0x2c || code === 0x5d || code === 0x7d;
}

function nodeOf(
  type: DataType,
  path: NestedPath,
  context: { column: NestedColumn; numbers: ReasonNumbers },
): Node {
  const { column, numbers } = context;
  const inside = (step: NestedStep, inner: DataType): Node =>
    nodeOf(inner, [...path, step], context);
  const zone = column.nestedZones?.[pathLabel(column.name, path)];
  const node: Node = {
    type,
    no: numbers.typeAt(column.name, path),
    zone: zone === undefined ? null : localOffsetOf(zone),
    members: [],
    names: new Map(),
    inner: null,
    key: null,
  };
  switch (type.kind) {
    case 'struct': {
      const members = type.fields.map(({ name, sourceName = name, type: inner }, index): Member => {
        const own = inside({ field: name }, inner);
        const quoted = JSON.stringify(sourceName);
        return { index, node: own, step: { kind: 'field', name }, quoted };
      });
      const named = members.map((member) => [String(JSON.parse(member.quoted)), member] as const);
      return { ...node, members, names: new Map(named) };
    }
    case 'list':
      return { ...node, inner: inside('items', type.element) };
    case 'map':
      return { ...node, key: inside('key', type.key), inner: inside('value', type.value) };
    default:
      return node;
  }
}
