/**
 * Any id or name that somebody pasted, to what it is and where it belongs.
 *
 * Not the thing itself, which is read where it lives, under the same rights. Invariant: what a subject may not know of is
 * not found, and so is what is not there: one answer for both.
 */
import type { WeftEvent } from '@weft/core/events/event';
import { productOfSubject } from '@weft/core/events/event';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { readDomain, readProduct } from '../store/control-registry.ts';
import type { AgreementsService } from './agreements-service.ts';
import type { ControlContext } from './control-context.ts';
import type { RegistryService } from './registry-service.ts';
import type { ReportedBatches } from './reported-batches.ts';
import type { SavedService } from './saved-service.ts';
import type { UsersService } from './users-service.ts';

export const RESOLVED_KINDS = [
  'batch',
  'agreement',
  'contract',
  'product',
  'domain',
  'event',
  'operation',
  'query',
  'saved',
  'subject',
] as const;

export interface Resolved {
  kind: (typeof RESOLVED_KINDS)[number];
  id: string;
  product: string | null;
  domain: string | null;
}

/** Looks up what a node of this process keeps; null for what is not there or not the subject's. */
export type NodeLookup = (subject: Subject, id: string) => Promise<Resolved | null>;

export interface ResolveService {
  /** Throws NOT_FOUND. */
  resolve(subject: Subject, id: string): Promise<Resolved>;
  /** Operations and queries are kept by nodes: the one of this process tells of its own. */
  askNode(lookup: NodeLookup): void;
}

export interface ResolveDeps {
  registry: RegistryService;
  agreements: AgreementsService;
  batches: ReportedBatches;
  saved: SavedService;
  users: UsersService;
}

type Lookup = (subject: Subject, id: string) => Promise<Resolved | null>;

export function createResolveService(context: ControlContext, deps: ResolveDeps): ResolveService {
  let node: NodeLookup = async () => null;
  const byPrefix = prefixLookups(context, deps, (subject, id) => node(subject, id));
  return {
    async resolve(subject, id) {
      const prefix = /^([a-z]{2,3})_[0-9A-Z]{26}$/.exec(id)?.[1] ?? '';
      const lookup = byPrefix[prefix] ?? ((who, name) => byName(context, deps, who, name));
      const found = await lookup(subject, id).catch((error: unknown) => {
        if (isWeftError(error, 'NOT_FOUND') || isWeftError(error, 'FORBIDDEN')) return null;
        throw error;
      });
      if (found !== null) return found;
      throw new WeftError('NOT_FOUND', `there is no "${id.slice(0, 100)}" that you may see`);
    },
    askNode(lookup) {
      node = lookup;
    },
  };
}

function prefixLookups(
  context: ControlContext,
  deps: ResolveDeps,
  node: NodeLookup,
): Readonly<Record<string, Lookup | undefined>> {
  const of = (kind: Resolved['kind'], id: string, product: string | null): Resolved => {
    return { kind, id, product, domain: product?.split('.')[0] ?? null };
  };
  return {
    bat: async (subject, id) => of('batch', id, (await deps.batches.show(id, subject)).product),
    agr: async (subject, id) =>
      of('agreement', id, (await deps.agreements.show(subject, id)).product),
    sav: async (subject, id) => of('saved', id, (await deps.saved.show(subject, id)).product),
    evt: async (_, id) => {
      const event = await readEvent(context, id);
      return event === null ? null : of('event', id, productOfSubject(event.subject));
    },
    op: node,
    qry: node,
  };
}

async function readEvent({ db }: ControlContext, id: string): Promise<WeftEvent | null> {
  const row = await db
    .selectFrom('events')
    .select('event')
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : (row.event as unknown as WeftEvent);
}

async function byName(
  context: ControlContext,
  deps: ResolveDeps,
  subject: Subject,
  id: string,
): Promise<Resolved | null> {
  const hash = /^sha256:([0-9a-f]{64})$/.exec(id)?.[1];
  if (hash !== undefined) return byHash(context, hash);
  if (/^[a-z][a-z0-9_]{0,62}$/.test(id) && (await readDomain(context.db, id)) !== null) {
    return { kind: 'domain', id, product: null, domain: id };
  }
  const product = id.includes('@') ? null : await readProduct(context.db, id);
  if (product !== null) return { kind: 'product', id, product: id, domain: product.domain };
  const contract = await deps.registry.contract(id).catch(() => null);
  if (contract !== null) {
    const ref = `${contract.product}@${contract.version}`;
    const domain = contract.product.split('.')[0] ?? null;
    return { kind: 'contract', id: ref, product: contract.product, domain };
  }
  const user = await deps.users.show(subject, id);
  return { kind: 'subject', id: user.id, product: null, domain: null };
}

async function byHash({ db }: ControlContext, hash: string): Promise<Resolved | null> {
  const row = await db
    .selectFrom('contracts')
    .select(['product', 'version'])
    .where('hash', '=', hash)
    .orderBy('published_at')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { product, version } = row;
  const domain = product.split('.')[0] ?? null;
  return { kind: 'contract', id: `${product}@${version}`, product, domain };
}
