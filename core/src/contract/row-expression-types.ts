/**
 * Row expressions with types: every part has one, and every number fits, before any row is seen.
 *
 * Not an evaluator (`quality/record-expression.ts`) and no SQL (`quality/expression-sql.ts`): both walk what is made here,
 * so that they have nothing left to decide. Invariants: exact numbers have at most 38 digits in every step, whatever the
 * values are, so no row overflows; exact decimals and doubles never meet, since no conversion between them is exact.
 */
import { plainDecimal } from '../lib/decimal-text.ts';
import { typeName } from './data-type.ts';
import type { PlanColumn } from './plan.ts';
import {
  type ArithmeticOp,
  type CompareOp,
  type ExpressionNode,
  parseRowExpression,
} from './row-expression.ts';

/** `exact`: a number of at most `digits` digits, `scale` of them behind the point. */
export type ValueType =
  | { kind: 'exact'; digits: number; scale: number }
  | { kind: 'double' | 'string' | 'boolean' | 'date' | 'time' | 'timestamp' | 'timestamptz' };

/** What an expression needs to know of a column. */
export type ExpressionColumn = Pick<PlanColumn, 'name' | 'type' | 'defaultTimezone'>;

export type TypedValue =
  | { kind: 'column'; column: ExpressionColumn; type: ValueType }
  /** The text of a constant: plain decimals for numbers, else the lexical form of its type. */
  | { kind: 'constant'; text: string; type: ValueType; zone: string | null }
  | { kind: ArithmeticOp; left: TypedValue; right: TypedValue; type: ValueType }
  | { kind: 'negate' | 'abs' | 'length'; arg: TypedValue; type: ValueType };

export type TypedTest =
  | { kind: 'and' | 'or'; args: TypedTest[] }
  | { kind: 'not'; arg: TypedTest }
  | { kind: 'isNull'; arg: TypedValue }
  /** Both sides are compared as values of `type`. */
  | { kind: 'compare'; op: CompareOp; left: TypedValue; right: TypedValue; type: ValueType }
  /** A boolean column or constant by itself. */
  | { kind: 'truth'; arg: TypedValue };

export type TypedExpression = { test: TypedTest; problem: null } | { test: null; problem: string };

/** Digits of the widest exact number. */
const DIGITS_MAX = 38;

class Problem extends Error {}

/** Reads and types an expression over the columns, or says in words why it cannot be checked. */
export function typeRowExpression(
  text: string,
  columns: readonly ExpressionColumn[],
): TypedExpression {
  const { node, problem } = parseRowExpression(text);
  if (node === null) return { test: null, problem };
  try {
    return { test: new Typer(columns).test(node), problem: null };
  } catch (error) {
    if (error instanceof Problem) return { test: null, problem: error.message };
    throw error;
  }
}

class Typer {
  readonly #columns: readonly ExpressionColumn[];

  constructor(columns: readonly ExpressionColumn[]) {
    this.#columns = columns;
  }

  test(node: ExpressionNode): TypedTest {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, args: node.args.map((arg) => this.test(arg)) };
      case 'not':
        return { kind: 'not', arg: this.test(node.arg) };
      case 'isNull':
        return { kind: 'isNull', arg: this.#value(node.arg) };
      case 'compare':
        return this.#compare(node);
      default: {
        const arg = this.#value(node);
        if (arg.type.kind !== 'boolean') throw new Problem('is no truth value');
        return { kind: 'truth', arg };
      }
    }
  }

  #compare(node: Extract<ExpressionNode, { kind: 'compare' }>): TypedTest {
    const [left, right] = this.#pair(node.left, node.right);
    const type = commonType(left.type, right.type);
    if (type === null) {
      throw new Problem(`compares ${typeWords(left.type)} with ${typeWords(right.type)}`);
    }
    if (type.kind === 'boolean' && node.op !== '=' && node.op !== '<>') {
      throw new Problem('puts truth values into an order');
    }
    return { kind: 'compare', op: node.op, left, right, type };
  }

  /** Two values that meet: a constant takes the type of the other side, where it is of that type. */
  #pair(first: ExpressionNode, second: ExpressionNode): [TypedValue, TypedValue] {
    const left = this.#value(first);
    const right = this.#value(second);
    return isConstant(left) ? [adopt(left, right), right] : [left, adopt(right, left)];
  }

  #value(node: ExpressionNode): TypedValue {
    switch (node.kind) {
      case 'column':
        return this.#column(node.name);
      case 'number':
        return numberConstant(node.text);
      case 'text':
        if (node.text.includes('\0')) throw new Problem('holds a NUL character');
        return { kind: 'constant', text: node.text, type: { kind: 'string' }, zone: null };
      case 'boolean':
        return {
          kind: 'constant',
          text: String(node.value),
          type: { kind: 'boolean' },
          zone: null,
        };
      case '+':
      case '-':
      case '*':
        return this.#arithmetic(node);
      case 'negate':
      case 'abs':
        return signed(node.kind, this.#value(node.arg));
      case 'length':
        return this.#length(node.arg);
      default:
        throw new Problem('uses a truth value where a value is needed');
    }
  }

  #column(name: string): TypedValue {
    const column = this.#columns.find((c) => c.name === name);
    if (column === undefined) throw new Problem(`names ${name}, and there is no such column`);
    const type = columnType(column);
    if (type === null) {
      throw new Problem(`uses ${name}, a column of ${typeName(column.type)}`);
    }
    return { kind: 'column', column, type };
  }

  #length(node: ExpressionNode): TypedValue {
    const arg = this.#value(node);
    if (arg.type.kind !== 'string') throw new Problem('asks for the length of what is no text');
    return { kind: 'length', arg, type: { kind: 'exact', digits: 10, scale: 0 } };
  }

  #arithmetic(node: Extract<ExpressionNode, { kind: ArithmeticOp }>): TypedValue {
    const { kind } = node;
    const [left, right] = this.#pair(node.left, node.right);
    const type = arithmeticType(kind, left.type, right.type);
    if (type === null) {
      throw new Problem(`calculates with ${typeWords(left.type)} and ${typeWords(right.type)}`);
    }
    return { kind, left, right, type: fitting(type) };
  }
}

