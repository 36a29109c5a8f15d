/**
 * `contract publish|list|show`: published contracts.
 *
 * Not their proof (`contract-verify.ts`), which loads the reader of contracts: these commands start without it.
 */
import type { ContractBundle } from '@weft/core/contract/bundle';
import type { CommandContext } from '../command.ts';
import { renderFacts } from '../document-text.ts';
import { readText, writeResult } from '../files.ts';
import { readList } from '../listing.ts';
import { renderPlaces } from '../problem-text.ts';
import { type Column, renderTable } from '../table.ts';
import { argument, pathPart } from '../text.ts';

interface Change {
  path: string;
  consumer: string;
  producer: string;
  message: string;
}

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
  changes: Change[];
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
      ...published.changes.map((change) => `  changes  ${changeText(change)}`),
      ...(dryRun ? [] : [`  next     weft ingest ${published.product} FILE`]),
    ].join('\n'),
  );
  const notes = published.diagnostics.filter((d) => d.severity !== 'info');
  if (notes.length > 0) context.out.say(renderPlaces(notes.map((note) => ({ ...note, file }))));
  return undefined;
}

/** For whom a change is more than words, and what it is. */
function changeText({ path, message, consumer, producer }: Change): string {
  const words: Readonly<Record<string, string>> = { break: 'breaks', warn: 'concerns' };
  const sides = [
    ...(consumer === 'safe' ? [] : [`${words[consumer]} consumers`]),
    ...(producer === 'safe' ? [] : [`${words[producer]} producers`]),
  ];
  return `${path}: ${message} (${sides.join(', ')})`;
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
  const found = await readList<ContractSummary>(context, '/api/v1/contracts', {
    domain: context.options.text('domain'),
  });
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
    await writeResult(context, { text: JSON.stringify(bundle, null, 2), json: bundle });
    return undefined;
  }
  if (context.options.flag('source')) {
    const response = await context
      .api()
      .open('GET', path, { headers: { accept: 'application/yaml' } });
    const text = await response.text();
    await writeResult(context, { text, json: { source: text } });
    return undefined;
  }
  const contract = await context.api().call<ContractDocument>('GET', path);
  await writeResult(context, { text: renderContract(contract), json: contract });
  return undefined;
}

/** What this view reads of a published contract; the API gives the whole model. */
interface ContractDocument extends ContractSummary {
  predecessor: string | null;
  tables: string[];
  model?: {
    name?: string | null;
    status?: string;
    description?: { purpose?: string | null; limitations?: string | null };
    objects?: ContractObject[];
    team?: { username: string; role?: string | null }[];
    weft?: { granularity?: string | null; purposes?: string[]; licence?: string | null };
  };
}

interface ContractObject {
  name: string;
  properties: {
    name: string;
    logicalType: string | null;
    physicalType: string | null;
    required: boolean;
    primaryKeyPosition?: number | null;
    classification: string | null;
  }[];
}

function renderContract(contract: ContractDocument): string {
  const { model = {} } = contract;
  const { weft = {}, description = {}, team = [], objects = [] } = model;
  return [
    `${contract.product}@${contract.version}  ${model.name ?? ''}`.trimEnd(),
    renderFacts([
      ['what', description.purpose ?? null],
      ['limits', description.limitations ?? null],
      ['status', model.status ?? null],
      ['hash', contract.hash],
      ['before', contract.predecessor],
      ['published', `${contract.publishedAt} by ${contract.publishedBy}`],
      ['granularity', weft.granularity ?? null],
      ['purposes', (weft.purposes ?? []).join(', ')],
      ['licence', weft.licence ?? null],
      ['team', team.map((m) => (m.role ? `${m.username} (${m.role})` : m.username)).join(', ')],
    ]),
    ...objects.map(renderObject),
    `The whole text: weft contract show ${contract.product}@${contract.version} --source`,
  ].join('\n\n');
}

function renderObject({ name, properties }: ContractObject): string {
  const columns: Column<ContractObject['properties'][number]>[] = [
    { head: name.toUpperCase(), cell: (p) => p.name },
    { head: 'TYPE', cell: (p) => p.physicalType ?? p.logicalType ?? '-' },
    { head: 'KEY', cell: (p) => (p.primaryKeyPosition ? String(p.primaryKeyPosition) : '-') },
    { head: 'MUST', cell: (p) => (p.required ? 'required' : '-') },
    { head: 'CLASS', cell: (p) => p.classification ?? '-' },
  ];
  return renderTable(properties, columns, { terminal: true, bold: (text) => text });
}
