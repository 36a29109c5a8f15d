/**
 * Refuses text for people in the components of the web app: sentences, labels and plurals stand in the `words.ts` of a room.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spokenText } from '../web/build/spoken-text.ts';

const folder = fileURLToPath(new URL('../web/src/', import.meta.url));

/** Words themselves, tests and their facts, and what was generated. */
const NOT_LOOKED_AT =
  /\.test\.tsx?$|(?:^|\/)words(?:-[a-z]+)?\.ts$|\/generated\/|^testing\/|\.d\.ts$/;

/** Each text that stands outside of its room's words, with its place. */
export function strayText(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !NOT_LOOKED_AT.test(path))
    .sort()
    .flatMap((path) =>
      spokenText(path, readFileSync(folder + path, 'utf8')).map(
        ({ line, text }) =>
          `web/src/${path}:${line} says “${text}”: put it into the room's words.ts`,
      ),
    );
}

if (import.meta.main) {
  const stray = strayText();
  if (stray.length > 0) {
    process.stderr.write(`${stray.join('\n')}\n`);
    process.exitCode = 1;
  }
}