function columnType({ type }: ExpressionColumn): ValueType | null {
  switch (type.kind) {
    case 'int':
      return { kind: 'exact', digits: 10, scale: 0 };
    case 'long':
      return { kind: 'exact', digits: 19, scale: 0 };
    case 'decimal':
      return { kind: 'exact', digits: type.precision, scale: type.scale };
    case 'struct':
    case 'list':
    case 'map':
      return null;
    default:
      return { kind: type.kind };
  }
}

function numberConstant(written: string): TypedValue {
  const text = plainDecimal(written.startsWith('.') ? `0${written}` : written);
  if (text === null) throw new Problem(`holds ${written}, which is no number`);
  const [whole = '', fraction = ''] = text.split('.');
  const scale = fraction.length;
  const digits = Math.max(1, (whole === '0' ? 0 : whole.length) + scale);
  return {
    kind: 'constant',
    text,
    type: fitting({ kind: 'exact', digits, scale }),
    zone: null,
  };
}

function isConstant(value: TypedValue): boolean {
  return value.kind === 'constant' || (value.kind === 'negate' && isConstant(value.arg));
}

/** A constant as a value of the other side's type; anything else as it is. */
function adopt(value: TypedValue, other: TypedValue): TypedValue {
  if (value.kind === 'negate' && value.arg.kind === 'constant' && other.type.kind === 'double') {
    const arg = adopt(value.arg, other);
    return { ...value, arg, type: arg.type };
  }
  if (value.kind !== 'constant') return value;
  const zone = other.kind === 'column' ? other.column.defaultTimezone : null;
  const { kind } = other.type;
  if (value.type.kind === 'exact' && kind === 'double') {
    if (!Number.isFinite(Number(value.text))) throw new Problem(`holds ${value.text}, too large`);
    return { ...value, type: { kind } };
  }
  const isMoment = kind === 'date' || kind === 'time' || kind.startsWith('timestamp');
  return value.type.kind === 'string' && isMoment ? { ...value, type: other.type, zone } : value;
}

function signed(kind: 'negate' | 'abs', arg: TypedValue): TypedValue {
  const { type } = arg;
  if (type.kind !== 'exact' && type.kind !== 'double') {
    throw new Problem(`calculates with ${typeWords(type)}`);
  }
  return { kind, arg, type };
}

/** The type as which two values are compared, or null when they are not. */
function commonType(a: ValueType, b: ValueType): ValueType | null {
  if (a.kind === 'exact' && b.kind === 'exact') return fitting(aligned(a, b));
  const [double, other] = a.kind === 'double' ? [a, b] : [b, a];
  if (double.kind === 'double' && other.kind === 'exact') return other.scale === 0 ? double : null;
  return a.kind === b.kind ? a : null;
}

type Exact = Extract<ValueType, { kind: 'exact' }>;

/** Wide enough for the values of both. */
function aligned(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return { kind: 'exact', digits: Math.max(a.digits - a.scale, b.digits - b.scale) + scale, scale };
}

function arithmeticType(op: ArithmeticOp, a: ValueType, b: ValueType): ValueType | null {
  if (a.kind === 'exact' && b.kind === 'exact') {
    if (op === '*') {
      return { kind: 'exact', digits: a.digits + b.digits, scale: a.scale + b.scale };
    }
    const { digits, scale } = aligned(a, b);
    return { kind: 'exact', digits: digits + 1, scale };
  }
  const common = commonType(a, b);
  return common?.kind === 'double' ? common : null;
}

function fitting(type: ValueType): ValueType {
  if (type.kind === 'exact' && type.digits > DIGITS_MAX) {
    throw new Problem(`needs numbers of ${type.digits} digits, and ${DIGITS_MAX} can be exact`);
  }
  return type;
}

function typeWords(type: ValueType): string {
  if (type.kind === 'exact') return 'an exact number';
  return type.kind === 'string' ? 'text' : `a ${type.kind}`;
}
