/**
 * Checks a document against the official JSON Schema of its version and says what is wrong in a few useful lines.
 *
 * Not the prose of the standard (`prose-check.ts`) and not Weft's own demands (`required.ts`).
 * Invariant: a document without errors here is one that the official schema accepts, and the reverse, save for the
 * forms that the prose shows and the schema forgot (`prose-forms.ts`).
 * Source: spec/odcs/schema; all versions are JSON Schema draft 2019-09.
 */
import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormatsModule from 'ajv-formats';
import odcs300 from '../../../spec/odcs/schema/odcs-json-schema-v3.0.0.json' with { type: 'json' };
import odcs301 from '../../../spec/odcs/schema/odcs-json-schema-v3.0.1.json' with { type: 'json' };
import odcs302 from '../../../spec/odcs/schema/odcs-json-schema-v3.0.2.json' with { type: 'json' };
import odcs310 from '../../../spec/odcs/schema/odcs-json-schema-v3.1.0.json' with { type: 'json' };
import odcs320 from '../../../spec/odcs/schema/odcs-json-schema-v3.2.0.json' with { type: 'json' };
import type { Diagnoser } from './diagnose.ts';
import type { DiagnosticCode } from './diagnostic-catalog.ts';
import type { ContractDocument, JsonObject } from './document.ts';
import { type DocumentPath, formatPath, pathOfPointer, valueAt } from './document-path.ts';
import { withProseForms } from './prose-forms.ts';

type JsonSchema = Record<string, unknown>;

const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  'v3.0.0': odcs300,
  'v3.0.1': odcs301,
  'v3.0.2': odcs302,
  'v3.1.0': odcs310,
  'v3.2.0': odcs320,
};

/** The `apiVersion` values that Weft reads, oldest first. */
export const ODCS_VERSIONS: readonly string[] = Object.keys(SCHEMAS);

const FINDINGS_MAX = 50;
const compiled = new Map<JsonSchema, ValidateFunction>();

/** One line about one place, before it gets its line number. */
interface Finding {
  code: DiagnosticCode;
  path: DocumentPath;
  message: string;
  remedy?: string;
  atKey?: boolean;
  /** A text that reads as a number or boolean because it has no quotes. */
  isUnquoted?: boolean;
}

/** Checks apiVersion and kind, then the official schema. True when the document is valid. */
export function checkOdcsSchema(document: ContractDocument, diagnoser: Diagnoser): boolean {
  const { apiVersion, kind } = document.data;
  if (kind !== undefined && kind !== 'DataContract') {
    diagnoser.add('ODCS_KIND', ['kind'], `kind is ${say(kind)}, not DataContract`);
    return false;
  }
  if (apiVersion === undefined) {
    diagnoser.add('ODCS_MISSING', [], 'apiVersion is missing', {
      remedy: 'Add a line such as `apiVersion: v3.2.0`.',
    });
    return false;
  }
  const schema = typeof apiVersion === 'string' ? SCHEMAS[apiVersion] : undefined;
  if (schema === undefined) {
    const known = ODCS_VERSIONS.join(', ');
    diagnoser.add(
      'ODCS_VERSION',
      ['apiVersion'],
      `apiVersion is ${say(apiVersion)}, not one of ${known}`,
    );
    return false;
  }
  return checkSchema(document, schema, diagnoser, withProseForms(document.data, diagnoser));
}

/** Checks `document` against `schema`; one diagnostic per mistake. True when the document is valid. */
export function checkSchema(
  document: ContractDocument,
  schema: JsonSchema,
  diagnoser: Diagnoser,
  data: JsonObject = document.data,
): boolean {
  const validate = compileOnce(schema);
  if (validate(data)) return true;
  const findings = explainErrors(validate.errors ?? [], data, schema);
  for (const finding of findings.slice(0, FINDINGS_MAX)) {
    const { code, path, message, isUnquoted, ...options } = finding;
    const written = isUnquoted === true ? document.scalarText(path) : null;
    const remedy = written === null ? {} : { remedy: `Quote it: "${written}".` };
    diagnoser.add(code, path, message, { ...options, ...remedy });
  }
  return false;
}

/** A validator for a plain value, for schemas of our own; the messages name the place below the value. */
export function checkValue(schema: JsonSchema, value: unknown): string[] {
  const validate = compileOnce(schema);
  if (validate(value)) return [];
  return explainErrors(validate.errors ?? [], value, schema).map((finding) =>
    finding.path.length === 0
      ? finding.message
      : `${formatPath(finding.path).slice(1)}: ${finding.message}`,
  );
}

