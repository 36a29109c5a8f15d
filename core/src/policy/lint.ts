/**
 * Whether a text of policies may be put in force: it reads, it fits the schema, each condition is one that rows can be
 * filtered by, each annotation one that can be carried out.
 *
 * Invariant: what passes here is carried out at each read as it is written, whoever asks; what cannot be is refused with its
 * line and a remedy.
 */
import type { ErrorPlace } from '../lib/error.ts';
import type { SetKeyType } from '../lib/set-declaration.ts';
import { readAnnotations } from './annotations.ts';
import { cedarSchema, entityTypeOf, rowPlaces } from './cedar-schema.ts';
import type { RulesColumn } from './evaluate.ts';
import type { CedarEngine, CedarExpression, CedarPolicy, CedarProblem } from './ports.ts';
import { checkConditions, looksAtRow, Unsupported } from './residual.ts';

export interface LintTable {
  table: string;
  columns: readonly RulesColumn[];
}

export interface LintOptions {
  engine: CedarEngine;
  /** Tables of the product; none for policies of the mesh, which know no columns. */
  tables: readonly LintTable[];
  /** Names of subject attributes that conditions may ask for. */
  attributes: readonly string[];
  /** The sets that are declared beside the text, with the type of their keys; none when absent. */
  sets?: Readonly<Record<string, SetKeyType>>;
  /** Where the text stands in its document. */
  path: string;
}

/** Entity type of the tables that policies of the mesh are checked against. */
const ANY_TABLE: LintTable = { table: 'any', columns: [] };

/** The policies of a text, and all that is wrong with it. Nothing is in force while something is. */
export function lintPolicies(
  source: string,
  options: LintOptions,
): { policies: CedarPolicy[]; faults: ErrorPlace[] } {
  const { engine, attributes, path, sets = {} } = options;
  const { policies, problems } = engine.read(source);
  const place = (fault: Omit<ErrorPlace, 'path'>): ErrorPlace => ({ ...fault, path });
  if (policies === null || problems.length > 0) {
    return {
      policies: policies ?? [],
      faults: problems.map((p) => place(faultOf('POLICY_SYNTAX', p))),
    };
  }
  const tables = options.tables.length === 0 ? [ANY_TABLE] : options.tables;
  const misfits = engine
    .validate(source, cedarSchema(tables, attributes, sets))
    .map((problem) => place(faultOf('POLICY_TYPE', withRemedy(problem, sets))));
  const unsupported = policies.flatMap((policy) =>
    faultsOf(policy, tables, options.tables.length === 0).map(place),
  );
  const unknown = policies.flatMap((policy) => unknownAttributes(policy, attributes).map(place));
  return { policies, faults: [...misfits, ...unknown, ...unsupported] };
}

/** Why: the engine only says what there is not. */
function withRemedy(
  problem: CedarProblem,
  sets: Readonly<Record<string, SetKeyType>>,
): CedarProblem {
  const unknown = /attribute `sets\.([^`]+)`/.exec(problem.message)?.[1];
  if (unknown === undefined) return problem;
  const names = Object.entries(sets).map(([name, keys]) => `${name} (${keys})`);
  const declared = names.length === 0 ? 'There are none yet.' : `There are: ${names.join(', ')}.`;
  return {
    ...problem,
    message: `there is no set "${unknown}"`,
    remedy: `${declared} Declare it under sets in the YAML form.`,
  };
}

/** What every subject has. */
const OF_SUBJECTS = ['id', 'roles', 'domains', 'numbers'];

/**
 * Attributes that `principal has` asks for and nobody has. Why here: to the engine such a test is false and what it guards need
 * not fit the schema, so a slip of the pen would turn an `unless` into always and a `forbid` into never.
 */
function unknownAttributes(
  { id, line, conditions }: CedarPolicy,
  attributes: readonly string[],
): Omit<ErrorPlace, 'path'>[] {
  const known = [...OF_SUBJECTS, ...attributes];
  const asked = conditions.flatMap(({ body }) => askedAttributes(body));
  return [...new Set(asked)]
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: 'POLICY_TYPE',
      message: `${id}: no subject has an attribute "${name}"`,
      line,
      column: 1,
      remedy:
        attributes.length === 0
          ? 'Subjects have no attributes yet; name those to come as subjectAttributes in the YAML form.'
          : `There are: ${attributes.join(', ')}. Name those to come as subjectAttributes in the YAML form.`,
    }));
}

/** Names after `principal has` and `principal.numbers has`, anywhere in an expression. */
function askedAttributes(expression: unknown): string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const { has } = expression as { has?: { left?: CedarExpression; attr?: string | string[] } };
  const inside = Object.values(expression).flatMap(askedAttributes);
  if (has?.left === undefined || !isOfPrincipal(has.left)) return inside;
  const [first, second] = [has.attr ?? []].flat();
  const name = first === 'numbers' ? second : first;
  return name === undefined ? inside : [name, ...inside];
}

function isOfPrincipal(expression: CedarExpression): boolean {
  if (expression['Var'] === 'principal') return true;
  const access = expression['.'] as { left?: CedarExpression; attr?: unknown } | undefined;
  return access?.attr === 'numbers' && access.left?.['Var'] === 'principal';
}

/** Why no colon: answers tell the policies of the mesh by one. */
const ID = /^[\w.-]{1,100}$/;
const ID_FAULT: Fault = {
  message: 'an @id has letters, digits, "_", "-" and "." only, at most 100',
  remedy: 'Write for example @id("own-brands").',
};

function faultOf(
  code: string,
  {
    message,
    line,
    column,
    remedy,
  }: { message: string; line: number; column: number; remedy: string | null },
): Omit<ErrorPlace, 'path'> {
  return { code, message, line, column, ...(remedy === null ? {} : { remedy }) };
}

function faultsOf(
  policy: CedarPolicy,
  tables: readonly LintTable[],
  isOfMesh: boolean,
): Omit<ErrorPlace, 'path'>[] {
  const at = { line: policy.line, column: 1 };
  const applying = tables.filter(
    ({ table }) => policy.resourceType === null || policy.resourceType === entityTypeOf(table),
  );
  const faults = applying.flatMap((table) => [
    ...annotationFaults(policy, table, isOfMesh),
    ...conditionFaults(policy, table),
  ]);
  if (!ID.test(policy.id)) faults.unshift(ID_FAULT);
  const seen = new Set<string>();
  return faults
    .filter(({ message }) => !seen.has(message) && seen.add(message) !== undefined)
    .map(({ message, remedy }) => ({
      code: 'POLICY_UNSUPPORTED',
      message: `${policy.id}: ${message}`,
      ...at,
      remedy,
    }));
}

interface Fault {
  message: string;
  remedy: string;
}

function annotationFaults(policy: CedarPolicy, { columns }: LintTable, isOfMesh: boolean): Fault[] {
  const { problems } = readAnnotations(policy, columns, { isLenient: isOfMesh });
  const isOnColumns = policy.effect === 'forbid' && policy.annotations['columns'] !== undefined;
  const looks = isOnColumns && policy.conditions.some(({ body }) => looksAtRow(body));
  const rowFault: Fault = {
    message: 'a forbid of columns may not look at rows',
    remedy: 'Mask the columns by a permit, or forbid the rows.',
  };
  return [...problems, ...(looks ? [rowFault] : [])];
}

function conditionFaults(policy: CedarPolicy, { columns }: LintTable): Fault[] {
  try {
    checkConditions(policy.conditions, rowPlaces(columns));
    return [];
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return [{ message: error.message, remedy: error.remedy }];
  }
}
