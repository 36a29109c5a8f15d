/**
 * Products as ODPS documents: attach ports and words to a product, and retire it.
 *
 * Not the contracts behind the ports. Invariants: a document says what is shown, never who may do what; today's owner and
 * status are registry facts; a port that names a contract version which is published elsewhere is refused.
 */

import { nameFault, suggestName } from '@weft/core/contract/names';
import { type ProductDocument, readProduct as readProductText } from '@weft/core/contract/odps';
import { must } from '@weft/core/lib/assert';
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import {
  insertProduct,
  lockProduct,
  type ProductRow,
  readContractById,
  readDomain,
} from '../store/control-registry.ts';
import { json } from '../store/control-rows.ts';
import { rebuildSearchDocument } from '../store/control-search-document.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';

interface Named {
  domain: string;
  name: string;
  product: string;
}

/**
 * Publishes a product document; the same text again changes nothing. Throws PRODUCT_INVALID, NOT_FOUND (domain) and
 * FORBIDDEN. Returns the product and whether it is new.
 */
export async function publishProduct(
  context: ControlContext,
  subject: Subject,
  request: { text: string; file?: string },
): Promise<{ product: string; created: boolean }> {
  const { file } = request;
  const read = readProductText(request.text, file === undefined ? {} : { file });
  if (read.value === null) {
    const errors = read.diagnostics.filter((d) => d.severity === 'error');
    throw new WeftError('PRODUCT_INVALID', 'the product document is not valid', { errors });
  }
  const document = read.value.product;
  const named = nameOf(document);
  await requireActor(context, subject, named.domain);
  return runControl(context, subject.id, async (unit) => {
    await checkPorts(unit, named, document);
    const created = await insertProduct(unit.tx, emptyProduct(named, subject, unit.now));
    const row = must(await lockProduct(unit.tx, named.product), 'the product just ensured');
    requireActive(row);
    const hash = context.keys.sha256(request.text);
    if (row.odps_hash !== hash) {
      await writeDocument(unit, context, { named, document, text: request.text, hash, created });
    }
    return { product: named.product, created };
  });
}

function nameOf(document: ProductDocument): Named {
  const errors: ErrorPlace[] = [];
  const read = (value: string | null, key: string): string => {
    const text = value ?? '';
    const fault = nameFault(text);
    if (fault !== null) {
      const message = value === null ? `${key} is missing` : `${key} "${text}" is ${fault}`;
      const remedy = `Write for example \`${key}: ${text === '' ? 'orders' : suggestName(text)}\`.`;
      errors.push({ code: 'NAME_INVALID', message, path: `$.${key}`, remedy });
    }
    return text;
  };
  const domain = read(document.domain, 'domain');
  const name = read(document.name, 'name');
  if (errors.length > 0) {
    throw new WeftError('PRODUCT_INVALID', 'the product has no usable name', { errors });
  }
  return { domain, name, product: `${domain}.${name}` };
}

async function requireActor(
  context: ControlContext,
  subject: Subject,
  name: string,
): Promise<void> {
  const domain = await readDomain(context.db, name);
  if (domain === null) {
    throw new WeftError('NOT_FOUND', `there is no domain "${name}"`, {
      remedy: `Create it first: weft domain create ${name}.`,
    });
  }
  if (subject.roles.includes('platform') || actsForDomain(subject, domain)) return;
  throw new WeftError('FORBIDDEN', `${subject.id} neither owns nor produces for domain ${name}`);
}

function requireActive(row: ProductRow): void {
  if (row.status === 'active') return;
  throw new WeftError('CONFLICT', `${row.product} is retired`);
}

