/**
 * `contract verify`: the proof that a contract is what the mesh published, offline for a file.
 *
 * Invariants: the trusted key comes from the user, never from the document; a contract file is proven only when its own
 * content is that of a version in the bundle, not by a good bundle that lies beside it.
 */
import { existsSync } from 'node:fs';
import {
  type ContractBundle,
  readBundle,
  type VerifiedContract,
  verifyBundle,
} from '@weft/core/contract/bundle';
import { readDocument } from '@weft/core/contract/document';
import { contractHash } from '@weft/core/contract/freeze';
import { type Diagnostic, hasErrors } from '@weft/core/lib/diagnostic';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import { verifyingCrypto } from '../../adapters/verifying-crypto.ts';
import type { CommandContext } from '../command.ts';
import { readText } from '../files.ts';
import { renderPlaces } from '../problem-text.ts';
import { argument, pathPart } from '../text.ts';

const CONTRACT_FILE = /\.ya?ml$/;

/** Proves a bundle against the pinned root; exit code 3 when it does not hold. */
export async function verify(context: CommandContext): Promise<number> {
  const name = argument(context, 0);
  const rootKey = context.options.text('trust') ?? context.pinnedRoot();
  if (rootKey === null) {
    throw new WeftError('USAGE', 'no root key to trust', {
      remedy:
        'Give --trust KEY, or pin one with `weft login`. A key inside the document proves nothing.',
    });
  }
  const bundle = await loadBundle(context, name);
  const head = context.options.text('head');
  const { value, diagnostics } = verifyBundle(bundle, { rootKey, crypto: verifyingCrypto, head });
  const isBundleGood = value !== null && !hasErrors(diagnostics);
  const proof =
    isBundleGood && CONTRACT_FILE.test(name) && existsSync(name)
      ? await matchFile(context, name, value)
      : { good: isBundleGood, diagnostics };
  const statements = value?.versions.map((version) => version.statement) ?? [];
  context.out.document(
    {
      verified: proof.good,
      head: value?.head ?? null,
      versions: statements,
      diagnostics: proof.diagnostics,
    },
    () =>
      proof.good
        ? [
            `${context.out.colors.cyan('✓')} ${name}: chain and signatures hold under the trusted root`,
            ...statements.map((s) => `  ${s.domain}.${s.product}@${s.version}  ${s.hash}`),
            `  head  ${value?.head}`,
          ].join('\n')
        : `${context.out.colors.red('×')} ${name} is not what the mesh published\n${renderPlaces(proof.diagnostics.map(withoutLine))}`,
  );
  return proof.good ? 0 : 3;
}

// Why: a bundle is JSON that nobody reads by lines; its places are paths.
function withoutLine({ code, message, path, remedy, file, line, column }: Diagnostic): ErrorPlace {
  const place = file === undefined ? {} : { file, line, column };
  return { code, message, path, remedy, ...place };
}

/** A contract file is good when a proven version has its content. */
async function matchFile(
  context: CommandContext,
  file: string,
  proven: VerifiedContract,
): Promise<{ good: boolean; diagnostics: Diagnostic[] }> {
  const { value, diagnostics } = readDocument(await readText(context.io, file), { file });
  if (value === null) return { good: false, diagnostics };
  const hash = contractHash(value, verifyingCrypto);
  if (proven.versions.some(({ statement }) => statement.hash === hash))
    return { good: true, diagnostics: [] };
  const versions = proven.versions.map(({ statement }) => statement.version).join(', ');
  const message = `the file has content ${hash}, which is none of the published versions (${versions})`;
  const remedy = `Get the published text with \`weft contract show ${proven.contractId} --source\`.`;
  return {
    good: false,
    diagnostics: [
      {
        severity: 'error',
        code: 'PROOF_HASH',
        message,
        path: '',
        line: 1,
        column: 1,
        file,
        remedy,
      },
    ],
  };
}

async function loadBundle(context: CommandContext, name: string): Promise<ContractBundle> {
  if (name !== '-' && !existsSync(name))
    return context.api().call<ContractBundle>('GET', `/api/v1/contracts/${pathPart(name)}/bundle`);
  const path = CONTRACT_FILE.test(name) ? name.replace(/(\.odcs)?\.ya?ml$/, '.bundle.json') : name;
  if (path !== name && !existsSync(path)) {
    throw new WeftError('USAGE', `${name} has no ${path} beside it`, {
      remedy: `Get it with \`weft contract show ID --bundle --out ${path}\`.`,
    });
  }
  const { value, diagnostics } = readBundle(await readText(context.io, path));
  if (value !== null) return value;
  throw new WeftError('CONTRACT_UNTRUSTED', `${path} is no bundle`, {
    remedy: 'Get one with `weft contract show ID --bundle --out FILE`.',
    errors: diagnostics,
  });
}
