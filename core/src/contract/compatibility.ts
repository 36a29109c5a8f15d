/**
 * What a change of a contract means for each side: the consumer who reads it now, the producer who fills it now.
 *
 * Not the verdict on a subscription (which fields someone really uses) and not the proposal. Source: the table in
 * docs of compatible change: what becomes possible in the data that was impossible before breaks consumers; what
 * becomes forbidden that was allowed before breaks producers.
 * Invariants: objects and properties are matched by stable id, then by name; every difference of the two models is one
 * change; a difference that cannot be judged breaks whoever relies on it. Which breaks need a major is decided by the
 * compatibility mode of the version before, so that no version can free itself.
 */
import { parseDuration } from '../lib/duration.ts';
import { WeftError } from '../lib/error.ts';
import { compareObjects } from './compare-objects.ts';
import { compareSla } from './compare-sla.ts';
import type { ContractModel, WeftContractSettings } from './model.ts';
import { type Bump, bumpBetween, bumpVersion, formatVersion, parseVersion } from './version.ts';

export type Side = 'break' | 'warn' | 'safe';

export interface Change {
  /** Where, by name: `orders.email`, `orders.quality(unique_id)`, `sla.latency`. */
  path: string;
  /** The path in the version before, where a column was renamed. */
  was?: string;
  /** What, such as `property.removed` or `enum.value_added`. */
  kind: string;
  /** A consumer of the version before, reading data of the version after. */
  consumer: Side;
  /** A producer of the version before, under the version after. */
  producer: Side;
  message: string;
}

/** Every difference of two versions of a contract, in the order of the model. */
export function compareContracts(before: ContractModel, after: ContractModel): Change[] {
  return [
    ...compareIdentity(before, after),
    ...compareSettings(before.weft, after.weft),
    ...compareObjects(before, after),
    ...compareSla(before.sla, after.sla),
    ...compareSurroundings(before, after),
  ];
}

/** Kinds that may change words only. */
const WORDS = /^(documentation|tags|examples|team|support|status)\b/;

/** True for a change of words only, which needs a patch: words never warn anybody. */
function isWords(change: Change): boolean {
  return WORDS.test(change.kind) && change.consumer === 'safe' && change.producer === 'safe';
}

type Mode = WeftContractSettings['compatibility'];

/** Whom each mode protects from breaks under a minor number. */
const PROTECTED: Readonly<Record<Mode, Readonly<Record<'consumer' | 'producer', boolean>>>> = {
  'consumer-safe': { consumer: true, producer: false },
  'producer-safe': { consumer: false, producer: true },
  'replay-safe': { consumer: true, producer: true },
  none: { consumer: false, producer: false },
};

/**
 * The least bump for these changes. What must not break under a minor number is what the contract's compatibility mode
 * protects: consumers by default.
 */
export function requiredBump(changes: readonly Change[], mode: Mode = 'consumer-safe'): Bump {
  if (changes.length === 0) return 'none';
  if (changes.some((change) => breaks(change, mode))) return 'major';
  return changes.every(isWords) ? 'patch' : 'minor';
}

function breaks(change: Change, mode: Mode): boolean {
  const { consumer, producer } = PROTECTED[mode];
  return (consumer && change.consumer === 'break') || (producer && change.producer === 'break');
}

export interface VersionVerdict {
  required: Bump;
  /** Null when the new version is not above the old one. */
  actual: Bump | null;
  ok: boolean;
  /** The lowest version number that would do. */
  next: string;
}

const WEIGHT: Readonly<Record<Bump, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** Whether the version number of `after` fits what changed since `before`; both versions are semantic. */
export function judgeVersion(
  before: ContractModel,
  after: ContractModel,
  changes: readonly Change[] = compareContracts(before, after),
): VersionVerdict {
  const required = requiredBump(changes, before.weft.compatibility);
  const from = parseVersion(before.version);
  const to = parseVersion(after.version);
  if (from === null || to === null) return { required, actual: null, ok: false, next: '1.0.0' };
  const actual = bumpBetween(from, to);
  const ok = actual !== null && WEIGHT[actual] >= WEIGHT[required];
  const least = required === 'none' ? 'patch' : required;
  return { required, actual, ok, next: formatVersion(bumpVersion(from, least)) };
}