async function checkPorts(
  unit: ControlUnit,
  named: Named,
  document: ProductDocument,
): Promise<void> {
  const errors: ErrorPlace[] = [];
  for (const [i, port] of document.outputPorts.entries()) {
    if (port.contractId === null) continue;
    const contract = await readContractById(unit.tx, port.contractId);
    if (contract === null || contract.product === named.product) continue;
    errors.push({
      code: 'PORT_CONTRACT',
      path: `$.outputPorts[${i}].contractId`,
      message: `contract ${port.contractId} belongs to ${contract.product}`,
      remedy: 'Name a contract of this product.',
    });
  }
  if (errors.length > 0) {
    throw new WeftError('PRODUCT_INVALID', 'a port names a contract of another product', {
      errors,
    });
  }
}

function emptyProduct(named: Named, subject: Subject, now: string) {
  return {
    ...named,
    title: null,
    description: null,
    status: 'active' as const,
    tags: json([]),
    owner: null,
    odps: null,
    odps_hash: null,
    output_ports: json([]),
    input_ports: json([]),
    created_by: subject.id,
    created_at: now,
    updated_at: now,
  };
}

async function writeDocument(
  unit: ControlUnit,
  context: ControlContext,
  options: {
    named: Named;
    document: ProductDocument;
    text: string;
    hash: string;
    created: boolean;
  },
): Promise<void> {
  const { named, document } = options;
  const owner = document.team?.members.find((member) => /owner/i.test(member.role ?? ''));
  await unit.tx
    .updateTable('products')
    .set({
      description: document.description.purpose,
      tags: json(document.tags),
      owner: owner?.username ?? null,
      odps: options.text,
      odps_hash: options.hash,
      output_ports: json(
        document.outputPorts.map(({ name, contractId, version, description }) => ({
          name,
          contractId,
          version,
          description,
        })),
      ),
      input_ports: json(
        document.inputPorts.map(({ name, contractId, version }) => ({
          name,
          contractId,
          version,
          description: null,
        })),
      ),
      updated_at: unit.now,
    })
    .where('product', '=', named.product)
    .execute();
  await refreshProduct(unit, context, named.product);
  const kind = options.created ? 'product.created' : 'product.changed';
  unit.emit({ kind, subject: named.product, data: { product: named.product } });
  unit.record({
    action: options.created ? 'product.create' : 'product.change',
    subject: named.product,
    details: { document: options.hash },
  });
}

/** Rebuilds what discovery knows of a product, inside the unit that changed it. */
export async function refreshProduct(
  unit: ControlUnit,
  context: ControlContext,
  product: string,
): Promise<void> {
  const row = await lockProduct(unit.tx, product);
  if (row === null) return;
  const standing = await rebuildSearchDocument(unit.tx, row, {
    orders: context.orders,
    modelOf: context.contracts.modelOf,
    now: unit.now,
  });
  // Why by the instant: it is that of this unit only when the product was not in this state before.
  if (standing?.state !== 'missed' || standing.since !== unit.now) return;
  const { missed, budget } = standing;
  const data = { product, promises: missed, missesLeft: budget?.left ?? null };
  unit.emit({ kind: 'sla.breached', subject: product, data });
}

/** Retires a product: it takes no new versions and no new agreements, what was agreed goes on. Repeats are harmless. */
export async function retireProduct(
  context: ControlContext,
  subject: Subject,
  request: { product: string; because: string | null },
): Promise<void> {
  await requireActor(context, subject, request.product.split('.')[0] ?? '');
  await runControl(context, subject.id, async (unit) => {
    const row = await lockProduct(unit.tx, request.product);
    if (row === null) throw new WeftError('NOT_FOUND', `there is no product "${request.product}"`);
    if (row.status === 'retired') return;
    await unit.tx
      .updateTable('products')
      .set({ status: 'retired', updated_at: unit.now })
      .where('product', '=', request.product)
      .execute();
    await refreshProduct(unit, context, request.product);
    const details = { because: request.because };
    unit.emit({ kind: 'product.retired', subject: request.product, data: details });
    unit.record({ action: 'product.retire', subject: request.product, details });
  });
}
