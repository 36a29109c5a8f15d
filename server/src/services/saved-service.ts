/**
 * Saved work: queries, searches and followed products that a subject keeps, and shares if he wants.
 *
 * Not what comes of them (`news-service.ts`) and not the right to what they ask for: a query that is shared is run under
 * the rights of whoever runs it. Invariants: only the owner changes; whoever it is not shared with does not learn that it
 * is there; a subject keeps at most 500.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { readKnownSubjects } from '../store/control-identity.ts';
import { readProduct } from '../store/control-registry.ts';
import {
  countSaved,
  deleteSaved,
  insertSaved,
  noteSeen,
  readFollow,
  readSaved,
  readSavedPage,
  type Saved,
  type SavedKind,
  type SharedWith,
  updateSaved,
} from '../store/control-saved.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import type { Page, PageRequest } from './registry-service.ts';
import { requireShownName } from './shown-names.ts';

export interface NewSaved {
  kind: SavedKind;
  name: string;
  body: Record<string, unknown>;
  product?: string | null | undefined;
  sharedWith?: SharedWith | undefined;
}

export type SavedChange = Partial<Pick<NewSaved, 'name' | 'body' | 'product' | 'sharedWith'>>;

export interface SavedService {
  /** A product that is followed already is given back. Throws NOT_FOUND, REQUEST_INVALID, CONFLICT (too many). */
  create(subject: Subject, request: NewSaved): Promise<{ saved: Saved; created: boolean }>;
  show(subject: Subject, id: string): Promise<Saved>;
  list(
    subject: Subject,
    query: PageRequest & {
      kind?: SavedKind | undefined;
      product?: string | undefined;
      shared?: boolean | undefined;
    },
  ): Promise<Page<Saved>>;
  /** Throws NOT_FOUND, FORBIDDEN, PRECONDITION_FAILED. */
  change(
    subject: Subject,
    id: string,
    step: { change: SavedChange; ifMatch: string | undefined },
  ): Promise<Saved>;
  remove(subject: Subject, id: string, ifMatch: string | undefined): Promise<void>;
  /** The owner has seen what his search found until now. */
  seen(subject: Subject, id: string): Promise<Saved>;
}

export const SAVED_MAX = 500;
const BODY_CHARACTERS_MAX = 120_000;

export function createSavedService(context: ControlContext): SavedService {
  return {
    create: (subject, request) => createSaved(context, subject, request),
    show: (subject, id) => requireReadable(context, subject, id),
    list: (subject, query) => listSaved(context, subject, query),
    change: (subject, id, step) => changeSaved(context, subject, { id, ...step }),
    remove: (subject, id, ifMatch) => removeSaved(context, subject, { id, ifMatch }),
    async seen(subject, id) {
      await requireOwn(context, subject, id);
      await noteSeen(context.db, id, new Date(context.clock.now()).toISOString());
      return requireOwn(context, subject, id);
    },
  };
}

/** The entity tag of saved work. */
export function savedTag({ version }: Pick<Saved, 'version'>): string {
  return `"v${version}"`;
}

async function createSaved(context: ControlContext, subject: Subject, request: NewSaved) {
  // Why not what is followed: it is called as its contract calls it.
  if (request.kind !== 'follow') requireShownName('$.name', request.name);
  requireSize(request.body);
  const product = productOf(request);
  const sharedWith = request.sharedWith ?? 'nobody';
  return runControl(context, subject.id, async (unit) => {
    await requireKnown(unit, { product, sharedWith, kind: request.kind });
    if (request.kind === 'follow' && product !== null) {
      const followed = await readFollow(unit.tx, subject.id, product);
      if (followed !== null) return { saved: followed, created: false };
    }
    if ((await countSaved(unit.tx, subject.id)) >= SAVED_MAX) {
      throw new WeftError('CONFLICT', `${subject.id} has ${SAVED_MAX} saved already`, {
        remedy: 'Delete some that are not used any more.',
      });
    }
    const saved: Saved = {
      saved: context.ids.next('sav'),
      kind: request.kind,
      name: request.name,
      body: request.body,
      product,
      owner: subject.id,
      sharedWith,
      version: 1,
      createdAt: unit.now,
      updatedAt: unit.now,
      seenAt: null,
    };
    await insertSaved(unit.tx, saved);
    return { saved, created: true };
  });
}

function productOf({ kind, body, product }: Pick<NewSaved, 'kind' | 'body' | 'product'>) {
  if (kind !== 'follow') return product ?? null;
  return typeof body['product'] === 'string' ? body['product'] : null;
}

