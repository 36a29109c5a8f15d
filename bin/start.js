/*
 * `npm start`: installs what is missing, then starts the mesh with the example loaded.
 * Further arguments go to `weft up`: `npm start -- --port 9000`.
 */
import { join } from 'node:path';
import install from './install.cjs';
import port from './port.cjs';
import runtime from './runtime.cjs';

await port.refuseTakenPort(process.argv.slice(2), process.env);
install.installMissing();
const binary = runtime.findRuntime();
if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exit(7);
}
const args = [
  ...runtime.FLAGS,
  join(runtime.ROOT, 'bin', 'weft.js'),
  'up',
  '--example',
  'cpg',
  ...process.argv.slice(2),
];
runtime.runChild(binary, args, {
  endsWithParent: process.env.npm_lifecycle_event === 'start',
  isTied: true,
});
