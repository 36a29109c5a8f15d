/**
 * What checks requests by the schemas of their routes: a query, parameters and headers come as text and are read by the
 * schema; a JSON body says its types itself and is taken at its word.
 *
 * Why two: read by the rules of text, the 0, the `""` and the `false` of a body become null wherever null may stand.
 */
import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifySchemaCompiler } from 'fastify';

type Compiler = FastifySchemaCompiler<unknown>;

/** For `setValidatorCompiler`. */
export function requestValidators(): Compiler {
  const build = AjvCompiler();
  const ofText = build({}, options('array')) as unknown as Compiler;
  const ofJson = build({}, options(false)) as unknown as Compiler;
  return (part) => (part.httpPart === 'body' ? ofJson : ofText)(part);
}

function options(coerceTypes: 'array' | false) {
  return { customOptions: { coerceTypes, removeAdditional: false as const } };
}
