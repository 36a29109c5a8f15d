/*
 * `npm run build`: installs what is missing and builds the web app, if what lies in `web` changed since the last build.
 */
import install from './install.cjs';
import runtime from './runtime.cjs';
import web from './web.cjs';

install.installMissing();
const binary = runtime.findRuntime();
if (binary === null) {
  process.stderr.write(`${runtime.explainMissing()}\n`);
  process.exit(7);
}
web.buildMissing(binary);
