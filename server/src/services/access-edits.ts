/**
 * Changes that could turn a decision, one step each: an agreement, a role, an attribute, a purpose, a policy less.
 *
 * Not whether they do (`access-explain.ts` tries them). Invariant: applying a step changes exactly what it says.
 */

import type { TableRules } from '@weft/core/policy/evaluate';
import { comparedWith, literalsOf, nodesOf } from '@weft/core/policy/expression-parts';
import type { CedarExpression, CedarPolicy } from '@weft/core/policy/ports';
import { type Agreement, ROLES, type Role } from '@weft/core/registry/types';
import type { AccessContext, Facts, Instead, Question } from './access-service.ts';

export type AccessEdit =
  | { kind: 'agreement'; do: 'add' | 'remove'; agreement: string | null; text: string }
  | { kind: 'purpose'; purpose: string; text: string }
  | { kind: 'role'; do: 'add' | 'remove'; role: Role; text: string }
  | { kind: 'attribute'; do: 'add' | 'remove'; name: string; value: string | null; text: string }
  | { kind: 'policy'; id: string; text: string };

/** Facts as they are or as they might be. */
export interface Supposed {
  question: Question;
  facts: Facts;
  instead: Instead;
}

/** Stands for a value that only the owner or the directory can choose. */
const ANY_VALUE = '…';
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
      ...Object.keys(subject.attributes).map((name) => attributeEdit('remove', name, null)),
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
  name: string,
  value: string | null,
): AccessEdit {
  const text =
    how === 'add'
      ? `the attribute ${name} with ${value ?? ANY_VALUE}`
      : `without the attribute ${name}`;
  return { kind: 'attribute', do: how, name, value, text };
}

function policyEdits({ outcomes }: TableRules, effect: 'permit' | 'forbid'): AccessEdit[] {
  return outcomes
    .filter((outcome) => outcome.effect === effect && outcome.rows.op !== 'false')
    .map(({ id }) => ({ kind: 'policy', id, text: `without the policy ${id}` }));
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
  const asked = new Map<string, Set<string | null>>();
  for (const node of policies.flatMap(({ conditions }) =>
    conditions.flatMap(({ body }) => nodesOf(body)),
  )) {
    const call = node['contains'] as
      | { left?: CedarExpression; right?: CedarExpression }
      | undefined;
    const access = call?.left?.['.'] as { left?: CedarExpression; attr?: string } | undefined;
    if (
      access?.left?.['Var'] !== 'principal' ||
      access.attr === undefined ||
      access.attr === 'roles'
    )
      continue;
    const values = literalsOf(call?.right).slice(0, LITERALS_MAX);
    const known = asked.get(access.attr) ?? new Set();
    for (const value of values.length === 0 ? [null] : values) known.add(value);
    asked.set(access.attr, known);
  }
  return [...asked].flatMap(([name, values]) =>
    [...values].map((value) => attributeEdit('add', name, value)),
  );
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
  { name, value, do: how }: AccessEdit & { kind: 'attribute' },
): Question['subject']['attributes'] {
  const { [name]: present, ...others } = question.subject.attributes;
  if (how === 'remove') return others;
  const values = present === undefined ? [] : [present].flat();
  return { ...others, [name]: [...values, value ?? ANY_VALUE] };
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
    state: 'active',
    why: null,
    requestedAt: '1970-01-01T00:00:00.000Z',
    decidedBy: null,
    decidedAt: null,
    because: null,
    version: 1,
  };
}