// Why: compiling one version takes some 100 ms, and most processes see one version only.
function compileOnce(schema: JsonSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // Why verbose: an error then carries the schema object that it comes from, see isBranchOf. The schemas are ours to
  // ship, so they are not checked against the meta schema, and compiled without optimising: both cost more than they
  // give for the few documents that one process reads.
  const ajv = new Ajv2019({
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  const addFormats = addFormatsModule as unknown as (ajv: Ajv2019) => void;
  addFormats(ajv);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

const names = new Map<JsonSchema, Set<string>>();

/** Every property name that the schema knows anywhere: what is meant by a misspelt key, and which keys are known. */
function namesIn(schema: JsonSchema): Set<string> {
  const known = names.get(schema);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'properties' && typeof inner === 'object' && inner !== null) {
        for (const name of Object.keys(inner)) found.add(name);
      }
      visit(inner);
    }
  };
  visit(schema);
  names.set(schema, found);
  return found;
}

function explainErrors(errors: ErrorObject[], data: unknown, root: JsonSchema): Finding[] {
  const known = namesIn(root);
  const kept = dropFollowers(keepBestBranches(errors, root), known);
  const findings = kept.map((error) => explainError(error, data, known));
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${formatPath(finding.path)} ${finding.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A choice (`anyOf`, `oneOf`) reports each branch: keep the branch that came furthest, or one line for all. */
function keepBestBranches(errors: ErrorObject[], root: JsonSchema): ErrorObject[] {
  let kept: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      kept.push(error);
      continue;
    }
    const inside = kept.filter((other) => isInside(other, error) && isBranchOf(other, error, root));
    kept = kept.filter((other) => !inside.includes(other));
    kept.push(...bestOf(inside, error));
  }
  return kept.filter((error) => error.keyword !== 'if');
}

function bestOf(inside: ErrorObject[], choice: ErrorObject): ErrorObject[] {
  // Why: when two branches fit, what the others lack says nothing.
  if (Array.isArray(choice.params['passingSchemas'])) return [choice];
  const deeper = inside.filter((error) => error.instancePath.length > choice.instancePath.length);
  if (deeper.length > 0) return deeper;
  const types = inside.filter((error) => error.keyword === 'type');
  if (inside.length > 0 && types.length === inside.length) {
    const expected = [
      ...new Set(types.flatMap((error) => String(error.params['type']).split(','))),
    ];
    return [{ ...choice, keyword: 'type', params: { type: expected } }];
  }
  const required = inside.filter((error) => error.keyword === 'required');
  if (required.length === inside.length && required.length > 1) {
    const missing = required.map((error) => String(error.params['missingProperty']));
    return [{ ...choice, params: { ...choice.params, missing: [...new Set(missing)] } }];
  }
  const others = inside.filter((error) => error.keyword !== 'type');
  return others.length > 0 && others.length < 3 ? others : [choice];
}

function isInside(inner: ErrorObject, outer: ErrorObject): boolean {
  return (
    inner.instancePath === outer.instancePath ||
    inner.instancePath.startsWith(`${outer.instancePath}/`)
  );
}

/** True when `inner` comes from a branch of `choice`; ajv's own schema paths begin anew at each reference. */
function isBranchOf(inner: ErrorObject, choice: ErrorObject, root: JsonSchema): boolean {
  const { schema } = choice;
  const { parentSchema } = inner;
  if (typeof schema !== 'object' || schema === null || parentSchema === undefined) return false;
  const known = branches.get(schema) ?? reachableFrom(schema, root);
  branches.set(schema, known);
  return known.has(parentSchema);
}

const branches = new WeakMap<object, Set<object>>();

/** Every schema object inside `start`, references followed. */
function reachableFrom(start: object, root: JsonSchema): Set<object> {
  const found = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || found.has(value)) return;
    found.add(value);
    const target = (value as { $ref?: unknown }).$ref;
    if (typeof target === 'string') visit(valueAt(root, pathOfPointer(target.slice(1), root)));
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(start);
  return found;
}

/** Keys look unknown to the schema when something else in their mapping is wrong: such followers are dropped. */
function dropFollowers(errors: ErrorObject[], known: Set<string>): ErrorObject[] {
  return errors.filter((error) => {
    if (error.keyword !== 'unevaluatedProperties') return true;
    const key = String(error.params['unevaluatedProperty']);
    if (!known.has(key)) return true;
    return !errors.some(
      (other) => other.keyword !== 'unevaluatedProperties' && isInside(other, error),
    );
  });
}

/** What a value has to look like, in words, where a schema of ours says it so: a pattern is for machines. */
function wordsOf({ keyword, parentSchema }: ErrorObject): string | null {
  const words: unknown = keyword === 'pattern' ? parentSchema?.['x-words'] : null;
  return typeof words === 'string' ? words : null;
}

