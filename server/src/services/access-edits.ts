/**
 * Changes that could turn a decision, one step each: an agreement, a role, an attribute, a purpose, a policy less.
 *
 * Not whether they do (`access-explain.ts` tries them). Invariant: applying a step changes exactly what it says.
 */

import type { TableRules } from '@weft/core/policy/evaluate';
import { attributesAsked, comparedWith, nodesOf } from '@weft/core/policy/expression-parts';
import type { CedarPolicy } from '@weft/core/policy/ports';
import { type Agreement, ROLES, type Role } from '@weft/core/registry/types';
import type { AccessContext, Facts, Instead, Question } from './access-service.ts';

export type AccessEdit =
  | { kind: 'agreement'; do: 'add' | 'remove'; agreement: string | null; text: string }
  | { kind: 'purpose'; purpose: string; text: string }
  | { kind: 'role'; do: 'add' | 'remove'; role: Role; text: string }
  | AttributeEdit
  | { kind: 'policy'; id: string; text: string };

export interface AttributeEdit {
  kind: 'attribute';
  do: 'add' | 'remove';
  name: string;
  /** What a policy asks it for. */
  of: 'text' | 'number';
  /** Null: one that only the owner or the directory can choose, or, of what is removed, all of them. */
  value: string | null;
  text: string;
}

/** Facts as they are or as they might be. */
export interface Supposed {
  question: Question;
  facts: Facts;
  instead: Instead;
}

/** Stand for a value that only the owner or the directory can choose. */
const ANY_VALUE = '…';
const ANY_NUMBER = '0';
const LITERALS_MAX = 10;

/** All steps worth a try, the least first: nothing but the request, then facts about the subject, then the policies. */
export async function editsFor(
  context: AccessContext,
  { question, facts, instead }: Supposed,
  now: { isPermitted: boolean; rules: TableRules },
): Promise<AccessEdit[]> {
  const policies = await context.rules.inForce(facts.policy, instead);
  const { subject, purpose } = question;
  const texts = [...policies.product, ...policies.mesh];
  if (now.isPermitted) {
    return [
      ...facts.agreements.map((agreement) => removeAgreement(agreement)),
      ...subject.roles.map((role) => roleEdit('remove', role)),
      ...Object.keys(subject.attributes).map((name) =>
        attributeEdit('remove', { name, of: 'text', value: null }),
      ),
      ...policyEdits(now.rules, 'permit'),
    ];
  }
  return [
    {
      kind: 'agreement',
      do: 'add',
      agreement: null,
      text: `an agreement on ${facts.product} for ${purpose}`,
    },
    ...purposesOf(facts, texts)
      .filter((other) => other !== purpose)
      .map(
        (other): AccessEdit => ({
          kind: 'purpose',
          purpose: other,
          text: `ask for the purpose ${other}`,
        }),
      ),
    ...ROLES.filter((role) => role !== 'node' && !subject.roles.includes(role)).map((role) =>
      roleEdit('add', role),
    ),
    ...attributeEdits(texts),
    ...policyEdits(now.rules, 'forbid'),
  ];
}

function removeAgreement({ agreement }: Agreement): AccessEdit {
  return { kind: 'agreement', do: 'remove', agreement, text: `revoke ${agreement}` };
}

function roleEdit(how: 'add' | 'remove', role: Role): AccessEdit {
  return {
    kind: 'role',
    do: how,
    role,
    text: how === 'add' ? `the role ${role}` : `without the role ${role}`,
  };
}

export function attributeEdit(
  how: 'add' | 'remove',
  { name, of, value }: Pick<AttributeEdit, 'name' | 'of' | 'value'>,
): AttributeEdit {
  const something = of === 'number' ? 'a number' : ANY_VALUE;
  const text =
    how === 'add'
      ? `the attribute ${name} with ${value ?? something}`
      : `without the attribute ${name}`;
  return { kind: 'attribute', do: how, name, of, value, text };
}

function policyEdits({ outcomes }: TableRules, effect: 'permit' | 'forbid'): AccessEdit[] {
  const own = outcomes.filter((outcome) => outcome.effect === effect);
  const acting = own.filter(({ rows }) => rows.op !== 'false');
  // Why the others of a forbid, too: what a subject lacks may be just what it forbids.
  const idle = effect === 'forbid' ? own.filter(({ rows }) => rows.op === 'false') : [];
  return [...acting, ...idle].map(({ id }) => ({
    kind: 'policy',
    id,
    text: `without the policy ${id}`,
  }));
}

