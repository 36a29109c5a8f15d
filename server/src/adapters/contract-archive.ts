/**
 * Copies of published contracts as files: `<directory>/<domain>/<product>/<version>.odcs.yaml` and `….bundle.json`.
 *
 * Not the registry's truth, which is the store; a missing copy is a nuisance and never an error of publishing.
 * Invariant: a file appears whole or not at all, and holds the published bytes unchanged.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '@weft/core/lib/assert';

/** Names come from published contracts, so they hold no separators; asserted all the same before they become a path. */
const SAFE = /^[a-z0-9][a-zA-Z0-9_.+-]*$/;

export function createContractArchive(directory: string) {
  return {
    async keep(
      contract: { product: string; version: string; media: string },
      source: string,
      bundle: unknown,
    ): Promise<void> {
      const [domain, product] = contract.product.split('.');
      const parts = [domain ?? '', product ?? ''];
      assert(
        [...parts, contract.version].every((part) => SAFE.test(part)),
        'a name is a path',
      );
      const folder = join(directory, ...parts);
      await mkdir(folder, { recursive: true });
      const ending = contract.media === 'application/json' ? 'odcs.json' : 'odcs.yaml';
      await writeWhole(join(folder, `${contract.version}.${ending}`), source);
      await writeWhole(
        join(folder, `${contract.version}.bundle.json`),
        `${JSON.stringify(bundle, null, 2)}\n`,
      );
    },
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