function explainError(error: ErrorObject, data: unknown, known: Set<string>): Finding {
  const path = pathOfPointer(error.instancePath, data);
  const value = valueAt(data, path);
  switch (error.keyword) {
    case 'required': {
      const key = String(error.params['missingProperty']);
      return {
        code: 'ODCS_MISSING',
        path,
        message: `${key} is missing`,
        remedy: `Add \`${key}\`.`,
      };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return explainUnknownKey(
        String(error.params['additionalProperty'] ?? error.params['unevaluatedProperty']),
        path,
        known,
      );
    case 'type':
      return explainType([error.params['type']].flat().map(String), path, value);
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).map(String);
      return explainEnum(allowed, path, value);
    }
    case 'oneOf':
    case 'anyOf':
      return explainChoice(error, path);
    case 'not':
      return { code: 'ODCS_UNKNOWN_KEY', path, message: notMessage(path, value) };
    default:
      return {
        code: 'ODCS_VALUE',
        path,
        message: `${say(value)} ${wordsOf(error) ?? error.message ?? `breaks ${error.keyword}`}`,
        remedy: 'Correct the value.',
      };
  }
}

function explainUnknownKey(key: string, path: DocumentPath, known: Set<string>): Finding {
  const near = known.has(key) ? null : nearestName(key, known);
  const remedy = known.has(key)
    ? 'The standard has this key for other types or in other places: remove it here.'
    : `Did you mean \`${near}\`? Else move it to customProperties.`;
  return {
    code: 'ODCS_UNKNOWN_KEY',
    path: [...path, key],
    atKey: true,
    message: `"${key}" is no key of ${path.length === 0 ? 'a contract' : 'this part'} in this version of the standard`,
    ...(near === null && !known.has(key) ? {} : { remedy }),
  };
}

function explainType(expected: string[], path: DocumentPath, value: unknown): Finding {
  const wanted = expected.join(' or ');
  const quote =
    expected.includes('string') && (typeof value === 'number' || typeof value === 'boolean');
  return {
    code: 'ODCS_TYPE',
    path,
    message: `must be ${wanted}, is ${value === null ? 'empty' : `${typeOf(value)} ${say(value)}`}`,
    ...(quote ? { isUnquoted: true } : {}),
  };
}

function explainEnum(allowed: string[], path: DocumentPath, value: unknown): Finding {
  const near = typeof value === 'string' ? nearestName(value, new Set(allowed)) : null;
  return {
    code: 'ODCS_VALUE',
    path,
    message: `${say(value)} is not one of ${allowed.join(', ')}`,
    ...(near === null ? {} : { remedy: `Did you mean \`${near}\`?` }),
  };
}

function explainChoice(error: ErrorObject, path: DocumentPath): Finding {
  const missing = error.params['missing'] as string[] | undefined;
  if (missing !== undefined) {
    return { code: 'ODCS_MISSING', path, message: `one of ${missing.join(', ')} is missing` };
  }
  if (Array.isArray(error.params['passingSchemas'])) {
    return {
      code: 'ODCS_VALUE',
      path,
      message: 'only one of several exclusive forms may be used here',
      remedy: 'Keep one operator (or form) and remove the others.',
    };
  }
  return { code: 'ODCS_VALUE', path, message: 'the value has none of the allowed forms' };
}

function notMessage(path: DocumentPath, value: unknown): string {
  const relationship = path.at(-2) === 'relationships' && Object.hasOwn(Object(value), 'from');
  return relationship
    ? '"from" is not allowed in a relationship of a property: it is the property itself'
    : 'a key is not allowed here';
}

/** The known name within two edits of `name`, or null. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(3, Math.ceil(name.length / 2));
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance && candidate !== name) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** At most `count` known names that may have been meant, the nearest first: a few edits away, or one is a part of the other. */
export function nearestNames(name: string, known: readonly string[], count = 3): string[] {
  const text = name.toLowerCase();
  const limit = Math.min(3, Math.ceil(text.length / 2) + 1);
  const farnessOf = (candidate: string): number => {
    const other = candidate.toLowerCase();
    const edits = editDistance(text, other, limit);
    if (edits < limit) return edits;
    const isPart = text.length > 2 && (other.includes(text) || text.includes(other));
    return isPart ? limit + Math.abs(other.length - text.length) : Number.POSITIVE_INFINITY;
  };
  return known
    .map((candidate) => ({ candidate, farness: farnessOf(candidate) }))
    .filter(({ farness }) => farness < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.farness - b.farness)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'mapping' : typeof value;
}

/** A value in a message: short, and JSON so that its type shows. */
export function say(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
