/**
 * Every contract of the example, with each line that a mesh contract must have taken away: publishing says which, all at
 * once. Breaking changes need a new major, and a bundle that somebody else signed again is not believed.
 *
 * Not the list of required lines itself (`core/src/contract/required.ts`). The forger of the last tests signs with
 * node:crypto and writes DSSE and canonical JSON by other code than ours.
 */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ContractBundle } from '@weft/core/contract/bundle';
import { readDocument } from '@weft/core/contract/document';
import type { DsseEnvelope } from '@weft/core/contract/dsse';
import type { ContractStatement } from '@weft/core/contract/freeze';
import { must } from '@weft/core/lib/assert';
import { isWeftError, type WeftError } from '@weft/core/lib/error';
import canonicalize from 'canonicalize';
import { createTestControl, platform, type TestControl } from './support/control.ts';
import { ROOT, runWeft } from './support/mesh.ts';
import { openTestStore, type TestStore } from './support/store.ts';

const CONTRACTS = join(ROOT, 'examples/cpg/contracts');
const folder = mkdtempSync(join(tmpdir(), 'weft-required-'));

interface Column {
  name: string;
  logicalType?: string;
  classification?: string;
  required?: boolean;
  [key: string]: unknown;
}

interface SchemaObject {
  name: string;
  physicalType?: string;
  description?: string;
  dataGranularityDescription?: string;
  properties?: Column[];
  quality?: unknown[];
}

interface Odcs {
  version: string;
  domain?: string;
  dataProduct?: string;
  description?: { purpose?: string };
  schema: SchemaObject[];
  slaProperties: { property: string }[];
  team?: unknown;
  customProperties: { property: string }[];
  [key: string]: unknown;
}

let store: TestStore;
let control: TestControl;
const documents = new Map<string, Odcs>();

before(async () => {
  store = await openTestStore();
  control = createTestControl(store);
  for (const file of readdirSync(CONTRACTS).sort()) {
    const { value } = readDocument(readFileSync(join(CONTRACTS, file), 'utf8'));
    const document = must(value, file).data as unknown as Odcs;
    documents.set(file, document);
    const name = must(document.domain, 'domain');
    const domain = { name, title: name, description: null, owners: [], stewards: [], node: null };
    await control.registry.putDomain(platform, domain);
    await publish(document);
  }
  assert.equal(documents.size, 7);
});

