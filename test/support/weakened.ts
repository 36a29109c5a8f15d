/**
 * A weakened build: a copy of the sources in which one thing that keeps a promise is taken out.
 *
 * The control of a fault suite: what it does not notice there, it would not notice here. Nothing in the product knows of
 * it. Invariant: the text that is taken out stands exactly once in its file, so that a control follows the code or fails.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'core',
  'server',
  'test/support',
  'test/hostile',
  'test/identity',
  'test/attacks',
  'package.json',
];
const LINKED = ['spec', 'web', 'examples'];

export interface Weakness {
  /** What the build lacks. */
  name: string;
  file: string;
  find: string;
  replace: string;
}

/** Fails for one whose code has moved on. Why apart: most runs make few of the builds, and all are to be true. */
export function assertFollows({ file, find }: Weakness): void {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  assert.equal(text.split(find).length, 2, `${file} has this once: ${find}`);
}

/** Makes the copy in `folder` and returns its root, as a URL with a slash at its end. */
export function weaken(folder: string, weakness: Weakness): URL {
  assertFollows(weakness);
  const { file, find, replace } = weakness;
  for (const name of COPIED) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), {
      recursive: true,
      filter: (source) => path.basename(source) !== 'node_modules',
    });
  }
  for (const name of LINKED) fs.symlinkSync(path.join(ROOT, name), path.join(folder, name));
  linkModules(folder);
  const place = path.join(folder, file);
  const text = fs.readFileSync(place, 'utf8');
  fs.writeFileSync(
    place,
    text.replace(find, () => replace),
  );
  return pathToFileURL(`${folder}/`);
}

/** The same libraries, and the copy's own workspaces. */
function linkModules(folder: string): void {
  const modules = path.join(ROOT, 'node_modules');
  fs.mkdirSync(path.join(folder, 'node_modules/@weft'), { recursive: true });
  for (const name of fs.readdirSync(modules)) {
    if (name === '@weft' || name.startsWith('.')) continue;
    fs.symlinkSync(path.join(modules, name), path.join(folder, 'node_modules', name));
  }
  for (const name of ['core', 'server'])
    fs.symlinkSync(path.join(folder, name), path.join(folder, 'node_modules/@weft', name));
  for (const name of ['core', 'server', 'web']) {
    const own = path.join(ROOT, name, 'node_modules');
    if (fs.existsSync(own) && fs.existsSync(path.join(folder, name)) && name !== 'web')
      fs.symlinkSync(own, path.join(folder, name, 'node_modules'));
  }
}
