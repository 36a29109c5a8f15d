/**
 * Patterns of a contract run over text in linear time: a set of states walks over the text once, whatever the pattern is.
 *
 * Why not RegExp: it tries alternatives one after the other, so that a pattern of a hostile contract, such as `(a+)+$`, could
 * hold a process for hours. Not a parser of ECMA-262: it reads what `pattern-re2.ts` writes, which is also what the engine
 * runs, and nothing else. Source: Thompson's construction, as in R. Cox, "Regular Expression Matching Can Be Simple And Fast".
 * Invariant: time grows with text × states, and states are bounded.
 */
import { must } from './assert.ts';
import { translatePattern } from './pattern-re2.ts';

const STATES_MAX = 50_000;
const DEPTH_MAX = 200;

type Check = (code: number) => boolean;
type Node =
  | { kind: 'one'; check: Check }
  | { kind: 'assert'; what: 'start' | 'end' | 'boundary' | 'inside' }
  | { kind: 'list' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number };

type State =
  | { kind: 'one'; check: Check; next: number }
  | { kind: 'assert'; what: 'start' | 'end' | 'boundary' | 'inside'; next: number }
  | { kind: 'split'; left: number; right: number }
  | { kind: 'found' };

export type MatchResult =
  | { matches: (text: string) => boolean; problem: null }
  | { matches: null; problem: string };

class Problem extends Error {}

/** A test whether an ECMA-262 pattern is found anywhere in a text, or why there is none. Never throws. */
export function compileMatch(pattern: string): MatchResult {
  const { re2, problem } = translatePattern(pattern);
  if (re2 === null) return { matches: null, problem };
  try {
    const states = new Builder().build(new Reader(re2).whole());
    return { matches: (text) => search(states, text), problem: null };
  } catch (error) {
    if (error instanceof Problem) return { matches: null, problem: error.message };
    throw error;
  }
}

class Reader {
  readonly #chars: string[];
  #at = 0;
  #depth = 0;

  constructor(re2: string) {
    this.#chars = [...re2];
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#chars.length) throw new Problem('has a parenthesis too many');
    return node;
  }

  #choice(): Node {
    if (++this.#depth > DEPTH_MAX) throw new Problem('is nested too deeply');
    const parts = [this.#list()];
    while (this.#take('|')) parts.push(this.#list());
    this.#depth--;
    return { kind: 'choice', parts };
  }

  #list(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#chars.length && !'|)'.includes(this.#peek())) {
      parts.push(this.#repeated(this.#one()));
    }
    return { kind: 'list', parts };
  }

  #repeated(part: Node): Node {
    let node = part;
    for (;;) {
      const range = this.#range();
      if (range === null) return node;
      // Why dropped: a lazy repetition finds the same texts.
      this.#take('?');
      node = { kind: 'repeat', part: node, least: range[0], most: range[1] };
    }
  }

