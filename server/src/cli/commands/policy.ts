/**
 * `policy …`, `access apply`: the rules of owners and of the mesh, from files.
 *
 * A file is Cedar text (`DOMAIN.PRODUCT.cedar`, or any name with `--product`) or YAML with the short forms and, under `cedar`,
 * the text. The product `mesh` stands for the policies of the mesh.
 */
import { basename } from 'node:path';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import type { MeshPolicy, ProductPolicy } from '@weft/core/registry/types';
import type { CommandContext } from '../command.ts';
import { renderFields } from '../document-text.ts';
import { readText } from '../files.ts';
import { argument, pathPart } from '../text.ts';

const PRODUCT_KEYS = [
  'rowFilter',
  'hiddenClassifications',
  'autoApprovePurposes',
  'cedar',
  'subjectAttributes',
  'sets',
];
const MESH_KEYS = ['cedar', 'subjectAttributes', 'domainTags', 'productionDomains'];
export const MESH = 'mesh';

/** What a policy file says, and of which product. */
interface PolicyFile {
  product: string;
  content: Record<string, unknown>;
  /** True for Cedar text alone: the short forms stay as they are. */
  isText: boolean;
}

interface Warned {
  /** What the policy does not do although somebody may think so. */
  warnings: ErrorPlace[];
}

/** Beside the document, which has them with --json. */
export function sayWarnings(context: CommandContext, { warnings }: Warned): void {
  for (const warning of warnings) context.out.say(`warning: ${faultText(warning)}`);
}

export async function apply(context: CommandContext): Promise<undefined> {
  const file = await readPolicyFile(context);
  const path = policyPath(file.product);
  const json = await completeContent(context, file);
  const query = { plan: context.options.text('plan') };
  const policy = await context
    .api()
    .call<(ProductPolicy | MeshPolicy) & Warned>('PUT', path, { json, query });
  context.out.document(policy, () => `Policy of ${file.product} is version ${policy.version}.`);
  sayWarnings(context, policy);
  return undefined;
}

export async function lint(context: CommandContext): Promise<number | undefined> {
  const file = await readPolicyFile(context);
  const json = await completeContent(context, file);
  const path = `${policyPath(file.product)}/lint`;
  const { faults, warnings } = await context
    .api()
    .call<{ faults: ErrorPlace[] } & Warned>('POST', path, { json });
  const document = { product: file.product, valid: faults.length === 0, faults, warnings };
  context.out.document(document, () =>
    faults.length === 0
      ? `${file.product}: the policy can be put in force.`
      : faults.map(faultText).join('\n'),
  );
  sayWarnings(context, { warnings });
  return faults.length === 0 ? undefined : 3;
}

export async function show(context: CommandContext): Promise<undefined> {
  const product = argument(context, 0);
  if (context.options.flag('schema')) return showSchema(context, product);
  const policy = await context.api().call<ProductPolicy | MeshPolicy>('GET', policyPath(product));
  context.out.document(policy, () => {
    if (policy.version === 0) {
      return `${product} has no policy of its own. Write one: weft access apply FILE`;
    }
    const { cedar, ...fields } = policy;
    return cedar
      ? `${renderFields({ ...fields })}\n\n${cedar.trimEnd()}`
      : renderFields({ ...fields });
  });
  return undefined;
}

async function showSchema(context: CommandContext, product: string): Promise<undefined> {
  const answer = await context
    .api()
    .call<{ schema: string; attributes: string[] }>('GET', `${policyPath(product)}/schema`);
  context.out.document(answer, () => answer.schema.trimEnd());
  return undefined;
}

function policyPath(product: string): string {
  return `/api/v1/policies/${pathPart(product)}`;
}

/** What a file says, with what is in force where it says nothing of it: Cedar text alone leaves the short forms. */
export async function completeContent(
  context: CommandContext,
  { product, content, isText }: PolicyFile,
): Promise<Record<string, unknown>> {
  if (!isText) return content;
  const policy = await context.api().call<Record<string, unknown>>('GET', policyPath(product));
  const keys = product === MESH ? MESH_KEYS : PRODUCT_KEYS;
  return { ...Object.fromEntries(keys.map((key) => [key, policy[key]])), ...content };
}

/** The file named by the first argument. Throws USAGE. */
export async function readPolicyFile(context: CommandContext): Promise<PolicyFile> {
  const path = argument(context, 0);
  const text = await readText(context.io, path);
  if (!path.endsWith('.cedar')) return readYaml(context, path, text);
  const product = context.options.text('product') ?? basename(path, '.cedar');
  if (product === MESH || product.includes('.')) {
    return { product, content: { cedar: text }, isText: true };
  }
  throw new WeftError('USAGE', `${path} does not say whose policy it is`, {
    remedy: 'Say --product DOMAIN.PRODUCT, or name the file DOMAIN.PRODUCT.cedar.',
  });
}

async function readYaml(context: CommandContext, path: string, text: string): Promise<PolicyFile> {
  // Why here: the YAML reader takes longer to load than the other commands of this file take at all.
  const { readDocument } = await import('@weft/core/contract/document');
  const checked = readDocument(text, { file: path });
  if (checked.value === null) {
    throw new WeftError('USAGE', `${path} cannot be read`, { errors: checked.diagnostics });
  }
  const file = (checked.value.data ?? {}) as { product?: unknown } & Record<string, unknown>;
  const product = context.options.text('product') ?? file.product;
  if (typeof product !== 'string') {
    throw new WeftError('USAGE', `${path} names no product`, {
      remedy:
        'Start the file with `product: domain.name`, or `product: mesh` for the policies of the mesh.',
    });
  }
  const { product: _named, ...content } = file;
  const keys = product === MESH ? MESH_KEYS : PRODUCT_KEYS;
  const odd = Object.keys(content).filter((key) => !keys.includes(key));
  if (odd.length === 0) return { product, content, isText: false };
  throw new WeftError('USAGE', `${path} has ${odd.join(', ')}, which no policy has`, {
    remedy: `A policy has product, ${keys.join(', ')}; see docs/access.md.`,
  });
}

function faultText({ code, message, path, line, column, remedy }: ErrorPlace): string {
  const field = path === undefined || path === '$.cedar' ? '' : ` ${path.replace(/^\$\./, '')}`;
  const at = line === undefined ? '' : ` line ${line}${column === undefined ? '' : `:${column}`}`;
  const place = `${field}${at}`;
  return `${code}${place}: ${message}${remedy === undefined ? '' : `\n  ${remedy}`}`;
}
