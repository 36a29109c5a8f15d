/**
 * What a node takes for an answer to its question for decisions: every field there, of its type, about who and what was asked.
 *
 * Not the decision (`policy/decide.ts`) and not its enforcement. Invariants: an answer that lacks a field, has one that this node
 * does not know (an obligation that it could not carry out), or speaks of somebody or something else is none; nor is one by an
 * older policy than this node has seen decide before.
 */
import { assert } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { Predicate } from '@weft/core/lib/predicate';
import { type AccessDecision, HIDDEN_REASONS } from '@weft/core/policy/decide';
import type { AccessDecider } from '@weft/core/query/ports';
import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';

type DecideRequest = Parameters<AccessDecider['decide']>[0];

const exact = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object(fields, { additionalProperties: false });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));
const Text = Type.String();
const Name = Type.String({ minLength: 1 });
const Version = orNull(Type.Integer({ minimum: 0 }));
const Unit = oneOf('day', 'week', 'month', 'quarter', 'year');
const Constant = Type.Union([
  exact({ type: Type.Literal('null') }),
  exact({ type: Type.Literal('boolean'), value: Type.Boolean() }),
  exact({ type: Type.Literal('double'), value: Type.Number() }),
  exact({
    type: oneOf('int', 'long', 'decimal', 'string', 'date', 'timestamp', 'timestamptz'),
    value: Text,
  }),
]);
/** Without what stands inside of it. A list of keys is never among them: the node binds it. */
const PredicateNode = Type.Union([
  exact({ op: oneOf('true', 'false') }),
  exact({ op: oneOf('eq', 'ne', 'lt', 'le', 'gt', 'ge'), column: Name, value: Constant }),
  exact({ op: Type.Literal('in'), column: Name, values: Type.Array(Constant) }),
  exact({ op: Type.Literal('inSet'), column: Name, set: Name, list: Type.Null() }),
  exact({ op: Type.Literal('prefix'), column: Name, value: Text }),
  exact({ op: oneOf('and', 'or'), args: Type.Array(Type.Unknown()) }),
  exact({ op: Type.Literal('not'), arg: Type.Unknown() }),
]);
const PlainMask = Type.Union([
  exact({ kind: oneOf('hide', 'null', 'hash') }),
  exact({ kind: Type.Literal('fixed'), value: Constant }),
  exact({ kind: Type.Literal('truncate'), step: Name }),
  exact({ kind: Type.Literal('truncate'), unit: Unit }),
  exact({ kind: Type.Literal('bucket'), bounds: Type.Array(Text) }),
  exact({
    kind: Type.Literal('part'),
    show: oneOf('first', 'last'),
    characters: Type.Integer({ minimum: 0 }),
  }),
]);
const CellMask = exact({
  kind: Type.Literal('cells'),
  cases: Type.Array(exact({ where: Type.Unknown(), mask: PlainMask })),
  otherwise: orNull(PlainMask),
});
const RollUp = exact({
  by: Type.Array(exact({ column: Name, unit: orNull(Unit) })),
  measures: Type.Array(
    exact({
      function: oneOf('count', 'sum', 'average', 'count_distinct'),
      column: orNull(Name),
      as: Name,
    }),
  ),
  minimum: exact({ units: Type.Integer({ minimum: 1 }), of: Name }),
});
const Decision = exact({
  table: exact({ domain: Name, table: Name, major: Type.Integer({ minimum: 0 }) }),
  product: Name,
  contract: exact({ id: Name, version: Name, hash: Name }),
  decision: oneOf('permit', 'deny'),
  reason: Text,
  agreement: orNull(Name),
  columns: Type.Array(Name),
  hidden: Type.Array(exact({ column: Name, why: oneOf(...HIDDEN_REASONS) })),
  rowFilter: Type.Unknown(),
  sets: Type.Array(
    exact({
      name: Name,
      declaration: Type.Object({}),
      owner: Text,
      asked: Type.Array(exact({ column: Name, type: Type.Object({ kind: Name }) })),
    }),
  ),
  rowFilterText: orNull(Text),
  policyVersion: Version,
  meshPolicyVersion: Version,
  masks: Type.Array(exact({ place: Name, mask: Type.Union([PlainMask, CellMask]) })),
  rollUp: orNull(RollUp),
  rowLimit: orNull(Type.Integer({ minimum: 0 })),
  mayExport: Type.Boolean(),
});
const Answer = exact({ subject: Name, purpose: Text, tables: Type.Array(Decision) });

/** The decisions of an answer. Throws UNAVAILABLE when it does not fit the question. */
export function readDecisions(request: DecideRequest, answer: unknown): AccessDecision[] {
  if (!Value.Check(Answer, answer)) throw misfit('is no answer of this version');
  const { subject, purpose, tables } = answer as unknown as {
    subject: string;
    purpose: string;
    tables: AccessDecision[];
  };
  const asked = typeof request.subject === 'string' ? request.subject : request.subject.id;
  if (subject !== asked || purpose !== request.purpose) throw misfit('is about another subject');
  if (tables.length !== request.tables.length) throw misfit('has not one decision for each table');
  for (const [i, decision] of tables.entries()) {
    const wanted = request.tables[i];
    assert(wanted !== undefined, 'as many tables as decisions');
    const { domain, table, major } = decision.table;
    const isAsked =
      domain === wanted.domain &&
      table === wanted.table &&
      (wanted.major === null || major === wanted.major) &&
      decision.product.startsWith(`${domain}.`);
    if (!isAsked) throw misfit('is about another table');
    if (!isSound(decision)) throw misfit('contradicts itself');
  }
  return tables;
}

function isSound({ decision, columns, hidden, rowFilter, masks, rollUp }: AccessDecision): boolean {
  if (!isPredicate(rowFilter)) return false;
  const cases = masks.flatMap(({ mask }) => (mask.kind === 'cells' ? mask.cases : []));
  if (!cases.every(({ where }) => isPredicate(where))) return false;
  if (decision === 'deny') return columns.length === 0 && rowFilter.op === 'false';
  // A roll-up names its measures as it likes, also like a column that nobody sees.
  return rollUp !== null || hidden.every(({ column }) => !columns.includes(column));
}

function isPredicate(value: unknown): value is Predicate {
  if (!Value.Check(PredicateNode, value)) return false;
  const node = value as { arg?: unknown; args?: unknown[] };
  if ('arg' in node && !isPredicate(node.arg)) return false;
  return (node.args ?? []).every(isPredicate);
}

function misfit(what: string): WeftError {
  return new WeftError('UNAVAILABLE', `what the control plane decided ${what}`);
}

/**
 * Refuses a decision by an older policy than one that was seen. Why at all: an answer that was held up on its way, or comes
 * from a store that lags behind, would open what was closed in between.
 */
export class PolicyVersions {
  readonly #newest = new Map<string, number>();

  /** True when none is older than one that was seen before it; null is before the first. */
  follow(decisions: readonly AccessDecision[]): boolean {
    const found = decisions.flatMap(({ product, policyVersion, meshPolicyVersion }) => [
      [`product ${product}`, policyVersion] as const,
      ['mesh', meshPolicyVersion] as const,
    ]);
    for (const [name, version] of found) {
      if ((version ?? 0) < (this.#newest.get(name) ?? 0)) return false;
      if (version !== null) this.#newest.set(name, version);
    }
    return true;
  }
}
