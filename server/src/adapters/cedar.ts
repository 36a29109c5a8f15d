/**
 * Cedar (`@cedar-policy/cedar-wasm`): reads, validates and partly evaluates policies.
 *
 * Not what policies mean for tables (`core/policy`). Partial evaluation is the engine's experimental one, so its version is
 * pinned and a test compares what comes of it with decisions row by row.
 * Invariant: an answer that is not understood is an error, never an empty one.
 */
import type * as cedarTypes from '@cedar-policy/cedar-wasm/nodejs';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import {
  CEDAR_NAMESPACE,
  type CedarClause,
  type CedarEngine,
  type CedarEntity,
  type CedarPolicy,
  type CedarProblem,
  type CedarRequest,
  type CedarValue,
  type Residual,
  SETS,
} from '@weft/core/policy/ports';
import { looksAtSet } from '@weft/core/policy/residual';

type Cedar = typeof cedarTypes;

let loading: Promise<CedarEngine> | null = null;

/** The engine; loaded at the first call, a quarter of a second of work. */
export function loadCedar(): Promise<CedarEngine> {
  loading ??= import('@cedar-policy/cedar-wasm/nodejs').then(createCedar);
  return loading;
}

function createCedar(cedar: Cedar): CedarEngine {
  return {
    read: (source) => read(cedar, source),
    validate: (source, schema) => validate(cedar, source, schema),
    residuals: (policies, request) => residuals(cedar, policies, request),
  };
}

function read(cedar: Cedar, source: string): ReturnType<CedarEngine['read']> {
  const parts = cedar.policySetTextToParts(source);
  if (parts.type === 'failure') {
    return { policies: null, problems: parts.errors.map((error) => problemOf(error, source)) };
  }
  if (parts.policy_templates.length > 0) {
    const problem = {
      message: 'Templates (?principal, ?resource) are not taken.',
      line: 1,
      column: 1,
    };
    return { policies: null, problems: [{ ...problem, remedy: 'Write a policy for each case.' }] };
  }
  // Why sorted: the parts come in the order of their ids as text, in which 10 is before 2.
  const placed = parts.policies
    .map((text) => ({ text, at: source.indexOf(text) }))
    .sort((a, b) => a.at - b.at);
  const policies = placed.map(({ text, at }, i) =>
    policyOf(cedar, text, i, placeAt(source, at).line),
  );
  return { policies, problems: repeatedIds(policies) };
}

function policyOf(cedar: Cedar, text: string, index: number, line: number): CedarPolicy {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw refused(answer.errors);
  const { json } = answer;
  const annotations = (json.annotations ?? {}) as Record<string, string>;
  return {
    id: annotations['id'] || `policy${index}`,
    effect: json.effect,
    annotations,
    conditions: json.conditions as unknown as CedarClause[],
    resourceType: typeOf(json.resource),
    actions: actionsOf(json.action),
    text,
    evaluated: evaluatedForm(json, text),
    line,
  };
}

/**
 * Text, or JSON with each `context.sets` as an attribute of the resource. Why: a record with an unknown and a time in it is
 * evaluated by the engine to nothing at all, and what else the context says would be unknown with it.
 */
function evaluatedForm(json: cedarTypes.PolicyJson, text: string): unknown {
  const conditions = json.conditions as unknown as CedarClause[];
  if (!conditions.some(({ body }) => looksAtSet(body))) return text;
  return { ...json, conditions: withSetsOfResource(conditions) };
}

function withSetsOfResource(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(withSetsOfResource);
  if (typeof expression !== 'object' || expression === null) return expression;
  const access = (expression as { '.'?: { left?: { Var?: unknown }; attr?: unknown } })['.'];
  if (access?.attr === SETS && access.left?.Var === 'context')
    return { '.': { left: { Var: 'resource' }, attr: SETS } };
  return Object.fromEntries(
    Object.entries(expression).map(([name, value]) => [name, withSetsOfResource(value)]),
  );
}

function typeOf(constraint: cedarTypes.ResourceConstraint): string | null {
  if (constraint.op === 'is') return constraint.entity_type;
  if (constraint.op !== '==') return null;
  const { entity } = constraint as { entity: cedarTypes.EntityUidJson };
  return uidFrom(entity).type;
}

