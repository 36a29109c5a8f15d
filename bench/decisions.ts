/**
 * Decisions in a mesh of 1,000 products, 10,000 subjects with an agreement each and few or many policies: how long one takes, how many a
 * second, and (`revocations.ts`) how soon what was taken away is refused.
 *
 * By the service that nodes ask, over the store of `weft up`; not the HTTP around it. Each subject asks for the product that it has an
 * agreement on. `first of a product`: its contract is read and its policies parsed; `first of a subject`: they were, and are evaluated for
 * somebody who did not ask since the process began; `again`: the same questions, in another order. Invariant: a decision that is not the
 * expected one is no figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readContract } from '@weft/core/contract/read';
import { must } from '@weft/core/lib/assert';
import { createIdSource } from '@weft/core/lib/id';
import type { Subject } from '@weft/core/registry/types';
import { loadCedar } from '../server/src/adapters/cedar.ts';
import { domainKeyId, openKeyring, ROOT_KEY, TOKEN_KEY } from '../server/src/adapters/keyring.ts';
import { systemClock, systemRandom } from '../server/src/adapters/runtime-ports.ts';
import { openPgliteStore } from '../server/src/adapters/store-pglite.ts';
import { createTokens } from '../server/src/adapters/tokens.ts';
import { type ControlPlane, createControlPlane } from '../server/src/services/control-plane.ts';
import { createAuditLog } from '../server/src/store/audit-log.ts';
import { json } from '../server/src/store/control-rows.ts';
import type { ControlTables } from '../server/src/store/control-tables.ts';
import { migrate } from '../server/src/store/migrate.ts';
import type { Store } from '../server/src/store/store.ts';
import { catalogDomain, catalogForm, catalogProduct, DOMAINS, FORMS } from './catalog-products.ts';
import { openCatalog } from './catalog-store.ts';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { median, quantile, sample } from './measure.ts';
import { measureRevocations } from './revocations.ts';

const PRODUCTS = 1_000;
const SUBJECTS = 10_000;
/** Decisions that are timed one after the other. */
const ASKED = 4_000;
const WARM_UP = 300;
const AT_ONCE = 16;
/** Policies of the one product that has many. */
const MANY = 100;
const PURPOSE = 'reporting';
const AIM = atMost(5, ' ms');
const silent = { info() {}, warn() {}, error() {} };
const node: Subject = {
  id: 'node:bench',
  name: 'node',
  roles: ['node'],
  domains: [],
  attributes: {},
};
const owner: Subject = {
  id: 'owner',
  name: 'Owner',
  roles: ['producer'],
  domains: Array.from({ length: DOMAINS }, (_, i) => catalogDomain(i).name),
  attributes: {},
};
const platform: Subject = { ...owner, id: 'platform', roles: ['platform'], domains: [] };

