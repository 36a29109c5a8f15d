/**
 * Sets in policies of a running mesh: rows by the keys of whoever asks, read from a product of another domain with the rights of
 * the one who put the policy in force.
 *
 * Not the predicate (`query/predicate.differential.test.ts`) and not its meaning in Cedar (`rules.differential.test.ts`).
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { ProductPolicy } from '@weft/core/registry/types';
import type { AccessExplanation } from '../../server/src/services/access-explain.ts';
import type { AccessPlan } from '../../server/src/services/access-plan.ts';
import { linesContract } from '../support/lines.ts';
import { runWeft } from '../support/mesh.ts';
import { HEAD, type SalesMesh, startSales, YAML } from '../support/sales.ts';

const PRODUCT = 'sales.lines';
const OWN = `@id("own") permit (principal, action, resource)
when { resource.row has units && context.sets.mine.contains(resource.row.units) };`;
/** Whose units are whose: `note` is the subject, `units` the key. */
const MINE = {
  keys: 'integer',
  from: 'master.managers',
  key: 'units',
  subject: 'note',
  purpose: 'reporting',
};

let sales: SalesMesh;
let otto: string;
let ben: string;
let carl: string;
let agreement: string;

before(async () => {
  sales = await startSales(['lines']);
  const { api, olga, ana } = sales;
  otto = await api.issueToken({ subject: 'otto', roles: ['producer'], domains: ['master'] });
  ben = await api.issueToken({ subject: 'ben', roles: ['consumer'] });
  carl = await api.issueToken({ subject: 'carl', roles: ['consumer'] });
  await api.done('POST', '/api/v1/domains', { json: { name: 'master', owners: ['otto'] } });
  const contract = linesContract({ product: 'managers' }).replaceAll('sales', 'master');
  await api.done('POST', '/api/v1/contracts', { body: contract, headers: YAML });
  const rights = { purpose: 'reporting', approver: olga };
  for (const by of [ben, carl]) await api.agree({ product: PRODUCT, by, ...rights });
  agreement = await agreeOn(olga);
  await ingest('sales.lines', olga, ['1,10,a,', '2,20,b,', '3,30,c,', '4,,d,', '5,40,e,']);
  await ingest('master.managers', otto, [
    '1,10,ana,',
    '2,20,ana,',
    '3,30,ben,',
    '4,77,ben,',
    '5,,ana,',
  ]);
  void ana;
});
after(() => sales.mesh.stop());

const agreeOn = (by: string): Promise<string> =>
  sales.api.agree({ product: 'master.managers', purpose: 'reporting', by, approver: otto });

async function ingest(product: string, token: string, rows: string[]): Promise<void> {
  const body = `${[HEAD, ...rows].join('\n')}\n`;
  const report = await sales.api.ingest(product, body, { token });
  assert.equal(report.state, 'committed', report.because ?? '');
}

const put = (json: unknown, token = sales.olga) =>
  sales.api.done<ProductPolicy>('PUT', `/api/v1/policies/${PRODUCT}`, { json, token });

async function idsOf(token: string): Promise<unknown> {
  const sql = 'SELECT id FROM sales.lines ORDER BY id';
  const { status, body, text } = await sales.api.query<{ rows: number[][]; detail: string }>(sql, {
    token,
    purpose: 'reporting',
  });
  return status === 200 ? body.rows.flat() : `${status} ${text}`;
}

async function explain(subject: string, token: string) {
  const query = new URLSearchParams({ subject, product: PRODUCT, purpose: 'reporting' });
  const path = `/api/v1/access/explain?${query}`;
  const { body, text } = await sales.api.call<AccessExplanation>('GET', path, { token });
  return { answer: body, text };
}

it('shows the rows of whoever asks, and none to whom the list does not name', async () => {
  const policy = await put({ cedar: OWN, sets: { mine: MINE } });
  assert.deepEqual(policy.sets['mine'], { ...MINE, where: null, values: null });
  assert.deepEqual(await idsOf(sales.ana), [1, 2]);
  assert.deepEqual(await idsOf(ben), [3]);
  assert.deepEqual(await idsOf(carl), []);
  assert.deepEqual(await idsOf(sales.olga), [1, 2, 3, 4, 5], 'owners see their own product whole');
});

