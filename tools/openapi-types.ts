/**
 * Writes the web app's view of the API: TypeScript types from the OpenAPI document, in `web/src/api/generated`.
 *
 * Not kept in the repository: the routes' own schemas are the source, and the build and the check make it anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { typesOfApi } from '../web/build/types-of-api.ts';
import { openApiDocument } from './openapi-document.ts';

const folder = fileURLToPath(new URL('../web/src/api/generated/', import.meta.url));
const target = `${folder}openapi.d.ts`;
const types = await typesOfApi(await openApiDocument('0'));
const text = `/** Generated from the OpenAPI document of the mesh by \`npm run gen\`. */\n${types}`;
// Why compared: a file that is not touched starts no new build.
if (readOrNull(target) !== text) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(target, text);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