export async function measureDecisions(options: IngestOptions): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-decisions-'));
  try {
    await openCatalog(directory, { products: PRODUCTS, say: options.say });
    const data = join(directory, 'data');
    const store = await openPgliteStore({ directory: join(data, 'store'), logger: silent });
    const figures: Figure[] = [];
    try {
      // Why: the directory may be from before a migration.
      await migrate(store, 'control');
      options.say(`${SUBJECTS} subjects …`);
      await addSubjects(store);
      figures.push(...(await measureTotals({ data, store, options })));
    } finally {
      await store.close();
    }
    return [...figures, ...(await measureRevocations(options))];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Bench {
  data: string;
  store: Store;
  options: IngestOptions;
}

async function measureTotals({ data, store, options }: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  let written = 0;
  for (const policies of [10, 1_000]) {
    options.say(`${policies} policies …`);
    const writer = openControl(data, store);
    // Why one less: the mesh has one of its own.
    for (; written < policies - 1; written++) {
      await writer.policies.put(owner, productOf(written), { cedar: policyOf(written, 1) });
    }
    await writer.policies.putMesh(platform, { cedar: MESH_POLICY });
    const name = `decisions: ${policies.toLocaleString('en')} policies`;
    figures.push(...(await measureControl(openControl(data, store), name)));
  }
  options.say(`a product with ${MANY} policies …`);
  const writer = openControl(data, store);
  await writer.policies.put(owner, productOf(0), { cedar: policyOf(0, MANY) });
  figures.push(...(await measureMany(openControl(data, store))));
  return figures;
}

const MESH_POLICY = `@id("restricted") @columns("classification restricted")
forbid (principal, action, resource) unless { context.purpose == "audit" };`;

function productOf(index: number): string {
  const { domain, name } = catalogProduct(index);
  return `${domain}.${name}`;
}

/** Cedar about the key column of a product: rows of the subject's numbers. */
function policyOf(index: number, count: number): string {
  const key = keyOf(index);
  return Array.from(
    { length: count },
    (_, i) => `@id("own-${i}") @mask("classification confidential: null")
permit (principal, action, resource) when {
  context.purpose == "reporting" && principal.numbers has stores && resource.row.${key} != ${i} && principal.numbers.stores.contains(resource.row.${key})
};`,
  ).join('\n');
}

function keyOf(index: number): string {
  const { fill } = catalogProduct(index);
  const { value } = readContract(fill(catalogForm(index % FORMS)));
  return must(value?.model.objects[0]?.properties[0], 'the key of a product').name;
}

/** A control plane that was just started over the store. */
function openControl(data: string, store: Store): ControlPlane {
  const keys = openKeyring(join(data, 'keys'));
  const [clock, random] = [systemClock, systemRandom];
  const publicKey = keys.ensureKey(TOKEN_KEY);
  const log = { store, schema: 'control' as const, clock, random, crypto: keys, keyId: ROOT_KEY };
  const issuer = 'weft:bench';
  return createControlPlane({
    store,
    audit: createAuditLog({ ...log, publicKey: keys.ensureKey(ROOT_KEY) }),
    keys,
    tokens: createTokens({ crypto: keys, clock, keyId: TOKEN_KEY, publicKey, issuer }),
    publishKeys: { rootKeyId: ROOT_KEY, domainKeyId },
    cedar: loadCedar,
    clock,
    random,
    ids: createIdSource({ clock, random }),
    logger: silent,
    archive: null,
    ruleTrial: null,
    mesh: { name: 'bench', version: '0.0.0', issuer, tokenKey: publicKey },
  });
}

function subjectOf(index: number): Subject {
  const stores = [0, 1, 2, 3, 4].map((i) => String(index * 5 + i + MANY));
  const id = `subject_${index}`;
  return { id, name: id, roles: ['consumer'], domains: [], attributes: { stores } };
}

/** The product that a subject has an agreement on: each has ten subjects, and neighbours have other ones. */
const agreedOf = (subject: number): number => (subject * 7_919) % PRODUCTS;

async function addSubjects(store: Store): Promise<void> {
  const db = store.schema<ControlTables>('control');
  const ids = createIdSource({ clock: systemClock, random: systemRandom });
  const now = new Date().toISOString();
  for (let from = 0; from < SUBJECTS; from += 500) {
    const numbers = Array.from({ length: 500 }, (_, i) => from + i);
    const subjects = numbers.map(subjectOf).map(({ id, name, roles, domains, attributes }) => {
      return {
        id,
        name,
        roles: json(roles),
        domains: json(domains),
        attributes: json(attributes),
        updated_at: now,
      };
    });
    await db.insertInto('subjects').values(subjects).execute();
    const agreements = numbers.map((number) => agreementRow(number, ids.next('agr'), now));
    await db.insertInto('agreements').values(agreements).execute();
  }
}

function agreementRow(number: number, agreement: string, now: string) {
  const product = productOf(agreedOf(number));
  return {
    agreement,
    product,
    domain: product.split('.')[0] ?? '',
    ...{ major: 1, subject: `subject_${number}`, purpose: PURPOSE, columns: null, filter: null },
    ...{ masks: json({}), granularity: null, until: null, asked: null, state: 'active', why: null },
    ...{ requested_at: now, decided_by: 'owner', decided_at: now, because: null, revision: 1 },
  };
}

/** Asks for one decision; returns its milliseconds. */
async function ask(control: ControlPlane, subject: number): Promise<number> {
  const { domain, name: table } = catalogProduct(agreedOf(subject));
  const request = {
    subject: subjectOf(subject),
    purpose: PURPOSE,
    tables: [{ domain, table, major: null }],
  };
  const start = performance.now();
  const { tables } = await control.access.decide(node, request);
  const milliseconds = performance.now() - start;
  const { decision, reason } = must(tables[0], 'a decision');
  if (decision !== 'permit') throw new Error(`subject ${subject}: ${reason}`);
  return milliseconds;
}

async function measureControl(control: ControlPlane, name: string): Promise<Figure[]> {
  // Why other subjects: code and statements are warm then, and so are the contracts of the products of the first ones.
  for (let i = 0; i < WARM_UP; i++) await ask(control, ASKED + i);
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, i) => from + i);
  const products = await timeAll(control, range(WARM_UP, PRODUCTS));
  const subjects = await timeAll(control, range(PRODUCTS, ASKED));
  // Why this order: neighbours of before are far apart, and each is asked once.
  const again = await timeAll(
    control,
    range(0, ASKED).map((i) => (i * 1_511) % ASKED),
  );
  const crowd = await measureCrowd(control);
  return [
    timesFigure(`${name}, first of a product, p99`, products),
    timesFigure(`${name}, first of a subject, p99`, subjects),
    timesFigure(`${name}, again, p99`, again),
    figure({
      name: `${name}, ${AT_ONCE} at once`,
      value: crowd.rate,
      unit: 'decisions/s',
      note: `CPU ${crowd.cpu.toFixed(2)} ms each, p99 ${quantile(crowd.milliseconds, 0.99).toFixed(1)} ms`,
    }),
  ];
}

