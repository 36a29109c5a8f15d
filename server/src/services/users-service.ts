/**
 * The people and programs of a mesh: who they are, what they may be, and that they are not any more.
 *
 * Not their credentials (`secrets-service.ts`, `identity-service.ts`). Invariants: roles, domains and attributes are
 * changed by the platform team alone, those of a provider's subjects by the provider alone; whoever loses or gets
 * anything has to show claims that were made afterwards; nobody disables himself, so that a mesh keeps somebody who can
 * undo it; a subject is never deleted, since agreements and the audit log name it.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Role, Subject } from '@weft/core/registry/types';
import {
  lockStoredSubject,
  readStoredSubject,
  readSubjects,
  revokeSessions,
  type StoredSubject,
  writeSubject,
  writeSubjectStanding,
} from '../store/control-identity.ts';
import { contentTag, type Expected, requireExpected } from './content-tag.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { requirePlatform } from './identity-service.ts';
import { requireDomainRole, requireLocalId } from './local-subjects.ts';
import type { Page, PageRequest } from './registry-service.ts';
import { requireShownName } from './shown-names.ts';
import { namesFor, type SubjectName } from './subject-names.ts';

export interface UserView {
  id: string;
  name: string;
  kind: StoredSubject['kind'];
  roles: Role[];
  domains: string[];
  attributes: Record<string, string | string[]>;
  state: 'active' | 'disabled';
  disabledBy: string | null;
  disabledAt: string | null;
  /** Claims that were made before count no more. */
  since: string | null;
  updatedAt: string;
}

export interface UserRequest {
  id: string;
  kind: 'user' | 'service';
  name?: string | undefined;
  roles: Role[];
  domains?: string[] | undefined;
  attributes?: Record<string, string | string[]> | undefined;
}

/** What shall be another; what is absent stays. */
export type UserChange = Partial<Pick<UserRequest, 'name' | 'roles' | 'domains'>> & {
  /** Those that change; null takes one away. */
  attributes?: Record<string, string | string[] | null> | undefined;
};

export type UserStep = 'disable' | 'enable' | 'signout';

export interface UsersService {
  /** Throws FORBIDDEN, REQUEST_INVALID, CONFLICT (it is there). */
  create(by: Subject, request: UserRequest): Promise<UserView>;
  /** Throws PRECONDITION_FAILED, too, where the subject is not as it was expected. */
  change(by: Subject, id: string, change: UserChange, expected?: Expected): Promise<UserView>;
  /** Disables, enables, or ends everything but keys that the subject has open. */
  step(by: Subject, id: string, step: UserStep): Promise<UserView>;
  show(by: Subject, id: string): Promise<UserView>;
  /** With `q` those whose id or name has it. */
  list(by: Subject, page: PageRequest & { q?: string | undefined }): Promise<Page<UserView>>;
  /** What those of the ids are called that the subject may see anyway; the others are left out. */
  names(by: Subject, ids: readonly string[]): Promise<SubjectName[]>;
  /** The entity tag of what can be changed in a subject. */
  tagOf(user: UserView): string;
}

export function createUsersService(context: ControlContext): UsersService {
  return {
    create: (by, request) => createUser(context, by, request),
    change: (by, id, change, expected = {}) => changeUser(context, by, { id, change, expected }),
    step: (by, id, step) => stepUser(context, by, { id, step }),
    async show(by, id) {
      const known =
        seesSubjects(by) || by.id === id ? await readStoredSubject(context.db, id) : null;
      if (known === null) throw unknownSubject(id);
      return viewOf(known);
    },
    async list(by, page) {
      if (!seesSubjects(by)) {
        throw new WeftError(
          'FORBIDDEN',
          'only the platform team and privacy officers list subjects',
        );
      }
      const limit = pageLimit(page.limit);
      const after = page.after === undefined ? '' : String(decodeCursor('users', page.after, 1)[0]);
      const text = page.q?.trim() ?? '';
      const rows = await readSubjects(context.db, { text, after, limit: limit + 1 });
      return toPage(rows, limit, {
        item: viewOf,
        cursor: (row) => encodeCursor('users', [row.id]),
      });
    },
    names: (by, ids) => namesFor(context, by, ids),
    tagOf: (user) => tagOf(context, user),
  };
}

function tagOf({ keys }: ControlContext, user: UserView): string {
  const { id, name, roles, domains, attributes, state } = user;
  return contentTag(keys, { id, name, roles, domains, attributes, state });
}

function seesSubjects(by: Subject): boolean {
  return by.roles.includes('platform') || by.roles.includes('privacy_officer');
}

