/**
 * What the room needs from the world: an engine for the Cedar language.
 *
 * Not the meaning of policies for tables (`evaluate.ts`). Source: Cedar language 4.5, https://docs.cedarpolicy.com;
 * expressions are in its JSON policy format.
 */

/** An expression in the JSON format of Cedar: an object with one member, its operator. */
export type CedarExpression = { readonly [operator: string]: unknown };

export interface CedarClause {
  kind: 'when' | 'unless';
  body: CedarExpression;
}

/** One policy of a text. */
export interface CedarPolicy {
  /** The annotation `@id`; `policy` and its number, from 0, when it has none. */
  id: string;
  effect: 'permit' | 'forbid';
  annotations: Readonly<Record<string, string>>;
  conditions: readonly CedarClause[];
  /** The entity type that its head restricts the resource to; null when it names none. */
  resourceType: string | null;
  /** Actions that its head names, without namespace; null for all. */
  actions: readonly string[] | null;
  text: string;
  /** The form in which the engine evaluates it; to be given back to it as it is. */
  evaluated: unknown;
  /** Where it begins in the text, from 1. */
  line: number;
}

/** What is wrong with a text, and where (from 1). */
export interface CedarProblem {
  message: string;
  line: number;
  column: number;
  remedy: string | null;
}

/** An entity: who asks, what is asked for, or what that belongs to. */
export interface CedarEntity {
  type: string;
  id: string;
  attributes: Readonly<Record<string, CedarValue>>;
  tags?: Readonly<Record<string, readonly string[]>>;
  parents: readonly { type: string; id: string }[];
}

/** `unknown` stays open: what remains of a condition speaks of it by its name. `datetime` is RFC 3339 in UTC. */
export type CedarValue =
  | string
  | boolean
  | readonly (string | number)[]
  | { readonly record: Readonly<Record<string, CedarValue>> }
  | { readonly unknown: string }
  | { readonly datetime: string };

export interface CedarRequest {
  principal: CedarEntity;
  /** Without namespace. */
  action: string;
  resource: CedarEntity;
  context: Readonly<Record<string, CedarValue>>;
  /** All that the two belong to. */
  others: readonly CedarEntity[];
}

/** What is left of one policy when everything but the unknowns is known. */
export interface Residual {
  id: string;
  effect: 'permit' | 'forbid';
  /** `open`: the conditions below decide; `error`: the evaluation failed, which is no answer. */
  state: 'true' | 'false' | 'open' | 'error';
  conditions: readonly CedarClause[];
}

/** `context.sets` is evaluated as this attribute of the resource, which is unknown: what is beside it in the context stays known. */
export const SETS = 'sets';

export interface CedarEngine {
  /** Reads a text; policies is null when it cannot be read. */
  read(source: string): { policies: CedarPolicy[] | null; problems: CedarProblem[] };
  /** Strict validation of a text against a schema in the text format of Cedar. */
  validate(source: string, schema: string): CedarProblem[];
  /** One residual for each policy of the text, by id. Throws INTERNAL when the engine refuses the request. */
  residuals(policies: readonly CedarPolicy[], request: CedarRequest): Residual[];
}

/** Namespace of everything but the tables. */
export const CEDAR_NAMESPACE = 'Weft';
export const ACTIONS = ['read', 'export', 'share', 'cleanroom', 'write', 'administer'] as const;
export type PolicyAction = (typeof ACTIONS)[number];
/** Those that a door of the mesh asks policies about; the others are there for doors to come. */
export const ASKED_ACTIONS: readonly PolicyAction[] = ['read', 'export'];