function actionsOf(constraint: cedarTypes.ActionConstraint): string[] | null {
  if (constraint.op === 'All') return null;
  const { entity, entities } = constraint as {
    entity?: cedarTypes.EntityUidJson;
    entities?: cedarTypes.EntityUidJson[];
  };
  return (entities ?? [must(entity, 'an action')]).map((named) => uidFrom(named).id);
}

function uidFrom(entity: cedarTypes.EntityUidJson): { type: string; id: string } {
  return '__entity' in entity ? entity.__entity : entity;
}

function repeatedIds(policies: readonly CedarPolicy[]): CedarProblem[] {
  return policies
    .filter((policy, i) => policies.findIndex((other) => other.id === policy.id) < i)
    .map(({ id, line }) => ({
      message: `There are two policies with the id "${id}".`,
      line,
      column: 1,
      remedy: 'Give each policy an @id of its own.',
    }));
}

function validate(cedar: Cedar, source: string, schema: string): CedarProblem[] {
  const answer = cedar.validate({
    validationSettings: { mode: 'strict' },
    schema,
    policies: { staticPolicies: source },
  });
  if (answer.type === 'failure') return answer.errors.map((error) => problemOf(error, source));
  return answer.validationErrors.map(({ error }) => problemOf(error, source));
}

function problemOf(error: cedarTypes.DetailedError, source: string): CedarProblem {
  const [location] = error.sourceLocations ?? [];
  return {
    message: error.message.replace(/^for policy `[^`]*`, /, ''),
    ...placeAt(source, characterAt(source, location?.start ?? 0)),
    remedy: error.help ?? null,
  };
}

/** The engine counts bytes of UTF-8. */
function characterAt(source: string, bytes: number): number {
  return Buffer.from(source).subarray(0, bytes).toString('utf8').length;
}

function placeAt(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, Math.max(0, at)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function residuals(
  cedar: Cedar,
  policies: readonly CedarPolicy[],
  request: CedarRequest,
): Residual[] {
  if (policies.length === 0) return [];
  const answer = cedar.isAuthorizedPartial({
    principal: uidOf(request.principal),
    action: { type: `${CEDAR_NAMESPACE}::Action`, id: request.action },
    resource: uidOf(request.resource),
    context: valuesOf(request.context),
    policies: {
      staticPolicies: Object.fromEntries(policies.map((policy) => [policy.id, policy.evaluated])),
    },
    entities: [request.principal, request.resource, ...request.others].map(entityOf),
  } as unknown as cedarTypes.PartialAuthorizationCall);
  if (answer.type === 'failure') throw refused(answer.errors);
  const { response } = answer;
  const errored = new Set(response.errored);
  return policies.map(({ id, effect }) => {
    if (errored.has(id)) return { id, effect, state: 'error', conditions: [] };
    const { conditions } = must(response.residuals[id], 'a residual for each policy');
    return residualOf(id, effect, conditions as unknown as CedarClause[]);
  });
}

function residualOf(
  id: string,
  effect: Residual['effect'],
  conditions: readonly CedarClause[],
): Residual {
  const values = conditions.map(({ kind, body }) => {
    const value = body['Value'];
    return typeof value === 'boolean' ? value === (kind === 'when') : null;
  });
  if (values.includes(false)) return { id, effect, state: 'false', conditions: [] };
  if (values.every((value) => value === true)) return { id, effect, state: 'true', conditions: [] };
  return { id, effect, state: 'open', conditions };
}

function uidOf({ type, id }: { type: string; id: string }): { type: string; id: string } {
  return { type, id };
}

function entityOf(entity: CedarEntity): unknown {
  return {
    uid: uidOf(entity),
    attrs: valuesOf(entity.attributes),
    parents: entity.parents.map(uidOf),
    tags: entity.tags ?? {},
  };
}

function valuesOf(values: Readonly<Record<string, CedarValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, cedarValue(value)]),
  );
}

function cedarValue(value: CedarValue): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  if ('record' in value) return valuesOf(value.record);
  const [[fn, arg] = []] = Object.entries(value);
  return { __extn: { fn, arg } };
}

function refused(errors: readonly cedarTypes.DetailedError[]): WeftError {
  return new WeftError(
    'INTERNAL',
    `the policy engine refused: ${errors.map((e) => e.message).join('; ')}`,
  );
}