async function createUser(
  context: ControlContext,
  by: Subject,
  request: UserRequest,
): Promise<UserView> {
  requirePlatform(by, 'makes subjects');
  const { id, kind, roles, name = id, domains = [], attributes = {} } = request;
  requireLocalId(id, []);
  requireShownName('$.name', name);
  requireRoles({ roles, domains });
  return runControl(context, by.id, async (unit) => {
    if ((await readStoredSubject(unit.tx, id)) !== null) {
      throw new WeftError('CONFLICT', `the subject "${id}" is there already`, {
        remedy: `See \`weft user show ${id}\`; change it with \`weft user change ${id}\`.`,
      });
    }
    await writeSubject(unit.tx, { id, name, roles, domains, attributes }, { now: unit.now, kind });
    unit.record({
      action: 'user.create',
      subject: id,
      details: { kind, roles, domains, attributes },
    });
    return readBack(unit, id);
  });
}

function requireRoles(subject: { roles: Role[]; domains: string[] }): void {
  if (subject.roles.includes('node')) {
    throw new WeftError('REQUEST_INVALID', 'the role node is for nodes and for nobody else', {
      remedy: 'A node gets its token by: weft token node:NAME --role node --domain NAME.',
    });
  }
  requireDomainRole(subject);
}

async function changeUser(
  context: ControlContext,
  by: Subject,
  { id, change, expected }: { id: string; change: UserChange; expected: Expected },
): Promise<UserView> {
  requirePlatform(by, 'changes subjects');
  requireShownName('$.name', change.name);
  return runControl(context, by.id, async (unit) => {
    const known = await requireSubject(unit, id);
    if (known.kind === 'external') {
      throw new WeftError('CONFLICT', `"${id}" is a subject of the identity provider`, {
        remedy: 'Change its groups and attributes there; they come with its next token.',
      });
    }
    requireExpected(`the subject "${id}"`, tagOf(context, viewOf(known)), expected);
    const { attributes: changed = {}, ...rest } = change;
    const merged = { ...known.attributes, ...changed };
    const next = { ...known, ...given(rest), attributes: withoutNulls(merged) };
    requireRoles(next);
    const { roles, domains, attributes } = next;
    await writeSubject(unit.tx, next, { now: unit.now, since: unit.now });
    unit.record({ action: 'user.change', subject: id, details: { roles, domains, attributes } });
    return readBack(unit, id);
  });
}

function withoutNulls<T>(values: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== null),
  );
}

function given(change: Omit<UserChange, 'attributes'>): Partial<StoredSubject> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

async function stepUser(
  context: ControlContext,
  by: Subject,
  { id, step }: { id: string; step: UserStep },
): Promise<UserView> {
  if (step !== 'signout' || by.id !== id) requirePlatform(by, `may ${step} others`);
  if (step === 'disable' && by.id === id) {
    throw new WeftError('CONFLICT', 'nobody disables himself', {
      remedy: 'Ask another member of the platform team.',
    });
  }
  return runControl(context, by.id, async (unit) => {
    await requireSubject(unit, id);
    const who = { subject: by.id, now: unit.now };
    if (step !== 'enable') await revokeSessions(unit.tx, id, who);
    await writeSubjectStanding(unit.tx, id, standingAfter(step, who));
    unit.record({ action: `user.${step}`, subject: id, details: {} });
    return readBack(unit, id);
  });
}

function standingAfter(step: UserStep, { subject, now }: { subject: string; now: string }) {
  if (step === 'signout') return { since: now };
  if (step === 'enable') return { disabled_at: null, disabled_by: null };
  return { disabled_at: now, disabled_by: subject, since: now };
}

async function requireSubject(unit: ControlUnit, id: string): Promise<StoredSubject> {
  const known = await lockStoredSubject(unit.tx, id);
  if (known === null) throw unknownSubject(id);
  return known;
}

function unknownSubject(id: string): WeftError {
  return new WeftError('NOT_FOUND', `there is no subject "${id}" that you may see`, {
    remedy: 'The platform team sees all of them: weft user list.',
  });
}

async function readBack(unit: ControlUnit, id: string): Promise<UserView> {
  return viewOf(await requireSubject(unit, id));
}

function viewOf(row: StoredSubject): UserView {
  const { id, name, kind, roles, domains, attributes, since, updatedAt } = row;
  const { disabledAt, disabledBy } = row;
  const state = disabledAt === null ? 'active' : 'disabled';
  return {
    id,
    name,
    kind,
    roles,
    domains,
    attributes,
    state,
    disabledBy,
    disabledAt,
    since,
    updatedAt,
  };
}