  #range(): [number, number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    if (!this.#take('{')) return null;
    const [least = '', most] = this.#until('}').split(',');
    if (most === undefined) return [Number(least), Number(least)];
    return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #one(): Node {
    const char = this.#next();
    if (char === '^') return { kind: 'assert', what: 'start' };
    if (char === '[') return { kind: 'one', check: this.#class() };
    if (char === '\\') return this.#escape();
    if (char !== '(') return { kind: 'one', check: exactly(codeOf(char)) };
    if (this.#take('?')) this.#at++;
    const node = this.#choice();
    if (!this.#take(')')) throw new Problem('lacks a parenthesis');
    return node;
  }

  #escape(): Node {
    const char = this.#next();
    if (char === 'z') return { kind: 'assert', what: 'end' };
    if (char === 'b') return { kind: 'assert', what: 'boundary' };
    if (char === 'B') return { kind: 'assert', what: 'inside' };
    return { kind: 'one', check: exactly(char === 'x' ? this.#hex() : codeOf(char)) };
  }

  #class(): Check {
    const isNegated = this.#take('^');
    const checks: Check[] = [];
    while (!this.#take(']')) checks.push(this.#item());
    const among = (code: number): boolean => checks.some((check) => check(code));
    const check = isNegated ? (code: number): boolean => !among(code) : among;
    const ascii = Uint8Array.from({ length: 128 }, (_, code) => Number(check(code)));
    return (code) => (code < 128 ? ascii[code] === 1 : check(code));
  }

  #item(): Check {
    if (!this.#take('\\')) throw new Problem('has a class that cannot be read');
    const char = this.#next();
    if (char === 'p' || char === 'P') return this.#property(char);
    const low = char === 'x' ? this.#hex() : codeOf(char);
    if (!this.#take('-')) return exactly(low);
    this.#at += 2;
    const high = this.#hex();
    return (code) => code >= low && code <= high;
  }

  #property(kind: 'p' | 'P'): Check {
    this.#at++;
    const name = this.#until('}');
    const script = name.length > 2 ? `sc=${name}` : name;
    const expression = new RegExp(`^\\${kind}{${script}}$`, 'u');
    return (code) => expression.test(String.fromCodePoint(code));
  }

  #hex(): number {
    this.#at++;
    return Number.parseInt(this.#until('}'), 16);
  }

  #until(end: string): string {
    const stop = this.#chars.indexOf(end, this.#at);
    const text = this.#chars.slice(this.#at, stop).join('');
    this.#at = stop + 1;
    return text;
  }

  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #next(): string {
    return this.#chars[this.#at++] ?? '';
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

function exactly(wanted: number): Check {
  return (code) => code === wanted;
}

function codeOf(char: string): number {
  return must(char.codePointAt(0), 'character of a pattern');
}

/** Makes states from the end to the start, so that each knows its next one. */
class Builder {
  readonly #states: State[] = [{ kind: 'found' }];

  build(node: Node): { states: State[]; start: number } {
    const start = this.#node(node, 0);
    return { states: this.#states, start };
  }

  #add(state: State): number {
    if (this.#states.length >= STATES_MAX) throw new Problem('is too large');
    return this.#states.push(state) - 1;
  }

  #node(node: Node, next: number): number {
    switch (node.kind) {
      case 'one':
        return this.#add({ kind: 'one', check: node.check, next });
      case 'assert':
        return this.#add({ kind: 'assert', what: node.what, next });
      case 'list':
        return node.parts.reduceRight((after, part) => this.#node(part, after), next);
      case 'choice': {
        const [first, ...others] = node.parts.map((part) => this.#node(part, next));
        return others.reduce(
          (left, right) => this.#add({ kind: 'split', left, right }),
          must(first, 'part of a choice'),
        );
      }
      default:
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let at = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop = { kind: 'split' as const, left: 0, right: next };
      at = this.#add(loop);
      loop.left = this.#node(part, at);
    } else {
      for (let i = least; i < most; i++) {
        at = this.#add({ kind: 'split', left: this.#node(part, at), right: next });
      }
    }
    for (let i = 0; i < least; i++) at = this.#node(part, at);
    return at;
  }
}

function search({ states, start }: { states: readonly State[]; start: number }, text: string) {
  const codes = Array.from(text, codeOf);
  const seenAt = new Int32Array(states.length).fill(-1);
  let now: number[] = [];
  for (let at = 0; at <= codes.length; at++) {
    const waiting = [...now, start];
    now = [];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seenAt[index] === at) continue;
      seenAt[index] = at;
      const state = must(states[index], 'number of a state');
      if (state.kind === 'found') return true;
      if (state.kind === 'split') waiting.push(state.left, state.right);
      else if (state.kind === 'assert') {
        if (holds(state.what, codes, at)) waiting.push(state.next);
      } else if (at < codes.length && state.check(must(codes[at], 'code'))) now.push(state.next);
    }
  }
  return false;
}

function holds(
  what: 'start' | 'end' | 'boundary' | 'inside',
  codes: readonly number[],
  at: number,
): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === codes.length;
  return (isWord(codes[at - 1]) !== isWord(codes[at])) === (what === 'boundary');
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && code < 128 && /\w/.test(String.fromCharCode(code));
}