function requireSize(body: Record<string, unknown>): void {
  if (JSON.stringify(body).length <= BODY_CHARACTERS_MAX) return;
  throw new WeftError(
    'PAYLOAD_TOO_LARGE',
    `a saved body has at most ${BODY_CHARACTERS_MAX} characters`,
  );
}

async function requireKnown(
  unit: ControlUnit,
  about: { product: string | null; sharedWith: SharedWith; kind: SavedKind },
): Promise<void> {
  const { product, sharedWith, kind } = about;
  if (product === null && kind === 'follow') {
    throw new WeftError('REQUEST_INVALID', 'which product to follow is missing', {
      remedy: 'Send body: {product: "domain.product"}.',
    });
  }
  if (product !== null && (await readProduct(unit.tx, product)) === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${product}"`);
  }
  if (!Array.isArray(sharedWith)) return;
  const known = await readKnownSubjects(unit.tx, sharedWith);
  const odd = sharedWith.find((id) => !known.includes(id));
  if (odd === undefined) return;
  throw new WeftError('NOT_FOUND', `there is no subject "${odd}" to share with`);
}

function mayRead(subject: Subject, { owner, sharedWith }: Saved): boolean {
  if (owner === subject.id || sharedWith === 'everybody') return true;
  return Array.isArray(sharedWith) && sharedWith.includes(subject.id);
}

async function requireReadable(
  context: ControlContext,
  subject: Subject,
  id: string,
): Promise<Saved> {
  const saved = await readSaved(context.db, id);
  if (saved !== null && mayRead(subject, saved)) return saved;
  throw new WeftError('NOT_FOUND', `there is no saved work "${id}" that you may see`);
}

async function requireOwn(context: ControlContext, subject: Subject, id: string): Promise<Saved> {
  const saved = await requireReadable(context, subject, id);
  if (saved.owner === subject.id) return saved;
  throw new WeftError('FORBIDDEN', `only ${saved.owner} changes what is his`, {
    remedy: 'Save a copy of your own.',
  });
}

function requireMatch(saved: Saved, ifMatch: string | undefined): void {
  if (ifMatch === undefined || [savedTag(saved), '*'].includes(ifMatch)) return;
  throw new WeftError('PRECONDITION_FAILED', `it is at version ${saved.version} now`, {
    remedy: 'Read it again, and change that.',
  });
}

async function listSaved(
  context: ControlContext,
  subject: Subject,
  query: Parameters<SavedService['list']>[1],
): Promise<Page<Saved>> {
  const limit = pageLimit(query.limit);
  const rows = await readSavedPage(context.db, {
    subject: subject.id,
    isShared: query.shared === true,
    kind: query.kind ?? null,
    product: query.product ?? null,
    before: query.after === undefined ? null : String(decodeCursor('saved', query.after, 1)[0]),
    limit: limit + 1,
  });
  return toPage(rows, limit, {
    item: (row) => row,
    cursor: (row) => encodeCursor('saved', [row.saved]),
  });
}

async function changeSaved(
  context: ControlContext,
  subject: Subject,
  { id, change, ifMatch }: { id: string; change: SavedChange; ifMatch: string | undefined },
): Promise<Saved> {
  const before = await requireOwn(context, subject, id);
  requireMatch(before, ifMatch);
  if (before.kind !== 'follow') requireShownName('$.name', change.name);
  const next: Saved = {
    ...before,
    name: change.name ?? before.name,
    body: change.body ?? before.body,
    sharedWith: change.sharedWith ?? before.sharedWith,
    version: before.version + 1,
    updatedAt: new Date(context.clock.now()).toISOString(),
  };
  requireSize(next.body);
  const product = change.product === undefined ? before.product : change.product;
  next.product = productOf({ ...next, product });
  return runControl(context, subject.id, async (unit) => {
    await requireKnown(unit, next);
    if (!(await updateSaved(unit.tx, next, before.version))) {
      throw new WeftError('PRECONDITION_FAILED', 'it was changed at this moment', {
        remedy: 'Read it again, and change that.',
      });
    }
    return next;
  });
}

async function removeSaved(
  context: ControlContext,
  subject: Subject,
  { id, ifMatch }: { id: string; ifMatch: string | undefined },
): Promise<void> {
  requireMatch(await requireOwn(context, subject, id), ifMatch);
  await deleteSaved(context.db, id);
}
