/**
 * A mesh on a disk of its own that becomes full, or read-only, at named steps: what it answers, whether it works again once
 * there is room, and what is left. `node disk-rounds.ts FOLDER` inside a mount namespace, with the wanted rounds as JSON on the
 * standard input; prints what did not add up.
 *
 * Not a mock: the disk is a small tmpfs, server and processes are real. Invariant: a round that did not meet its fault says so.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchReport } from '@weft/core/ingest/report';
import type { Step } from '@weft/core/lib/steps';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import { type CallOptions, createApi, type MeshApi } from './api.ts';
import { arm, type CrashMesh, reached, startCrashMesh } from './crash-process.ts';
import { strictLines } from './data-directory.ts';
import { YAML } from './sales.ts';
import { silentLogger } from './store.ts';
import { countRows } from './table-rows.ts';

export interface DiskRounds {
  /** What becomes of the disk. */
  fault: 'full' | 'readOnly';
  steps: Step[];
}

export interface DiskOutcome {
  /** What was promised and is not so. */
  broken: string[];
  /** Steps at which the fault came. */
  reached: string[];
  /** How many requests heard of it, by the code that they heard. */
  codes: Record<string, number>;
}

const MEGABYTES = 192;
/** More than any batch has rows. */
const ID_STEP = 1_000;
/** Names under which a fault of the disk may be told. */
const NAMES = ['DISK_FULL', 'DISK_FAILED', 'STORE_FAILED', 'UNAVAILABLE'];
const TRIES_MAX = 600;

type Kind = 'plain' | 'held' | 'unreadable' | 'upload' | 'repaired' | 'given-up';

function kindOf(step: Step): Kind {
  if (/^(upload|piece)-/.test(step)) return 'upload';
  if (step.startsWith('replay-')) return 'repaired';
  if (step.startsWith('marks-')) return 'given-up';
  if (step.startsWith('failure-')) return 'unreadable';
  return step.startsWith('hold-') || step.startsWith('discard-') ? 'held' : 'plain';
}

interface Answer {
  status: number;
  body: BatchReport & { code?: string };
}

interface Asked {
  no: number;
  kind: Kind;
  words: string;
  discard: boolean;
  /** The batch whose refused record is decided about. */
  base: Answer | null;
}

/** What each kind of batch ends as. */
const ENDS: Readonly<Record<Kind, BatchReport['state']>> = {
  plain: 'committed',
  upload: 'committed',
  repaired: 'committed',
  'given-up': 'committed',
  held: 'held',
  unreadable: 'failed',
};

class Rounds {
  readonly #folder: string;
  readonly #fault: DiskRounds['fault'];
  readonly #disk: string;
  readonly #data: string;
  readonly #expected = new Map<string, Map<number, number>>();
  readonly outcome: DiskOutcome = { broken: [], reached: [], codes: {} };
  #api: MeshApi | null = null;
  #token = '';
  #no = 0;
  #product = '';

  constructor(folder: string, fault: DiskRounds['fault']) {
    this.#folder = folder;
    this.#fault = fault;
    this.#disk = join(folder, 'disk');
    this.#data = join(this.#disk, 'data');
  }