async function timeAll(control: ControlPlane, subjects: readonly number[]): Promise<Timed> {
  const milliseconds: number[] = [];
  const { cpu, others } = await sample(async () => {
    for (const subject of subjects) milliseconds.push(await ask(control, subject));
  });
  return { milliseconds, cpu: (cpu * 1_000) / milliseconds.length, others };
}

interface Timed {
  milliseconds: number[];
  /** Milliseconds of CPU of one decision, the store's included. */
  cpu: number;
  /** Cores that others used meanwhile. */
  others: number;
}

function timesFigure(name: string, { milliseconds, cpu, others }: Timed): Figure {
  return figure({
    name,
    value: quantile(milliseconds, 0.99),
    unit: 'ms',
    aim: AIM,
    note: `p50 ${median(milliseconds).toFixed(2)} ms, CPU ${cpu.toFixed(2)} ms each, n = ${milliseconds.length}, others ${others.toFixed(1)} cores`,
  });
}

/** As many at once as a node has queries running; half of them were asked before. */
async function measureCrowd(
  control: ControlPlane,
): Promise<{ rate: number; cpu: number; milliseconds: number[] }> {
  const subjects = Array.from({ length: ASKED }, (_, i) => (i % 2 === 0 ? i : ASKED + WARM_UP + i));
  const milliseconds: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < subjects.length; at = next++) {
      milliseconds.push(await ask(control, subjects[at] ?? 0));
    }
  };
  const { wall, cpu } = await sample(() => Promise.all(Array.from({ length: AT_ONCE }, work)));
  return { rate: subjects.length / wall, cpu: (cpu * 1_000) / subjects.length, milliseconds };
}

/** Subjects of one product, each for the first time. */
async function measureMany(control: ControlPlane): Promise<Figure[]> {
  const ofProduct = Array.from({ length: SUBJECTS }, (_, i) => i).filter((i) => agreedOf(i) === 0);
  const [warm = 0, ...subjects] = ofProduct;
  await ask(control, warm);
  return [
    timesFigure(
      `decisions: a product with ${MANY} policies, first, p99`,
      await timeAll(control, subjects),
    ),
  ];
}