after(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function publish(document: unknown, dryRun = false) {
  const text = JSON.stringify(document);
  return control.registry.publishContract(platform, { text, media: 'application/json', dryRun });
}

async function refused(document: unknown, name: string): Promise<WeftError> {
  try {
    await publish(document, true);
  } catch (error) {
    assert.ok(isWeftError(error), name);
    return error;
  }
  throw new Error(`${name} was taken`);
}

interface Cut {
  name: string;
  cut(document: Odcs): void;
  /** Diagnostic code that must be among the errors, and how its path begins. */
  code: string;
  path: string;
}

const withoutSla = (document: Odcs, property: string): void => {
  document.slaProperties = document.slaProperties.filter((item) => item.property !== property);
};

function set(document: Odcs, key: 'version' | 'status' | 'schema', value: unknown): void {
  Object.assign(document, { [key]: value });
}

/** Every required line of a document, with what is said when it is gone. */
function cutsOf(document: Odcs): Cut[] {
  const cuts: Cut[] = [
    {
      name: 'domain',
      cut: (d) => void delete d.domain,
      code: 'REQUIRED_BUSINESS',
      path: '$.domain',
    },
    {
      name: 'product',
      cut: (d) => void delete d.dataProduct,
      code: 'REQUIRED_BUSINESS',
      path: '$.dataProduct',
    },
    {
      name: 'purpose',
      cut: (d) => void delete d.description?.purpose,
      code: 'REQUIRED_BUSINESS',
      path: '$.description.purpose',
    },
    {
      name: 'version',
      cut: (d) => set(d, 'version', '1.0'),
      code: 'REQUIRED_VERSION',
      path: '$.version',
    },
    {
      name: 'status',
      cut: (d) => set(d, 'status', 'wished'),
      code: 'REQUIRED_LIFECYCLE',
      path: '$.status',
    },
    {
      name: 'frequency',
      cut: (d) => withoutSla(d, 'frequency'),
      code: 'REQUIRED_FREQUENCY',
      path: '$.slaProperties',
    },
    {
      name: 'retention',
      cut: (d) => withoutSla(d, 'retention'),
      code: 'REQUIRED_LIFECYCLE',
      path: '$.slaProperties',
    },
    { name: 'owner', cut: (d) => void delete d.team, code: 'REQUIRED_OWNER', path: '$.team' },
    {
      name: 'schema',
      cut: (d) => set(d, 'schema', []),
      code: 'REQUIRED_PHYSICAL_SCHEMA',
      path: '$.schema',
    },
  ];
  return [...cuts, ...document.schema.flatMap(objectCuts)];
}

function objectCuts(object: SchemaObject, i: number): Cut[] {
  const path = `$.schema[${i}]`;
  const of = (document: Odcs): SchemaObject => must(document.schema[i], 'object');
  const cuts: Cut[] = [
    {
      name: 'physicalType',
      cut: (d) => void delete of(d).physicalType,
      code: 'REQUIRED_PHYSICAL_SCHEMA',
      path,
    },
    {
      name: 'columns',
      cut: (d) => withoutColumns(of(d)),
      code: 'REQUIRED_PHYSICAL_SCHEMA',
      path,
    },
    {
      name: 'description',
      cut: (d) => void delete of(d).description,
      code: 'REQUIRED_BUSINESS',
      path: `${path}.description`,
    },
    {
      name: 'granularity',
      cut(d) {
        delete of(d).dataGranularityDescription;
        d.customProperties = d.customProperties.filter((p) => p.property !== 'weftGranularity');
      },
      code: 'REQUIRED_BUSINESS',
      path: `${path}.dataGranularityDescription`,
    },
    { name: 'quality', cut: (d) => withoutPromises(of(d)), code: 'REQUIRED_QUALITY', path },
  ];
  (object.properties ?? []).forEach((_, j) => {
    const column = (d: Odcs): Column => must(of(d).properties?.[j], 'column');
    const at = `${path}.properties[${j}]`;
    cuts.push(
      {
        name: 'logicalType',
        cut: (d) => void delete column(d).logicalType,
        code: 'REQUIRED_DATA_TYPE',
        path: at,
      },
      {
        name: 'classification',
        cut: (d) => void delete column(d).classification,
        code: 'REQUIRED_CLASSIFICATION',
        path: at,
      },
    );
  });
  return cuts;
}

function withoutColumns(object: SchemaObject): void {
  delete object.properties;
  delete object.quality;
}

/** Takes everything away that an object promises about its rows. */
function withoutPromises(object: SchemaObject): void {
  delete object.quality;
  const kept = ['id', 'name', 'description', 'logicalType', 'physicalType', 'classification'];
  object.properties = (object.properties ?? []).map(
    (column) =>
      Object.fromEntries(Object.entries(column).filter(([key]) => kept.includes(key))) as Column,
  );
}

test('each required line, taken from each contract of the example, keeps it from being published', async () => {
  let tried = 0;
  for (const [file, document] of documents) {
    for (const { name, cut, code, path } of cutsOf(document)) {
      const changed = structuredClone(document);
      cut(changed);
      const where = `${file} without ${name} at ${path}`;
      const error = await refused(changed, where);
      assert.equal(error.code, 'CONTRACT_INCOMPLETE', `${where}: ${error.message}`);
      const found = error.errors.find((e) => e.code === code && e.path?.startsWith(path) === true);
      assert.ok(found !== undefined, `${where}: ${JSON.stringify(error.errors)}`);
      assert.ok((found.line ?? 0) > 0 && found.remedy?.includes('Write for example'), where);
      tried++;
    }
  }
  assert.ok(tried > 150, `${tried} lines`);
});

test('everything that is missing is told at once', async () => {
  for (const [file, document] of documents) {
    const changed = structuredClone(document);
    // Why not all: without columns or objects there is nothing left to miss something.
    const cuts = cutsOf(document).filter(({ name }) => name !== 'columns' && name !== 'schema');
    for (const { cut } of cuts) cut(changed);
    const { code, errors } = await refused(changed, file);
    assert.equal(code, 'CONTRACT_INCOMPLETE');
    for (const cut of cuts) {
      const found = errors.some(
        (e) => e.code === cut.code && e.path?.startsWith(cut.path) === true,
      );
      assert.ok(found, `${file}: ${cut.name} at ${cut.path}: ${JSON.stringify(errors)}`);
    }
  }
});

const BREAKING: Record<string, (column: Column[]) => void> = {
  'a column is gone': (columns) => void columns.pop(),
  'a type is another one': (columns) => {
    const column = must(
      columns.find((c) => c.logicalType === 'string' && c['primaryKey'] !== true) ?? columns.at(-1),
      'column',
    );
    const isText = column.logicalType === 'string';
    column.logicalType = isText ? 'integer' : 'string';
    column['physicalType'] = isText ? 'INTEGER' : 'VARCHAR';
    delete column['logicalTypeOptions'];
    delete column['quality'];
  },
  'a column that was always there may be empty': (columns) => {
    const column = columns.find((c) => c.required === true && c['primaryKey'] !== true);
    if (column === undefined) columns.pop();
    else column.required = false;
  },
};

test('a breaking change is refused under a minor or patch number and taken as a new major', async () => {
  for (const [file, document] of documents) {
    for (const [name, change] of Object.entries(BREAKING)) {
      const changed = structuredClone(document);
      change(must(changed.schema[0]?.properties, 'columns'));
      for (const version of ['1.0.1', '1.1.0']) {
        const error = await refused({ ...changed, version }, `${file}: ${name}`);
        assert.equal(error.code, 'CONTRACT_VERSION_WRONG', `${file}: ${name}: ${error.message}`);
        assert.match(error.remedy, /2\.0\.0/, `${file}: ${name} as ${version}`);
        assert.ok(error.errors.length > 0, 'the changes that break');
      }
      const major = await publish({ ...changed, version: '2.0.0' }, true);
      assert.equal(major.version, '2.0.0');
    }
    const frozen = await refused({ ...document, name: 'Another name' }, file);
    assert.equal(frozen.code, 'CONTRACT_VERSION_FROZEN');
  }
});

// --- forgery --------------------------------------------------------------------------------------------------------

interface Forger {
  publicKey: string;
  /** Signs a statement as DSSE says, by node:crypto. */
  sign(statement: unknown, payloadType: string, keyid: string): DsseEnvelope;
}

function createForger(): Forger {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: must(publicKey.export({ format: 'jwk' }).x, 'x'),
    sign: (statement, payloadType, keyid) => seal(privateKey, { statement, payloadType, keyid }),
  };
}

