/**
 * The second wall alone: every statement of the corpus goes to the query process as it is, past the gate, one after the
 * other in the same process, so that what one of them changes is there for the next.
 *
 * Whatever the engine answers, raw errors and standard error included, no hidden value is in it, and the warehouse stays
 * as it was.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { planRead } from '@weft/core/lakehouse/scan';
import { currentColumns, everyFieldId } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import type { SandboxTables } from '@weft/core/query/ports';
import { buildProjection, openedTables, type Projection } from '@weft/core/query/project';
import { sealedUser } from '../../server/src/adapters/query-process.ts';
import { ChildGone, ChildHandle } from '../../server/src/workers/query-child-handle.ts';
import { openProjections, type TestProjections } from '../support/projections.ts';
import { CANARY, openQueryFixture, type QueryFixture, type Statement } from './support.ts';

let fixture: QueryFixture;
let kept: TestProjections;
let projection: Projection;
let tables: SandboxTables;

before(async () => {
  fixture = await openQueryFixture();
  kept = await openProjections(path.join(fixture.directory, 'kept'));
  projection = await projectEverything();
  const patience = { seconds: 60, signal: new AbortController().signal };
  tables = openedTables(projection, await kept.files.open(projection.parts, patience));
});
after(() => {
  kept.maker.close();
  fixture.remove();
});

/** All that the analyst may see of both tables, under both names of each. */
async function projectEverything(): Promise<Projection> {
  const names = [
    ['sales', 'orders', 'orders'],
    ['sales', 'orders', 'orders@1'],
    ['stores', 'stores', 'stores'],
  ] as const;
  const tables = names.map(async ([domain, table, name]) => {
    const asked = { subject: fixture.analyst, purpose: 'forecasting' };
    const decisions = await fixture.decide.decide({
      ...asked,
      tables: [{ domain, table, major: 1 }],
    });
    const decision = must(decisions[0], 'a decision');
    const metadata = must(await fixture.tables.load(decision.table), 'a table');
    const scanned = await planRead(fixture.lakehouse, metadata, { filter: decision.rowFilter });
    return {
      gate: { domain, table, major: 1, name, mentioned: null },
      decision,
      columns: currentColumns(metadata),
      storedFieldIds: everyFieldId(metadata),
      files: scanned,
    };
  });
  return buildProjection(await Promise.all(tables));
}

async function startChild(): Promise<ChildHandle> {
  const directory = path.join(fixture.directory, 'empty');
  fs.mkdirSync(directory, { recursive: true });
  const child = new ChildHandle({
    role: 'executor',
    memory: '300MB',
    threads: 1,
    addressSpaceBytes: 2_000_000_000,
    directory,
    user: sealedUser(),
    searchPath: process.env['PATH'] ?? '',
  });
  assert.deepEqual(await child.message(), { is: 'ready' });
  child.send({ do: 'open', files: tables.files });
  const answer = await child.message();
  assert.ok(answer.is === 'opened');
  child.send({ do: 'project', statements: tables.statements(answer.paths) });
  assert.deepEqual(await child.message(), { is: 'sealed' });
  return child;
}

interface Answer {
  /** Everything that came back, as text. */
  text: string;
  failed: boolean;
  rows: number;
}

/** Sends the text past the gate and gathers all that comes back; a process that takes too long or dies is replaced. */
class Bypass {
  #child: ChildHandle | null = null;
  readonly errors: string[] = [];

