/**
 * Builds the readers from the AssemblyScript beside it. `node core/wasm/build.mjs [FOLDER]`
 *
 * The results are committed, so that nobody needs the compiler to run Weft; a test builds them again and compares the bytes.
 */
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = fileURLToPath(new URL('.', import.meta.url));
const target = process.argv[2] ?? '.';

for (const name of ['csv', 'ndjson']) {
  const { error, stderr } = await asc.main([
    `${name}.ts`,
    '--baseDir', folder,
    '--outFile', `${target}/${name}.wasm`,
    '--optimizeLevel', '3',
    '--shrinkLevel', '0',
    '--noAssert',
    '--runtime', 'stub',
    '--importMemory',
    '--initialMemory', '1',
    '--enable', 'simd',
    '--enable', 'bulk-memory',
    '--use', 'abort=',
  ]);
  if (error !== null) {
    process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
    process.exitCode = 1;
  }
}
