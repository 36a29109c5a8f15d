/**
 * `contract publish|list|show|verify`: published contracts, and the proof that they are what was published.
 */
import { existsSync } from 'node:fs';
import type { ContractBundle } from '@weft/core/contract/bundle';
import { verifyBundle } from '@weft/core/contract/bundle';
import { WeftError } from '@weft/core/lib/error';
import { verifyingCrypto } from '../../adapters/verifying-crypto.ts';
import type { CommandContext } from '../command.ts';
import { renderPlaces } from '../output.ts';
import { argument, page, pathPart, readText, writeText } from '../text.ts';
import { renderFields } from './mesh.ts';

interface Published {
  contract: string;
  product: string;
  version: string;
  hash: string;
  predecessor: string | null;
  tables: string[];
  diagnostics: {
    severity: string;
    message: string;
    path?: string;
    line?: number;
    column?: number;
    remedy?: string;
    code: string;
  }[];
}

export async function publish(context: CommandContext): Promise<undefined> {
  const file = argument(context, 0);
  const body = await readText(context.io, file);
  const headers = {
    'content-type': body.trimStart().startsWith('{') ? 'application/json' : 'text/yaml',
  };
  const dryRun = context.options.flag('dryRun');
  const published = await context.api().call<Published>('POST', '/api/v1/contracts', {
    body,
    headers,
    query: { dryRun: dryRun || undefined },
  });
  context.out.document(published, () =>
    [
      `${context.out.colors.cyan('✓')} ${published.product}@${published.version} ${dryRun ? 'could be published' : 'is published'}`,
      `  hash     ${published.hash}`,
      `  tables   ${published.tables.join(', ')}`,
      ...(dryRun ? [] : [`  next     weft ingest ${published.product} FILE`]),
    ].join('\n'),
  );
  const notes = published.diagnostics.filter((d) => d.severity !== 'info');
  if (notes.length > 0) context.out.say(renderPlaces(notes.map((note) => ({ ...note, file }))));
  return undefined;
}

interface ContractSummary {
  contract: string;
  product: string;
  version: string;
  hash: string;
  publishedAt: string;
  publishedBy: string;
}

export async function list(context: CommandContext): Promise<undefined> {
  const query = { ...page(context), domain: context.options.text('domain') };
  const found = await context
    .api()
    .call<{ items: ContractSummary[]; next: string | null }>('GET', '/api/v1/contracts', { query });
  context.out.list(
    found,
    [
      { head: 'PRODUCT', cell: (c) => c.product },
      { head: 'VERSION', cell: (c) => c.version },
      { head: 'HASH', cell: (c) => c.hash.slice(0, 12) },
      { head: 'PUBLISHED', cell: (c) => c.publishedAt },
      { head: 'BY', cell: (c) => c.publishedBy },
    ],
    'No contracts yet: `weft contract publish FILE`.',
  );
  return undefined;
}

export async function show(context: CommandContext): Promise<undefined> {
  const path = `/api/v1/contracts/${pathPart(argument(context, 0))}`;
  if (context.options.flag('bundle')) {
    const bundle = await context.api().call<ContractBundle>('GET', `${path}/bundle`);
    await writeText(context, `${JSON.stringify(bundle, null, 2)}\n`);
    return undefined;
  }
  if (context.options.flag('source')) {
    const response = await context
      .api()
      .open('GET', path, { headers: { accept: 'application/yaml' } });
    await writeText(context, await response.text());
    return undefined;
  }
  const contract = await context.api().call<Record<string, unknown>>('GET', path);
  context.out.document(contract, () => renderFields(contract));
  return undefined;
}

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
  const bundle = await readBundle(context, name);
  const { value, diagnostics } = verifyBundle(bundle, { rootKey, crypto: verifyingCrypto });
  const good = value !== null && !diagnostics.some((d) => d.severity === 'error');
  context.out.document(
    { verified: good, versions: value?.versions.map((v) => v.statement) ?? [], diagnostics },
    () =>
      good
        ? [
            `${context.out.colors.cyan('✓')} ${name}: chain and signatures hold under the trusted root`,
            ...(value?.versions ?? []).map(
              ({ statement: s }) => `  ${s.domain}.${s.product}@${s.version}  ${s.hash}`,
            ),
          ].join('\n')
        : `${context.out.colors.red('×')} ${name} is not what the mesh published\n${renderPlaces(diagnostics)}`,
  );
  return good ? 0 : 3;
}

async function readBundle(context: CommandContext, name: string): Promise<ContractBundle> {
  if (!existsSync(name))
    return context.api().call<ContractBundle>('GET', `/api/v1/contracts/${pathPart(name)}/bundle`);
  const beside = name.replace(/\.(odcs\.)?ya?ml$/, '.bundle.json');
  if (beside !== name && !existsSync(beside)) {
    throw new WeftError('USAGE', `${name} has no ${beside} beside it`, {
      remedy: 'Get it with `weft contract show ID --bundle --out FILE` and verify that file.',
    });
  }
  try {
    return JSON.parse(await readText(context.io, beside)) as ContractBundle;
  } catch (error) {
    throw new WeftError('CONTRACT_UNTRUSTED', `${beside} is no bundle`, { cause: error });
  }
}