  async run(steps: readonly Step[]): Promise<void> {
    this.#mount();
    const mesh = await startCrashMesh({ folder: this.#folder, data: this.#data });
    if (mesh === null) throw new Error('the mesh did not start');
    try {
      await this.#prepare(mesh);
      for (const step of steps) await this.#round(step);
    } finally {
      await mesh.stop();
    }
    await this.#prove();
    this.outcome.reached = reached(this.#folder);
  }

  /** Why a second one for the store: it keeps files open, and such a disk cannot become read-only. */
  #mount(): void {
    const mount = (place: string): void => {
      mkdirSync(place, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=700`, 'tmpfs', place]);
    };
    mount(this.#disk);
    if (this.#fault === 'full') return;
    rmSync(this.#data, { recursive: true, force: true });
    for (const name of ['store', 'audit', 'keys', 'contracts']) mount(join(this.#data, name));
    for (const name of FILES) mount(join(this.#data, name));
  }

  async #prepare(mesh: CrashMesh): Promise<void> {
    const api = createApi(mesh.url, mesh.token);
    this.#api = api;
    const olga = { subject: 'olga', roles: ['producer'], domains: ['sales'] };
    this.#token = await api.issueToken(olga);
    await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
    await this.#newProduct();
  }

  /** Why: the steps of a new table come with its first batch only. */
  async #newProduct(): Promise<void> {
    this.#product = `lines_${this.#expected.size}`;
    this.#expected.set(this.#product, new Map());
    const body = strictLines(this.#product);
    await this.#api?.done('POST', '/api/v1/contracts', { body, headers: YAML });
  }

  async #round(step: Step): Promise<void> {
    if (step.startsWith('columns-')) await this.#newProduct();
    const kind = kindOf(step);
    const no = ++this.#no;
    const words = `${this.#fault} at ${step}`;
    const isMended = kind === 'repaired' || kind === 'given-up';
    const base = isMended ? await this.#send(no, 'plain') : null;
    arm(this.#folder, { step, nth: 1, instead: this.#instead(step) });
    const first = base === null ? await this.#send(no, kind) : await this.#mend(base, kind);
    this.#hear(first, words);
    const decided = step.startsWith('discard-') ? await this.#decide(first) : null;
    // Why: these come after the answer.
    if (step.startsWith('relay-') || step === 'upload-taken') await sleep(2_500);
    if (this.#fault === 'full') this.#findLeft(first, words);
    arm(this.#folder, null);
    this.#free();
    if (decided !== null) this.#hear(decided, words);
    await this.#settle({ no, kind, words, discard: step.startsWith('discard-'), base });
  }

  #instead(step: Step) {
    if (this.#fault === 'full') return { fill: join(this.#disk, 'filler') };
    return { readOnly: join(this.#data, PLACES[step] ?? 'tables') };
  }

  #free(): void {
    rmSync(join(this.#disk, 'filler'), { force: true });
    if (this.#fault === 'full') return;
    for (const name of FILES) execFileSync('mount', ['-o', 'remount,rw', join(this.#data, name)]);
  }

  async #send(no: number, kind: Kind): Promise<Answer> {
    const rows = [0, 1, 2].map((i) => `${no * ID_STEP + i},1,n,2026-01-01\n`).join('');
    const bad = kind === 'held' ? 'x,1,,\ny,1,,\nz,1,,\nu,1,,\n' : 'x,1,,\n';
    const body = kind === 'unreadable' ? 'no table\n' : `id,units,note,day\n${rows}${bad}`;
    const path = `/api/v1/products/sales.${this.#product}/batches?format=csv&key=no-${no}`;
    if (kind === 'upload') return await this.#sendUpload(path, body);
    return await this.#call(path, body, 'text/csv');
  }

  /** The same by an upload of one piece; whatever fails first is the answer. */
  async #sendUpload(path: string, body: string): Promise<Answer> {
    const product = Buffer.from(`sales.${this.#product}`).toString('base64');
    const tus = { 'tus-resumable': '1.0.0' };
    const made = await this.#ask('POST', '/api/v1/uploads', {
      headers: {
        ...tus,
        'upload-length': `${body.length}`,
        'upload-metadata': `product ${product}`,
      },
    });
    if (made.status !== 201) return made;
    const upload = made.headers.get('location')?.split('/').at(-1);
    const piece = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const sent = await this.#ask('PATCH', `/api/v1/uploads/${upload}`, {
      body,
      headers: { ...tus, ...piece },
    });
    if (sent.status !== 204) return sent;
    const uploads = JSON.stringify({ uploads: [{ upload }] });
    return await this.#call(path, uploads, 'application/vnd.weft.uploads+json');
  }

  /** Repairs the refused record of a batch, or gives it up. */
  async #mend({ body }: Answer, kind: Kind): Promise<Answer> {
    const where = { batch: body.batch };
    const id = { sql: `'${this.#no * ID_STEP + ID_STEP - 1}'` };
    const asked =
      kind === 'repaired'
        ? { where, repair: { columns: { id } } }
        : { where, because: 'nobody needs it' };
    const path = `/api/v1/quarantine/${kind === 'repaired' ? 'replays' : 'discards'}`;
    return await this.#call(path, JSON.stringify(asked), 'application/json');
  }

  async #decide({ body }: Answer): Promise<Answer> {
    return await this.#call(`/api/v1/batches/${body.batch}/discard`, '{}', 'application/json');
  }

  async #call(path: string, body: string, type: string): Promise<Answer> {
    return await this.#ask('POST', path, { body, headers: { 'content-type': type } });
  }

  async #ask(method: string, path: string, options: CallOptions) {
    const api = this.#api;
    if (api === null) throw new Error('prepared first');
    return await api.call<Answer['body']>(method, path, { ...options, token: this.#token });
  }

  /** A fault has a name, in the answer or in the report that was answered. */
  #hear({ status, body }: Answer, words: string): void {
    if (status === 200 && body.state !== 'failed') return;
    const code = (status === 200 ? body.problem?.code : body.code) ?? 'none';
    this.outcome.codes[code] = (this.outcome.codes[code] ?? 0) + 1;
    if (NAMES.includes(code) || (code === 'BATCH_UNREADABLE' && words.includes('failure-'))) return;
    this.outcome.broken.push(`${words}: ${status} ${JSON.stringify(body).slice(0, 400)}`);
  }

  /** Of a batch that failed nothing is left on the disk, also while that is full. */
  #findLeft({ status, body }: Answer, words: string): void {
    if (status !== 200 || body.state !== 'failed') return;
    const left = FILES.flatMap((name) => filesBelow(join(this.#data, name))).filter((path) =>
      path.includes(body.batch),
    );
    if (left.length > 0) this.outcome.broken.push(`${words}: left ${left.join(', ')}`);
  }

  /** Asks again, now that there is room, until it is done; then another batch works at once. */
  async #settle(asked: Asked): Promise<void> {
    const { no, kind, words, base } = asked;
    let last: Answer | null = null;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      last = base === null ? await this.#send(no, kind) : await this.#mend(base, kind);
      if (isDone(last, asked)) break;
      const isNamed = last.status === 200 || NAMES.includes(last.body.code ?? '');
      if (!isNamed) await this.#tell(last, words);
      await sleep(100);
    }
    await this.#count(asked, last);
    const next = ++this.#no;
    const { status, body } = await this.#send(next, 'plain');
    if (status === 200 && body.state === 'committed') this.#expect(next);
    else await this.#tell({ status, body }, `the batch after ${words}`);
  }

  async #tell(answer: Answer, words: string): Promise<Answer> {
    this.outcome.broken.push(
      `${words}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 400)}`,
    );
    return answer;
  }

  async #count({ no, kind, words, discard, base }: Asked, last: Answer | null): Promise<void> {
    if (last === null || last.status !== 200) {
      this.outcome.broken.push(
        `${words}: never worked again: ${JSON.stringify(last).slice(0, 400)}`,
      );
      return;
    }
    if (kind === 'held' && discard) {
      if (last.body.state === 'held') await this.#decide(last);
      return;
    }
    if (kind === 'unreadable') return;
    if (base !== null) return await this.#countMended(base, { no, kind, words });
    const { records } = last.body;
    const quarantined = kind === 'held' ? 4 : 1;
    if (records.in !== 3 + quarantined || records.good !== 3 || records.quarantined !== quarantined)
      this.outcome.broken.push(`${words}: counts ${JSON.stringify(records)}`);
    if (kind !== 'held') this.#expect(no);
  }

  /** Of the one refused record nothing is open: it is a row, or given up. */
  async #countMended(base: Answer, { no, kind, words }: Pick<Asked, 'no' | 'kind' | 'words'>) {
    const { body } = await this.#ask('GET', `/api/v1/batches/${base.body.batch}/lineage`, {});
    const { committed, open } = body.records as unknown as { committed: number; open: number };
    const rows = kind === 'repaired' ? 4 : 3;
    if (committed !== rows || open !== 0)
      this.outcome.broken.push(`${words}: lineage ${JSON.stringify(body.records)}`);
    this.#expect(no, rows);
  }

  #expect(no: number, rows = 3): void {
    this.#expected.get(this.#product)?.set(no, rows);
  }

  /** Doctor finds nothing, and every row is there once. */
  async #prove(): Promise<void> {
    const config = readConfig({ data: this.#data, env: {} });
    const first = await proveDataDirectory(config, { repair: true, logger: silentLogger });
    const damage = first.findings.filter(({ state }) => state === 'damaged');
    const { findings } = await proveDataDirectory(config, { repair: false, logger: silentLogger });
    for (const { code, detail } of [...damage, ...findings])
      this.outcome.broken.push(`doctor: ${code} ${detail}`);
    const products = [...this.#expected.keys()];
    const found = await countRows(this.#data, products, `id // ${ID_STEP}`);
    for (const [product, expected] of this.#expected) {
      const rows = (found.get(product) ?? [])
        .map(({ group, rows }) => `${group}:${rows}`)
        .join(' ');
      const wanted = [...expected].map(([no, count]) => `${no}:${count}`).join(' ');
      if (rows !== wanted) this.outcome.broken.push(`${product} has ${rows}, not ${wanted}`);
    }
  }
}

function isDone({ status, body }: Answer, { kind, discard, base }: Asked): boolean {
  if (status !== 200) return false;
  if (base !== null) return true;
  if (kind === 'unreadable') return body.problem?.code === 'BATCH_UNREADABLE';
  return body.state === ENDS[kind] || (discard && body.state === 'discarded');
}

/** Folders of a data directory that hold what batches are made of. */
const FILES = ['tables', 'landings', 'quarantine', 'scratch', 'spill', 'uploads'];

/** Which of them becomes read-only at a step: the one that the next work writes into. */
const PLACES: Partial<Record<Step, string>> = {
  'landing-written': 'scratch',
  'landing-synced': 'tables',
  'batch-claimed': 'scratch',
  'part-copied': 'quarantine',
  'part-synced': 'quarantine',
  'refused-written': 'scratch',
  'quarantine-synced': 'landings',
  'failure-in-transaction': 'landings',
  'failure-recorded': 'landings',
  'upload-created': 'uploads',
  'upload-stored': 'uploads',
  'piece-told': 'landings',
  'upload-whole': 'landings',
  'replay-prepared': 'landings',
  'replay-landed': 'scratch',
  'marks-written': 'tables',
};

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const { fault, steps } = JSON.parse(readFileSync(0, 'utf8')) as DiskRounds;
const rounds = new Rounds(process.argv[2] ?? '', fault);
await rounds.run(steps);
process.stdout.write(`${JSON.stringify(rounds.outcome)}\n`);
process.exit(0);
