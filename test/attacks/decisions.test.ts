/**
 * A14: answers of the decision service that are wrong, broken, of something else, late, or none. Over HTTP, between the real
 * client of a node and what plans a query: each of them refuses the query, and no table is looked at.
 *
 * The faults are generated over every place of an honest answer, so that a field that is added later is among them.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { AccessDecider } from '@weft/core/query/ports';
import { createControlClient } from '../../server/src/adapters/control-client.ts';
import { readDecisions } from '../../server/src/adapters/control-client-decisions.ts';
import type { QueryProcesses } from '../../server/src/adapters/query-process.ts';
import { planQuery } from '../../server/src/services/query-plan.ts';
import { openQueryFixture, type QueryFixture } from '../hostile/support.ts';
import { openEngine } from '../support/governed.ts';
import { SILENT } from '../support/projections.ts';
import { decideCase, POLICIES } from './policies.ts';

const SQL = 'SELECT o.sec, s.city FROM sales.orders o JOIN stores.stores s USING (store)';
const PATIENCE_MS = 1_000;

interface Answer {
  subject: string;
  purpose: string;
  tables: AccessDecision[];
}
type Path = readonly (string | number)[];
type Give = (response: ServerResponse, honest: Answer) => void;

let fixture: QueryFixture;
let engine: QueryProcesses;
let tree: unknown;
let give: Give;
let honest: Answer;
let foreign: Answer;
let client: AccessDecider;
const looked: string[] = [];
const json: Give = (response, answer) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  give(response, await answerTo(JSON.parse(body)));
});

async function answerTo(request: Parameters<AccessDecider['decide']>[0]): Promise<Answer> {
  const { subject, purpose } = request;
  const id = typeof subject === 'string' ? subject : subject.id;
  return { subject: id, purpose, tables: await fixture.decide.decide(request) };
}

before(async () => {
  fixture = await openQueryFixture();
  engine = openEngine(fixture, SILENT);
  tree = await engine.parse(SQL);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const names = ['sales.orders', 'stores.stores'].map((name) => name.split('.'));
  const tables = names.map(([domain = '', table = '']) => ({ domain, table, major: null }));
  const question = { purpose: 'forecasting', tables };
  honest = await answerTo({ ...question, subject: fixture.analyst });
  const owner = { ...fixture.analyst, id: 'otto', domains: ['sales', 'stores'] };
  foreign = await answerTo({ ...question, subject: owner });
});
beforeEach(() => {
  looked.length = 0;
  client = createControlClient({
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => 'secret',
    timeoutMs: PATIENCE_MS,
  });
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await engine.close();
  fixture.remove();
});

async function plan(): Promise<unknown> {
  try {
    return await planQuery({
      deps: {
        decide: client,
        tables: {
          load: (table) => {
            looked.push(table.table);
            return fixture.tables.load(table);
          },
          files: fixture.tables.files,
        },
        projections: { keyGeneration: 'k', has: () => true },
      },
      request: { subject: fixture.analyst, purpose: 'forecasting', sql: SQL },
      tree,
    });
  } catch (error) {
    return error;
  }
}

async function refused(what: string, how: Give, codes = ['UNAVAILABLE']): Promise<void> {
  give = how;
  looked.length = 0;
  const outcome = await plan();
  const code = isWeftError(outcome) ? outcome.code : `not refused: ${outcome}`;
  assert.ok(codes.includes(code), `${what}: ${code}`);
  assert.deepEqual(looked, [], `${what}: a table was looked at`);
}

/** Every place of a document, those inside included. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key])),
  ];
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], document);
}

/** The document with another value in one place; without it where that is undefined. */
function changed(document: Answer, path: Path, value: unknown): Answer {
  const copy = structuredClone({ root: document as unknown });
  const whole: Path = ['root', ...path];
  const last = String(whole.at(-1));
  const parent = valueAt(copy, whole.slice(0, -1)) as Record<string, unknown> | unknown[];
  if (value !== undefined) (parent as Record<string, unknown>)[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy.root as Answer;
}

/** A value of every type but its own. */
function otherTypes(value: unknown): unknown[] {
  const typeOf = (one: unknown) =>
    one === null ? 'null' : Array.isArray(one) ? 'list' : typeof one;
  return [null, true, 7.5, 'x', [1], { x: 1 }].filter((one) => typeOf(one) !== typeOf(value));
}

test('the honest answer is a plan', async () => {
  give = json;
  const outcome = await plan();
  assert.ok(!(outcome instanceof Error), String(outcome));
  assert.deepEqual(looked, ['orders', 'stores']);
});

test('decisions by policies of every form are taken as they are', async () => {
  for (const policy of POLICIES) {
    const decision = await decideCase(policy, 'mixed');
    assert.equal(decision.decision, 'permit', policy.name);
    const { table } = decision;
    const answer: unknown = JSON.parse(
      JSON.stringify({ subject: 'ana', purpose: 'p', tables: [decision] }),
    );
    const read = readDecisions({ subject: 'ana', purpose: 'p', tables: [table] }, answer);
    assert.deepEqual(read, JSON.parse(JSON.stringify([decision])), policy.name);
  }
});

test('an answer that lacks a field is none, whichever it is', async () => {
  let asked = 0;
  for (const path of placesOf(honest).slice(1)) {
    // Fewer shown or explained columns are a narrower answer, and as sound.
    if (['columns', 'hidden'].includes(String(path.at(-2)))) continue;
    const broken = changed(honest, path, undefined);
    await refused(`without ${path.join('.')}`, (response) => json(response, broken));
    asked++;
  }
  assert.ok(asked > 45, `${asked} fields`);
});

test('an answer with a field of another type is none, whichever it is', async () => {
  // What may be null, or not, by its meaning: another answer, and none that is broken.
  const nullable = ['agreement', 'rowFilterText', 'rowLimit', 'rollUp'];
  let asked = 0;
  for (const path of placesOf(honest)) {
    const name = String(path.at(-1));
    for (const value of otherTypes(valueAt(honest, path))) {
      if (nullable.includes(name) && (value === null || typeof value === 'string')) continue;
      if (name.endsWith('olicyVersion') && value === null) continue;
      const broken = path.length === 0 ? value : changed(honest, path, value);
      const told = `${path.join('.')} = ${JSON.stringify(value)}`;
      await refused(told, (response) => json(response, broken as Answer));
      asked++;
    }
  }
  assert.ok(asked > 250, `${asked} changes`);
});

test('a field that this node does not know may be an obligation, and is refused', async () => {
  for (const path of placesOf(honest)) {
    const value = valueAt(honest, path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const more = changed(honest, [...path, 'obligation'], 'blur');
    await refused(`more at ${path.join('.')}`, (response) => json(response, more));
  }
});

test('the answer about another subject, purpose, product or order of tables is none', async () => {
  const [orders, stores] = honest.tables as [AccessDecision, AccessDecision];
  const others: Record<string, unknown> = {
    'nothing at all': {},
    'of another subject': foreign,
    'for another purpose': { ...honest, purpose: 'marketing' },
    'in another order': { ...honest, tables: [stores, orders] },
    'one table twice': { ...honest, tables: [orders, orders] },
    'one table less': { ...honest, tables: [orders] },
    'one table more': { ...honest, tables: [orders, stores, stores] },
    'of another table': { ...honest, tables: [{ ...orders, table: stores.table }, stores] },
    'of another product': { ...honest, tables: [{ ...orders, product: stores.product }, stores] },
    'hidden and shown': { ...honest, tables: [{ ...orders, columns: ['email'] }, stores] },
    'denied and shown': { ...honest, tables: [{ ...orders, decision: 'deny' }, stores] },
    'a list of keys': changed(honest, ['tables', 0, 'rowFilter'], {
      op: 'inSet',
      column: 'region',
      set: 'all',
      list: { version: '1', keys: [] },
    }),
    'a filter in a filter': changed(honest, ['tables', 0, 'rowFilter'], {
      op: 'not',
      arg: { op: 'and', args: [{ op: 'whatever' }] },
    }),
  };
  for (const [what, answer] of Object.entries(others))
    await refused(what, (response) => json(response, answer as Answer));
});

test('an older policy than one that decided before decides no more', async () => {
  const at = (version: number | null) => changed(honest, ['tables', 0, 'policyVersion'], version);
  const mesh = (version: number | null) =>
    [0, 1].reduce((made, i) => changed(made, ['tables', i, 'meshPolicyVersion'], version), at(9));
  give = (response) => json(response, mesh(4));
  assert.ok(!((await plan()) instanceof Error));
  for (const old of [at(8), at(null), mesh(3), mesh(null)])
    await refused('an older policy', (response) => json(response, old));
  // Overtaken once on its way: it is asked again, and answered by the new one.
  let answers = 0;
  give = (response) => json(response, answers++ === 0 ? at(8) : mesh(5));
  assert.ok(!((await plan()) instanceof Error));
  assert.equal(answers, 2);
});

test('an answer that is cut, late, not JSON, an error, or never comes is none', async () => {
  const text = JSON.stringify(honest);
  for (let cut = 0; cut < text.length; cut += 97) {
    await refused(`cut at ${cut}`, (response) => response.end(text.slice(0, cut)));
    await refused(`gone at ${cut}`, (response) => {
      response.writeHead(200, { 'content-length': text.length });
      response.write(text.slice(0, cut), () => response.destroy());
    });
  }
  await refused('a page', (response) => response.end('<html>ok</html>'));
  for (const status of [204, 301, 400, 404, 500, 503])
    await refused(`HTTP ${status}`, (response) => {
      response.writeHead(status);
      response.end(status === 204 ? undefined : text);
    });
  await refused('late', (response) => {
    setTimeout(() => json(response, honest), PATIENCE_MS * 2);
  });
  await refused('never', () => undefined);
  await refused('closed', (response) => response.destroy());
});
