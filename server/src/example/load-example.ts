/**
 * Loads an example mesh: reads its `mesh.yaml` and does over the HTTP API what a user would do by hand.
 *
 * Not a back door: it uses the public API with each subject's own token. Invariant: loading twice changes nothing, since
 * contracts are immutable, batches have keys and agreements are asked for only when there is none.
 */
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocument } from '@weft/core/contract/document';
import type { BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { Agreement, Domain, Role, Subject } from '@weft/core/registry/types';
import { type ApiClient, createClient, RemoteProblem } from '../cli/client.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

interface Manifest {
  title: string;
  subjects: {
    id: string;
    name: string;
    roles: Role[];
    domains: string[];
    attributes?: Subject['attributes'];
  }[];
  domains: Omit<Domain, 'node'>[];
  contracts: FileAs[];
  products: FileAs[];
  policies: FileAs[];
  batches: { table: string; file: string; key: string; as: string }[];
  agreements: {
    product: string;
    purpose: string;
    subject: string;
    approve?: string;
    why: string;
  }[];
}

interface FileAs {
  file: string;
  as: string;
}

export interface LoadOptions {
  /** Folder under `examples/`. */
  name: string;
  url: string;
  issueToken(subject: Subject): Promise<string>;
  signal: AbortSignal;
  progress(text: string | null): void;
  say(text: string): void;
}

/** Loads the example and resolves to a token per subject. */
export async function loadExample(options: LoadOptions): Promise<Record<string, string>> {
  const folder = join(EXAMPLES, options.name);
  if (!existsSync(join(folder, 'mesh.yaml'))) {
    throw new WeftError('USAGE', `there is no example "${options.name}"`, {
      remedy: 'There is: cpg.',
    });
  }
  const manifest = await readManifest(folder);
  const tokens: Record<string, string> = {};
  for (const subject of manifest.subjects) {
    tokens[subject.id] = await options.issueToken({ attributes: {}, ...subject });
  }
  const as = (subject: string): ApiClient =>
    createClient({ url: options.url, token: tokens[subject] ?? null, signal: options.signal });
  await loadNouns({ manifest, folder, as, options });
  await loadBatches({ manifest, folder, as, options });
  await loadAgreements({ manifest, folder, as, options });
  options.progress(null);
  return tokens;
}

interface Loading {
  manifest: Manifest;
  folder: string;
  as(subject: string): ApiClient;
  options: LoadOptions;
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'mesh.yaml');
  const { value, diagnostics } = readDocument(await readFile(file, 'utf8'), { file });
  if (value === null)
    throw new WeftError('USAGE', `${file} cannot be read`, { errors: diagnostics });
  return value.data as unknown as Manifest;
}

async function loadNouns({ manifest, folder, as, options }: Loading): Promise<void> {
  const known = await as('platform').call<{ items: Domain[] }>('GET', '/api/v1/domains', {
    query: { limit: 200 },
  });
  for (const domain of manifest.domains) {
    if (known.items.some((item) => item.name === domain.name)) continue;
    await as('platform').call('POST', '/api/v1/domains', { json: domain });
  }
  for (const { file, as: subject } of manifest.contracts) {
    options.progress(`publishing ${file} …`);
    await sendFile({
      client: as(subject),
      method: 'POST',
      path: '/api/v1/contracts',
      file: join(folder, file),
      say: options.say,
    });
  }
  for (const { file, as: subject } of manifest.products) {
    await sendFile({
      client: as(subject),
      method: 'POST',
      path: '/api/v1/products',
      file: join(folder, file),
      say: options.say,
    });
  }
  for (const { file, as: subject } of manifest.policies)
    await loadPolicy(as(subject), join(folder, file));
}

async function sendFile(input: {
  client: ApiClient;
  method: string;
  path: string;
  file: string;
  say(text: string): void;
}): Promise<void> {
  const body = await readFile(input.file, 'utf8');
  try {
    await input.client.call(input.method, input.path, {
      body,
      headers: { 'content-type': 'text/yaml' },
    });
  } catch (error) {
    // Why: a product of the example that its owner retired must not keep the mesh from starting.
    if (!(error instanceof RemoteProblem) || error.problem.status !== 409) throw error;
    input.say(`${basename(input.file)} is left out: ${error.problem.detail}`);
  }
}

async function loadPolicy(client: ApiClient, file: string): Promise<void> {
  const { value } = readDocument(await readFile(file, 'utf8'), { file });
  const { product, ...policy } = (value?.data ?? {}) as { product?: string } & Record<
    string,
    unknown
  >;
  const path = `/api/v1/policies/${product ?? ''}`;
  // Why: at a later start it is the owner's; what he hid since must not be shown again.
  const { version } = await client.call<{ version: number }>('GET', path);
  if (version === 0) await client.call('PUT', path, { json: policy });
}

async function loadBatches({ manifest, folder, as, options }: Loading): Promise<void> {
  for (const [i, batch] of manifest.batches.entries()) {
    options.progress(
      `batch ${i + 1} of ${manifest.batches.length}: ${batch.table} ${basename(batch.file)} …`,
    );
    const file = join(folder, batch.file);
    const format = /\.(csv|ndjson|parquet)(\.gz)?$/.exec(file)?.[1] ?? 'csv';
    const headers: Record<string, string> = { 'content-type': CONTENT_TYPES[format] ?? 'text/csv' };
    if (file.endsWith('.gz')) headers['content-encoding'] = 'gzip';
    const report = await as(batch.as).call<BatchReport>(
      'POST',
      `/api/v1/products/${batch.table}/batches`,
      {
        query: { key: batch.key, format, name: basename(file) },
        headers,
        body: createReadStream(file),
      },
    );
    if (report.state !== 'committed') {
      options.say(`${batch.table} ${basename(file)} is ${report.state}: ${report.because ?? ''}`);
    }
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

async function loadAgreements({ manifest, as }: Loading): Promise<void> {
  for (const wanted of manifest.agreements) {
    const query = { product: wanted.product, limit: 200 };
    const present = await as(wanted.subject).call<{ items: Agreement[] }>(
      'GET',
      '/api/v1/agreements',
      { query },
    );
    if (present.items.some((a) => a.subject === wanted.subject && a.purpose === wanted.purpose))
      continue;
    const json = { product: wanted.product, purpose: wanted.purpose, why: wanted.why };
    const agreement = await as(wanted.subject).call<Agreement>('POST', '/api/v1/agreements', {
      json,
    });
    if (agreement.state === 'requested' && wanted.approve !== undefined) {
      const path = `/api/v1/agreements/${agreement.agreement}/approve`;
      await as(wanted.approve).call('POST', path, { json: { because: 'Part of the example' } });
    }
  }
}