/** Throws WeftError CONTRACT_VERSION_WRONG, with each breaking change, unless the number fits. */
export function checkVersionBump(
  before: ContractModel,
  after: ContractModel,
  changes: readonly Change[] = compareContracts(before, after),
): void {
  const verdict = judgeVersion(before, after, changes);
  if (verdict.ok) return;
  const mode = before.weft.compatibility;
  const detail =
    verdict.actual === null
      ? `${after.version} is not above ${before.version}`
      : `${before.version} to ${after.version} is a ${verdict.actual} step, the change needs a ${verdict.required} one`;
  const weighty = changes.filter((change) =>
    verdict.required === 'major' ? breaks(change, mode) : !isWords(change),
  );
  throw new WeftError('CONTRACT_VERSION_WRONG', detail, {
    remedy: `Publish it as ${verdict.next}${verdict.required === 'major' ? ', or take the breaking change back' : ''}.`,
    errors: weighty.slice(0, 50).map((change) => ({
      code: change.kind,
      path: change.path,
      message: change.message,
    })),
  });
}

function compareIdentity(before: ContractModel, after: ContractModel): Change[] {
  const changes: Change[] = [];
  const add = (path: string, kind: string, sides: [Side, Side], message: string): void => {
    changes.push({ path, kind, consumer: sides[0], producer: sides[1], message });
  };
  for (const key of ['domain', 'product'] as const) {
    if (before[key] === after[key]) continue;
    add(key, 'address.changed', ['break', 'break'], `${key} ${before[key]} is now ${after[key]}`);
  }
  if (before.tenant !== after.tenant) {
    add(
      'tenant',
      'address.changed',
      ['warn', 'safe'],
      `tenant ${before.tenant} is now ${after.tenant}`,
    );
  }
  if (before.status !== after.status) {
    const message = `status ${before.status} is now ${after.status}`;
    add('status', 'status.changed', [statusSide(before.status, after.status), 'safe'], message);
  }
  if (before.name !== after.name)
    add('name', 'documentation.changed', ['safe', 'safe'], 'name changed');
  if (!same(before.tags, after.tags)) add('tags', 'tags.changed', ['safe', 'safe'], 'tags changed');
  if (!same(before.description, after.description)) {
    add('description', 'documentation.changed', ['safe', 'safe'], 'description changed');
  }
  return changes;
}

/** What another `status` tells consumers; who retires a product for good does it in the registry. */
function statusSide(before: string | null, after: string | null): Side {
  switch (after) {
    case 'active':
      return 'safe';
    case 'deprecated':
      return 'warn';
    case 'proposed':
    case 'draft':
    case null:
      return before === 'active' ? 'warn' : 'safe';
    default:
      // Why: the word is `retired`, or none of the standard, of which nobody knows whether the promise still stands.
      return 'break';
  }
}

/** Who loses protection by another mode breaks, even though no data changes yet: the next version may. */
function modeSides(before: Mode, after: Mode): [Side, Side] {
  const sideOf = (who: 'consumer' | 'producer'): Side =>
    PROTECTED[before][who] && !PROTECTED[after][who] ? 'break' : 'safe';
  return [sideOf('consumer'), sideOf('producer')];
}