it('is told by name, version and size to who decides, by name to who reads, by its keys to nobody', async () => {
  const { answer, text } = await explain('ana', sales.olga);
  const [set] = answer.sets;
  assert.match(set?.version ?? '', /^[0-9a-f]{32}$/);
  assert.deepEqual(
    { ...set, version: '', readAt: '' },
    {
      name: 'mine',
      from: 'master.managers',
      version: '',
      keys: 4,
      subjects: 2,
      readAt: '',
      problem: null,
    },
  );
  assert.equal(answer.seen?.rows, 'units in set mine');
  assert.doesNotMatch(text, /\b77\b|"ben"/);
  const own = await explain('ana', sales.ana);
  const nothing = { from: null, version: null, keys: null, subjects: null, readAt: null };
  assert.deepEqual(own.answer.sets, [{ name: 'mine', ...nothing, problem: null }]);
  const policy = await sales.api.call('GET', `/api/v1/policies/${PRODUCT}`, { token: sales.ana });
  assert.equal(policy.status, 403);
});

it('follows its table: the next answer is by the list as it is after a commit', async () => {
  const before = (await explain('ana', sales.olga)).answer.sets[0]?.version;
  await ingest('master.managers', otto, ['6,40,ana,']);
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5]);
  assert.deepEqual(await idsOf(ben), [3]);
  const set = (await explain('ana', sales.olga)).answer.sets[0];
  assert.equal(set?.keys, 5);
  assert.notEqual(set?.version, before);
  await ingest('sales.lines', sales.olga, ['6,40,f,']);
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5, 6]);
});