function seal(
  key: KeyObject,
  options: { statement: unknown; payloadType: string; keyid: string },
): DsseEnvelope {
  const { statement, payloadType, keyid } = options;
  const payload = Buffer.from(must(canonicalize(statement), 'JSON'));
  const head = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
  const sig = sign(null, Buffer.concat([head, payload]), key).toString('base64');
  return { payloadType, payload: payload.toString('base64'), signatures: [{ keyid, sig }] };
}

const opened = (envelope: DsseEnvelope): Record<string, unknown> =>
  JSON.parse(Buffer.from(envelope.payload, 'base64').toString());

/** The bundle with its newest version changed and every signature made again by strangers. */
function forge(bundle: ContractBundle, root: Forger, domain: Forger): ContractBundle {
  const forged = structuredClone(bundle);
  forged.certificates = forged.certificates.map((envelope) => {
    const statement = { ...opened(envelope), publicKey: domain.publicKey };
    return root.sign(statement, envelope.payloadType, must(envelope.signatures[0], 'one').keyid);
  });
  for (const version of forged.versions) {
    const document = JSON.parse(version.source) as { description: { usage?: string } };
    document.description.usage = 'Everything is allowed.';
    version.source = JSON.stringify(document);
    const { envelope } = version;
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const statement: ContractStatement = {
      ...(opened(envelope) as unknown as ContractStatement),
      sourceSha256: sha256(version.source),
      hash: sha256(must(canonicalize(document), 'JSON')),
    };
    const keyid = must(envelope.signatures[0], 'one').keyid;
    version.envelope = domain.sign(statement, envelope.payloadType, keyid);
  }
  return forged;
}

async function verify(name: string, bundle: ContractBundle, trust: string) {
  const path = join(folder, `${name}.bundle.json`);
  writeFileSync(path, JSON.stringify(bundle));
  const env = {
    ...process.env,
    WEFT_URL: 'http://127.0.0.1:1',
    WEFT_CONTEXT: join(folder, 'none'),
  };
  const result = await runWeft(['contract', 'verify', path, '--trust', trust, '--json'], env);
  return {
    code: result.code,
    codes: [...result.stdout.matchAll(/"code": ?"(\w+)"/g)].map((m) => m[1]),
  };
}

test('a bundle is proven offline, and one that was signed again is not', async () => {
  const bundle = await control.registry.bundle('loyalty.households');
  const { rootKey } = control.mesh;
  const [root, domain] = [createForger(), createForger()];
  assert.deepEqual(await verify('own', bundle, rootKey), { code: 0, codes: [] });
  const forged = forge(bundle, root, domain);
  // The forger did everything right but for the root key: who trusts the forger believes him.
  assert.equal((await verify('theirs', forged, root.publicKey)).code, 0);
  const strange = await verify('strange', forged, rootKey);
  assert.equal(strange.code, 3);
  assert.ok(strange.codes.includes('PROOF_UNTRUSTED_KEY'), strange.codes.join());
  const mixed = { ...forged, certificates: bundle.certificates };
  const signed = await verify('mixed', mixed, rootKey);
  assert.deepEqual([signed.code, signed.codes.includes('PROOF_SIGNATURE')], [3, true]);
  const swapped = structuredClone(bundle);
  must(swapped.versions[0], 'one').source = must(forged.versions[0], 'one').source;
  const bytes = await verify('swapped', swapped, rootKey);
  assert.deepEqual([bytes.code, bytes.codes.includes('PROOF_HASH')], [3, true]);
});
