/**
 * TypeScript types of an OpenAPI document, as text.
 *
 * Here and not in `tools/`, since the library is a dependency of the web app, with a compiler of its own beside it.
 */
import openApiTypes, { astToString } from 'openapi-typescript';

export async function typesOfApi(document: object): Promise<string> {
  return astToString(await openApiTypes(document as never, { alphabetize: true }));
}