function compareSettings(before: WeftContractSettings, after: WeftContractSettings): Change[] {
  const changes: Change[] = [];
  const add = (key: keyof WeftContractSettings, sides: [Side, Side], note = ''): void => {
    const message = `${key} ${word(before[key])} is now ${word(after[key])}${note}`;
    changes.push({
      path: key,
      kind: `${key}.changed`,
      consumer: sides[0],
      producer: sides[1],
      message,
    });
  };
  if (before.granularity !== after.granularity) add('granularity', ['break', 'break']);
  if (before.compatibility !== after.compatibility) {
    add('compatibility', modeSides(before.compatibility, after.compatibility));
  }
  if (!same(before.purposes, after.purposes)) {
    // Why: no list means every purpose that the owner agrees to.
    const lost =
      after.purposes.length > 0 &&
      (before.purposes.length === 0 || before.purposes.some((p) => !after.purposes.includes(p)));
    add('purposes', [lost ? 'break' : 'safe', 'safe']);
  }
  if (before.lawfulBasis !== after.lawfulBasis)
    add('lawfulBasis', ['warn', 'warn'], ': privacy review');
  if (before.licence !== after.licence) add('licence', ['break', 'safe']);
  if (before.region !== after.region) add('region', ['warn', 'warn']);
  if (before.badShareMax !== after.badShareMax) {
    const looser = (after.badShareMax ?? 1) > (before.badShareMax ?? 1);
    add('badShareMax', looser ? ['break', 'safe'] : ['safe', 'break']);
  }
  if (!same(before.missesAllowed, after.missesAllowed)) {
    add('missesAllowed', missesSides(before.missesAllowed, after.missesAllowed));
  }
  if (before.historySeconds !== after.historySeconds) {
    // Why a warning for any change from or to the node's own time: which one is longer is not known here.
    const isLonger =
      before.historySeconds !== null && (after.historySeconds ?? 0) > before.historySeconds;
    add('historySeconds', [isLonger ? 'safe' : 'warn', 'safe']);
  }
  if (before.duplicateScope !== after.duplicateScope) {
    add('duplicateScope', after.duplicateScope === 'batch' ? ['break', 'safe'] : ['safe', 'break']);
  }
  if (before.deletionAction !== after.deletionAction) add('deletionAction', ['warn', 'safe']);
  if (!same(before.csv, after.csv)) add('csv', ['safe', 'break']);
  return changes;
}

/** Why both: fewer misses over a longer period may come all at once. */
function missesSides(
  before: WeftContractSettings['missesAllowed'],
  after: WeftContractSettings['missesAllowed'],
): [Side, Side] {
  if (before === null) return ['safe', 'break'];
  if (after === null) return ['break', 'safe'];
  const perSecond = ({ count, period }: { count: number; period: string }): number =>
    count / (parseDuration(period) ?? 1);
  const more = after.count > before.count || perSecond(after) > perSecond(before);
  const fewer = after.count < before.count || perSecond(after) < perSecond(before);
  return [more ? 'break' : 'safe', fewer ? 'break' : 'safe'];
}

function compareSurroundings(before: ContractModel, after: ContractModel): Change[] {
  const changes: Change[] = [];
  const lists = [
    { key: 'servers', by: 'server', lost: 'break' },
    { key: 'roles', by: 'role', lost: 'break' },
  ] as const;
  for (const { key, by, lost } of lists) {
    const old = new Map(before[key].map((item) => [nameOf(item, by), item]));
    const now = new Map(after[key].map((item) => [nameOf(item, by), item]));
    for (const [name, item] of old) {
      const next = now.get(name);
      if (next !== undefined && same(item, next)) continue;
      const what = next === undefined ? 'removed' : 'changed';
      changes.push(sideless(`${key}.${name}`, `${key}.${what}`, lost));
    }
    for (const name of now.keys()) {
      if (!old.has(name)) changes.push(sideless(`${key}.${name}`, `${key}.added`, 'safe'));
    }
  }
  if (!same(before.team, after.team)) changes.push(sideless('team', 'team.changed', 'safe'));
  if (!same(before.support, after.support))
    changes.push(sideless('support', 'support.changed', 'safe'));
  if (!same(before.price, after.price)) changes.push(sideless('price', 'price.changed', 'warn'));
  return changes;
}

function sideless(path: string, kind: string, consumer: Side): Change {
  return { path, kind, consumer, producer: 'safe', message: `${path}: ${kind.replace('.', ' ')}` };
}

function nameOf(item: object, key: string): string {
  return String((item as Record<string, unknown>)[key]);
}

/** Deep equality of plain data whose keys are built in one order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function word(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