it('ends an open answer when its list becomes another one, and no answer when it stays the same', async () => {
  const open = async () => {
    const sql = "SELECT l.id, repeat('x', 200) AS filler FROM sales.lines l, range(200000)";
    const response = await fetch(`${sales.mesh.url}/api/v1/queries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sales.ana}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sql, purpose: 'reporting', format: 'ndjson' }),
    });
    assert.equal(response.status, 200);
    const reader = (response.body ?? assert.fail('a body')).getReader();
    await reader.read();
    return async (): Promise<'whole' | 'broken'> => {
      try {
        while (!(await reader.read()).done);
        return 'whole';
      } catch {
        return 'broken';
      }
    };
  };
  const same = await open();
  await ingest('master.managers', otto, ['7,40,ana,']);
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5, 6]);
  assert.equal(await same(), 'whole', 'the same keys again');
  const other = await open();
  await ingest('master.managers', otto, ['8,50,ana,']);
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5, 6]);
  assert.equal(await other(), 'broken');
});

it('denies as soon as its owner may not read it, in the words of nobody else', async () => {
  const revoke = `/api/v1/agreements/${agreement}/revoke`;
  await sales.api.done('POST', revoke, { json: { because: 'no more' }, token: otto });
  const refused = String(await idsOf(sales.ana));
  assert.match(
    refused,
    /^403 .*list of the set \\"mine\\" cannot be read; the owner of sales.lines/,
  );
  assert.doesNotMatch(refused, /master|olga/);
  const { answer } = await explain('ana', sales.olga);
  assert.equal(answer.sets[0]?.problem, 'ACCESS_DENIED');
  assert.equal(answer.sets[0]?.keys, null);
  agreement = await agreeOn(sales.olga);
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5, 6]);
});

interface Lint {
  faults: { path: string; message: string; remedy: string }[];
}

it('is refused unless whoever applies it could read it, column by column', async () => {
  let remedies: string[] = [];
  const faults = async (set: object, cedar = OWN): Promise<string[]> => {
    const json = { cedar, sets: { mine: { ...MINE, ...set } } };
    const path = `/api/v1/policies/${PRODUCT}/lint`;
    const answer = await sales.api.done<Lint>('POST', path, { json, token: sales.olga });
    remedies = answer.faults.map(({ remedy }) => remedy);
    return answer.faults.map((fault) => `${fault.path} ${fault.message}`);
  };
  assert.deepEqual(await faults({}), []);
  const once = ['$.sets.mine.key "unit" is no column of master.managers'];
  assert.deepEqual(await faults({ key: 'unit', subject: 'unit' }), once, 'told once');
  assert.deepEqual(remedies, ['Did you mean "units"?'], 'and by what may have been meant');
  const cases: [object, RegExp][] = [
    [{ from: 'master.nosuch' }, /^\$\.sets\.mine\.from there is no table/],
    [{ from: 'nosuch' }, /^\$\.sets\.mine\.from "nosuch" names no table/],
    [{ key: 'unit' }, /^\$\.sets\.mine\.key "unit" is no column of master\.managers$/],
    [{ keys: 'string' }, /^\$\.sets\.mine\.key keys of "units" are not string/],
    [{ subject: 'day' }, /^\$\.sets\.mine\.subject "day" is no column of text/],
    [{ where: 'nosuch = 1' }, /^\$\.sets\.mine\.where /],
    [{ purpose: 'other' }, /^\$\.sets\.mine\.from olga may not read it: No active agreement/],
    [{ purpose: null }, /^\$\.sets\.mine purpose is missing/],
    [{ values: ['1'] }, /^\$\.sets\.mine a set has either/],
  ];
  for (const [set, expected] of cases) {
    const found = await faults(set);
    assert.ok(
      found.some((fault) => expected.test(fault)),
      `${expected}: ${found.join('\n')}`,
    );
  }
  const masked = '@mask("units: null") permit (principal, action, resource);';
  const path = '/api/v1/policies/master.managers';
  await sales.api.done('PUT', path, { json: { cedar: masked }, token: otto });
  assert.match((await faults({})).join(), /olga does not see "units" as it is/);
  assert.match(String(await idsOf(sales.ana)), /^403 /, 'a mask on its keys denies at once');
  await sales.api.done('PUT', path, { json: {}, token: otto });
  assert.deepEqual(await idsOf(sales.ana), [1, 2, 5, 6]);
});

it('is asked by a file of Cedar alone, which leaves the sets as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-sets-'));
  const file = join(folder, `${PRODUCT}.cedar`);
  writeFileSync(file, OWN);
  const env = { ...process.env, WEFT_URL: sales.mesh.url, WEFT_TOKEN: sales.olga };
  for (const command of [
    ['policy', 'lint'],
    ['access', 'plan'],
    ['access', 'apply'],
  ]) {
    const { code, stdout, stderr } = await runWeft([...command, file], env);
    assert.equal(code, 0, `${command.join(' ')}: ${stdout}${stderr}`);
  }
  writeFileSync(file, OWN.replace('sets.mine', 'sets.mien'));
  const { code, stdout } = await runWeft(['policy', 'lint', file], env);
  assert.equal(code, 3);
  assert.match(
    stdout,
    /POLICY_TYPE line 2:\d+: there is no set "mien"\n {2}There are: mine \(integer\)/,
  );
  rmSync(folder, { recursive: true });
});

it('is part of a plan: another list behind the same name changes what is seen', async () => {
  const policy = { cedar: OWN, sets: { mine: { ...MINE, where: 'units > 10' } } };
  const json = { product: PRODUCT, policy };
  const plan = await sales.api.done<AccessPlan>('POST', '/api/v1/access/plan', {
    json,
    token: sales.olga,
  });
  const item = plan.items.find(({ subject }) => subject === 'ana');
  assert.equal(item?.effect, 'changes');
  assert.match(
    item?.what.join() ?? '',
    /^set of mine: .* → .* where units > 10 for reporting, read as olga/,
  );
  await put(policy);
  assert.deepEqual(await idsOf(sales.ana), [2, 5, 6]);
});

it('may be written down, for everybody or by subject, and be asked beside others', async () => {
  const cedar = `permit (principal, action, resource)
    when { resource.row has note && context.sets.notes.contains(resource.row.note) };
    forbid (principal, action, resource)
    unless { resource.row has units && !context.sets.closed.contains(resource.row.units) };`;
  const notes = { values: { ana: ['a', 'b', 'c', 'd'], ben: ['e'] } };
  const closed = { keys: 'integer', values: ['20', '0'] };
  await put({ cedar, sets: { notes, closed } });
  assert.deepEqual(await idsOf(sales.ana), [1, 3], 'a row without units is forbidden');
  assert.deepEqual(await idsOf(ben), [5]);
  assert.deepEqual(await idsOf(carl), []);
  const { answer } = await explain('ana', sales.olga);
  assert.deepEqual(answer.sets.map(({ name, keys, subjects }) => [name, keys, subjects]).sort(), [
    ['closed', 2, null],
    ['notes', 5, 2],
  ]);
  const refusal = await sales.api.fail('PUT', `/api/v1/policies/${PRODUCT}`, {
    json: { cedar, sets: { notes, closed: { keys: 'integer', values: ['many'] } } },
    token: sales.olga,
  });
  assert.equal(refusal.code, 'POLICY_INVALID');
});

it('that is read by way of itself denies', async () => {
  const loop = `permit (principal, action, resource)
    when { resource.row has units && context.sets.loop.contains(resource.row.units) };`;
  const set = { keys: 'integer', key: 'units', purpose: 'reporting' };
  await put({ cedar: loop, sets: { loop: { ...set, from: 'master.managers' } } });
  const { api } = sales;
  // Why otto by an agreement, too: whoever owns a domain sees it without asking its policies.
  await api.agree({ product: PRODUCT, purpose: 'reporting', by: otto, approver: sales.olga });
  const path = '/api/v1/policies/master.managers';
  await api.done('PUT', path, {
    json: { cedar: loop, sets: { loop: { ...set, from: 'sales.lines' } } },
    token: otto,
  });
  assert.match(String(await idsOf(sales.ana)), /^403 .*cannot be read/);
});