function purposesOf(facts: Facts, policies: readonly CedarPolicy[]): string[] {
  const [newest] = facts.contracts;
  const allowed = newest?.model.weft.purposes ?? [];
  const agreed = facts.agreements.map((agreement) => agreement.purpose);
  const asked = policies.flatMap(({ conditions }) =>
    conditions.flatMap(({ body }) => comparedWith(body, 'context', 'purpose')),
  );
  return [...new Set([...agreed, ...allowed, ...asked])];
}

/** Attributes that conditions ask the subject for, with the values that they name. */
function attributeEdits(policies: readonly CedarPolicy[]): AccessEdit[] {
  const asked = new Map<string, AccessEdit>();
  const nodes = policies.flatMap(({ conditions }) =>
    conditions.flatMap(({ body }) => nodesOf(body)),
  );
  for (const { name, of, values } of nodes.flatMap(attributesAsked)) {
    for (const value of values.length === 0 ? [null] : values.slice(0, LITERALS_MAX)) {
      const edit = attributeEdit('add', { name, of, value });
      asked.set(edit.text, edit);
    }
  }
  return [...asked.values()];
}

/** The facts with the steps done; null when two of them contradict. */
export function applyEdits(start: Supposed, edits: readonly AccessEdit[]): Supposed | null {
  if (edits.filter(({ kind }) => kind === 'purpose').length > 1) return null;
  // Why last: an agreement is for the purpose that is asked for in the end.
  const ordered = [...edits].sort(
    (a, b) => Number(a.kind === 'agreement') - Number(b.kind === 'agreement'),
  );
  return ordered.reduce(applyEdit, start);
}

function applyEdit(before: Supposed, edit: AccessEdit): Supposed {
  const { question, facts, instead } = before;
  const { subject } = question;
  switch (edit.kind) {
    case 'agreement':
      return { ...before, facts: { ...facts, agreements: withAgreement(before, edit) } };
    case 'purpose':
      return { ...before, question: { ...question, purpose: edit.purpose } };
    case 'role': {
      const others = subject.roles.filter((role) => role !== edit.role);
      const roles = edit.do === 'add' ? [...others, edit.role] : others;
      return { ...before, question: { ...question, subject: { ...subject, roles } } };
    }
    case 'attribute':
      return {
        ...before,
        question: { ...question, subject: { ...subject, attributes: withAttribute(before, edit) } },
      };
    case 'policy':
      return {
        ...before,
        instead: { ...instead, without: [...(instead?.without ?? []), edit.id] },
      };
  }
}

function withAgreement(
  { question, facts }: Supposed,
  edit: AccessEdit & { kind: 'agreement' },
): Agreement[] {
  if (edit.do === 'remove')
    return facts.agreements.filter(({ agreement }) => agreement !== edit.agreement);
  const [newest] = facts.contracts;
  const { table } = question;
  const major = table.major ?? newest?.major ?? 1;
  return [...facts.agreements, supposedAgreement({ question, facts }, major)];
}

function withAttribute(
  { question }: Supposed,
  { name, of, value, do: how }: AttributeEdit,
): Question['subject']['attributes'] {
  const { [name]: present, ...others } = question.subject.attributes;
  if (how === 'remove') return others;
  const values = present === undefined ? [] : [present].flat();
  const any = of === 'number' ? ANY_NUMBER : ANY_VALUE;
  return { ...others, [name]: [...values, value ?? any] };
}

/** An agreement as it would be, were it approved without narrowing. */
function supposedAgreement(
  { question, facts }: Pick<Supposed, 'question' | 'facts'>,
  major: number,
): Agreement {
  return {
    agreement: 'agr_supposed',
    product: facts.product,
    major,
    subject: question.subject.id,
    purpose: question.purpose,
    columns: null,
    filter: null,
    masks: {},
    granularity: null,
    until: null,
    asked: null,
    state: 'active',
    why: null,
    requestedAt: '1970-01-01T00:00:00.000Z',
    decidedBy: null,
    decidedAt: null,
    because: null,
    version: 1,
  };
}