  async run(sql: string): Promise<Answer> {
    this.#child ??= await startChild();
    const child = this.#child;
    const timers = [
      setTimeout(() => child.send({ do: 'interrupt' }), 500),
      setTimeout(() => child.kill(), 2_000),
    ];
    try {
      child.send({ do: 'run', sql, shape: 'arrays', rowsMax: 10_000, bytesMax: 4_000_000 });
      return await gather(child);
    } catch (error) {
      assert.ok(error instanceof ChildGone);
      this.close();
      return { text: error.message, failed: true, rows: 0 };
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  close(): void {
    if (this.#child === null) return;
    this.errors.push(this.#child.stderr);
    this.#child.kill();
    this.#child = null;
  }
}

async function gather(child: ChildHandle): Promise<Answer> {
  let text = '';
  for (;;) {
    const frame = await child.next();
    if (frame.kind === 'rows') {
      text += Buffer.from(frame.bytes).toString('utf8');
      continue;
    }
    text += JSON.stringify(frame.message);
    if (frame.message.is === 'error') return { text, failed: true, rows: 0 };
    if (frame.message.is === 'end') return { text, failed: false, rows: frame.message.rows };
  }
}

async function runAll(
  statements: readonly Statement[],
  bypass: Bypass,
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const { id, sql } of statements) answers.set(id, await bypass.run(sql));
  return answers;
}

test('hostile statements that pass no gate show nothing hidden and change nothing', async () => {
  const hash = fixture.treeHash();
  const bypass = new Bypass();
  const { refused, contained } = fixture.corpus;
  try {
    // Why: those that change the process come last, so that the others meet it whole.
    const changing = /^(drop|delete|update|truncate|use|create|attach|enable|call|pragma|begin)/;
    const calm = refused.filter((statement) => !changing.test(statement.id));
    const rest = refused.filter((statement) => changing.test(statement.id));
    const answers = await runAll([...contained, ...calm, ...rest, ...contained], bypass);
    for (const [id, answer] of answers)
      assert.ok(!answer.text.includes(CANARY), `${id}: ${answer.text}`);
  } finally {
    bypass.close();
  }
  assert.ok(!bypass.errors.join('').includes(CANARY));
  assert.equal(fixture.treeHash(), hash);
});

test('the projection holds the permitted rows and columns, and only those', async () => {
  const bypass = new Bypass();
  try {
    const count = await bypass.run(
      "SELECT count(*), count_if(region = 'DE'), max(sec) FROM sales.orders",
    );
    assert.match(count.text, /\[267,267,"open-99"\]/);
    const stats = await bypass.run('SELECT stats(sec) FROM sales.orders LIMIT 1');
    assert.ok(!stats.text.includes(CANARY));
    const columns = await bypass.run(
      "SELECT string_agg(column_name, ',') FROM duckdb_columns() WHERE table_name = 'orders'",
    );
    assert.match(columns.text, /"id,region,store,day,amount,sec"/);
  } finally {
    bypass.close();
  }
});

test('legitimate statements run on the projection', async () => {
  const bypass = new Bypass();
  try {
    const answers = await runAll(fixture.corpus.legitimate, bypass);
    for (const [id, answer] of answers) assert.ok(!answer.failed, `${id}: ${answer.text}`);
  } finally {
    bypass.close();
  }
});

test('the process keeps no right to write or to read what its user may not', async () => {
  const bypass = new Bypass();
  try {
    for (const sql of [
      `COPY (SELECT 1) TO '${fixture.warehouse}/new.csv'`,
      `COPY (SELECT 1) TO 'here.csv'`,
      `ATTACH '${fixture.warehouse}/new.db'`,
      `SELECT * FROM read_text('${fixture.directory}/secret.txt')`,
      'SET enable_external_access = true',
      'SET lock_configuration = false',
      "SET GLOBAL temp_directory = '/tmp'",
      'RESET enable_external_access',
    ]) {
      assert.ok((await bypass.run(sql)).failed, sql);
    }
  } finally {
    bypass.close();
  }
});

/** Asked apart from the product, so that a wall that is left out is noticed. */
function canUnshare(): boolean {
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  return spawnSync('unshare', [...own, '--net', '--', 'true']).status === 0;
}

const needsProc = process.platform === 'linux' ? false : 'reads /proc';

test('the operating system holds the limits, whatever the engine does', {
  skip: needsProc,
}, async () => {
  const child = await startChild();
  try {
    const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const limits = fs.readFileSync(`/proc/${child.pid}/limits`, 'utf8');
    const own = process.getuid?.() ?? -1;
    const uid = own === 0 ? 65_534 : own;
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t`, 'm'));
    assert.match(limits, /^Max file size +0 +0 /m);
    assert.match(limits, /^Max address space +2000000000 +2000000000 /m);
    assert.deepEqual(fs.readdirSync(path.join(fixture.directory, 'empty')), []);
    if (canUnshare()) {
      const devices =
        fs.readFileSync(`/proc/${child.pid}/net/dev`, 'utf8').match(/^ *\w+:/gm) ?? [];
      assert.deepEqual(
        devices.map((name) => name.trim()),
        ['lo:'],
        'no way out but to itself',
      );
      const network = (of: string | number): string => fs.readlinkSync(`/proc/${of}/ns/net`);
      assert.notEqual(network(must(child.pid, 'a process')), network('self'));
    }
  } finally {
    child.kill();
  }
});
