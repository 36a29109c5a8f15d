/**
 * Publishing a contract version: check everything, claim the table names, freeze, sign, chain, store.
 *
 * Not the checks themselves (core/contract). Source: DESIGN.md, decision 2 and rules of the model 1-4. Invariants: one
 * transaction holds the version, its claims, the product, its search document, the event and the audit entry; a version
 * that is there is never written again; the same content under the same version gives the same answer.
 */
import { type Change, checkVersionBump, compareContracts } from '@weft/core/contract/compatibility';
import { tablesOf } from '@weft/core/contract/compile/tables';
import { createDiagnoser } from '@weft/core/contract/diagnose';
import type { ContractDocument } from '@weft/core/contract/document';
import { contractHash, freezeContract } from '@weft/core/contract/freeze';
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import { type Contract, readContract as readContractText } from '@weft/core/contract/read';
import { checkRequired } from '@weft/core/contract/required';
import { plansWithSql, sqlRuleDiagnostics } from '@weft/core/contract/sql-rules';
import { parseVersion, type Version } from '@weft/core/contract/version';
import type { SqlRuleProblem } from '@weft/core/ingest/try-rules';
import { must } from '@weft/core/lib/assert';
import { type Diagnostic, hasErrors } from '@weft/core/lib/diagnostic';
import { WeftError } from '@weft/core/lib/error';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Domain, Subject } from '@weft/core/registry/types';
import {
  type ContractRow,
  claimTable,
  insertProduct,
  lockProduct,
  readClaim,
  readContract,
  readContractChain,
  readDomain,
} from '../store/control-registry.ts';
import { json } from '../store/control-rows.ts';
import { rebuildSearchDocument } from '../store/control-search-document.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { checkReferences } from './publish-references.ts';
import { ensureDomainKey, type PublishKeys } from './registry-keys.ts';

export interface PublishRequest {
  text: string;
  media: ContractRow['media'];
  /** Name of the file, for diagnostics. */
  file?: string;
  dryRun?: boolean;
}

export interface PublishedContract {
  contract: string;
  product: string;
  version: string;
  hash: string;
  /** Hash of the statement before it in the chain, or null. */
  predecessor: string | null;
  tables: string[];
  diagnostics: Diagnostic[];
  /** What the version before promised otherwise, where either side should look; empty for a first version. */
  changes: Change[];
  /** False when this very content was published before, or nothing was written (dry run). */
  created: boolean;
}

/** Tries SQL rules on tables without rows; those that cannot be carried out come back with why. */
export interface RuleTrial {
  try(plans: readonly IngestPlan[]): Promise<SqlRuleProblem[]>;
}

/** What publishing needs beside the control plane's context; without a trial SQL rules are taken as they are. */
export interface PublishContext extends ControlContext {
  publishKeys: PublishKeys;
  ruleTrial: RuleTrial | null;
}

/** A contract that passed every check that needs no store. */
interface Candidate extends Contract {
  domain: string;
  product: string;
  version: Version;
  hash: string;
  tables: { table: string; objectId: string }[];
  /** Set once the version before is known. */
  changes: Change[];
  diagnostics: Diagnostic[];
}

/**
 * Publishes a contract. Throws CONTRACT_INVALID, CONTRACT_INCOMPLETE, NOT_FOUND (domain), FORBIDDEN,
 * CONTRACT_VERSION_FROZEN, CONTRACT_VERSION_WRONG, TABLE_NAME_TAKEN, CONFLICT (contract id of another product).
 */
export async function publishContract(
  context: PublishContext,
  subject: Subject,
  request: PublishRequest,
): Promise<PublishedContract> {
  const candidate = readCandidate(context, request);
  const domain = await readDomain(context.db, candidate.domain);
  checkAuthority(subject, domain, candidate.domain);
  await checkReferences(context, candidate);
  await trySqlRules(context, candidate);
  if (request.dryRun === true) return dryRun(context, candidate);
  return runControl(context, subject.id, async (unit) => {
    await ensureProduct(unit, candidate, subject);
    const before = await checkHistory(unit.tx, context, candidate);
    if (before !== null) return answerOf(candidate, before, false);
    await claimTables(unit, candidate);
    const row = await freeze(unit, context, { candidate, subject, request });
    await finish(unit, context, row);
    return answerOf(candidate, row, true);
  });
}

/** Why here and not in lint: a draft in an editor is what it says it is. */
function draftWarning(document: ContractDocument, { status }: ContractModel): Diagnostic[] {
  if (status !== 'draft' && status !== 'proposed') return [];
  const diagnoser = createDiagnoser(document);
  const message = `status is ${status}, but what is published holds for everybody from now on`;
  diagnoser.add('PUBLISHED_AS_DRAFT', ['status'], message);
  return diagnoser.diagnostics;
}

function readCandidate(context: ControlContext, request: PublishRequest): Candidate {
  const file = request.file;
  const read = readContractText(request.text, file === undefined ? {} : { file });
  if (read.value === null) {
    const errors = read.diagnostics.filter((d) => d.severity === 'error');
    throw new WeftError('CONTRACT_INVALID', `the document has ${count(errors.length, 'error')}`, {
      errors,
    });
  }
  const { document, model } = read.value;
  const required = checkRequired(document, model);
  const version = parseVersion(model.version);
  if (hasErrors(required) || version === null || model.domain === null || model.product === null) {
    const errors = required.filter((d) => d.severity === 'error');
    throw new WeftError('CONTRACT_INCOMPLETE', `${count(errors.length, 'line')} missing or wrong`, {
      errors,
    });
  }
  return {
    document,
    model,
    domain: model.domain,
    product: `${model.domain}.${model.product}`,
    version,
    hash: contractHash(document, context.keys),
    tables: tablesOf(model).map(({ table, object }) => ({ table, objectId: object.id })),
    diagnostics: [...read.diagnostics, ...required, ...draftWarning(document, model)],
    changes: [],
  };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function checkAuthority(
  subject: Subject,
  domain: Domain | null,
  name: string,
): asserts domain is Domain {
  if (domain === null) {
    throw new WeftError('NOT_FOUND', `there is no domain "${name}"`, {
      remedy: `Create it first: weft domain create ${name}.`,
    });
  }
  if (subject.roles.includes('platform') || actsForDomain(subject, domain)) return;
  throw new WeftError('FORBIDDEN', `${subject.id} neither owns nor produces for domain ${name}`);
}

/** A rule that the engine cannot carry out would be an error of every batch. */
async function trySqlRules({ ruleTrial }: PublishContext, candidate: Candidate): Promise<void> {
  const plans = ruleTrial === null ? [] : plansWithSql(candidate.model);
  if (ruleTrial === null || plans.length === 0) return;
  const errors = sqlRuleDiagnostics(candidate, await ruleTrial.try(plans));
  if (errors.length === 0) return;
  const message = `${count(errors.length, 'SQL rule')} cannot be carried out`;
  throw new WeftError('CONTRACT_INVALID', message, { errors });
}

// Why: the product's row is the lock that orders all publications of one product.
async function ensureProduct(
  unit: ControlUnit,
  candidate: Candidate,
  subject: Subject,
): Promise<void> {
  const { product, domain, model } = candidate;
  const created = await insertProduct(unit.tx, {
    product,
    domain,
    name: model.product ?? '',
    title: null,
    description: null,
    status: 'active',
    tags: json([]),
    owner: null,
    odps: null,
    odps_hash: null,
    output_ports: json([]),
    input_ports: json([]),
    created_by: subject.id,
    created_at: unit.now,
    updated_at: unit.now,
  });
  if (created) {
    unit.record({ action: 'product.create', subject: product, details: {} });
    unit.emit({ kind: 'product.created', subject: product, data: { product, domain } });
  }
  const row = must(await lockProduct(unit.tx, product), 'the product that was just ensured');
  if (row.status === 'retired') {
    throw new WeftError('CONFLICT', `${product} is retired`, {
      remedy: 'Publish under another product name.',
    });
  }
}

/** The row when this very content is published; null when it is new and may follow what there is. */
async function checkHistory(
  tx: ControlUnit['tx'] | ControlContext['db'],
  context: ControlContext,
  candidate: Candidate,
): Promise<ContractRow | null> {
  const { product, model } = candidate;
  const same = await readContract(tx, { product, version: model.version });
  if (same !== null) {
    if (same.hash === candidate.hash) return same;
    throw new WeftError(
      'CONTRACT_VERSION_FROZEN',
      `${product}@${model.version} is published with hash ${same.hash}, this document has ${candidate.hash}`,
    );
  }
  await checkContractId(tx, candidate);
  const line = await readContract(tx, { product, major: candidate.version.major });
  if (line === null) await checkNewMajor(tx, candidate);
  else {
    const before = context.contracts.modelOf(line);
    const changes = compareContracts(before, candidate.model);
    checkVersionBump(before, candidate.model, changes);
    candidate.changes = changes.filter((c) => c.consumer !== 'safe' || c.producer !== 'safe');
  }
  return null;
}

async function checkContractId(
  tx: ControlUnit['tx'] | ControlContext['db'],
  candidate: Candidate,
): Promise<void> {
  const { model, product } = candidate;
  const [first] = await readContractChain(tx, model.id);
  if (first !== undefined && first.product !== product) {
    throw new WeftError('CONFLICT', `contract id ${model.id} belongs to ${first.product}`, {
      remedy: 'Give this contract an id of its own.',
    });
  }
  const newest = await readContract(tx, { product });
  if (newest === null || newest.contract_id === model.id) return;
  throw new WeftError('CONFLICT', `${product} has the contract id ${newest.contract_id}`, {
    remedy: `Write id: ${newest.contract_id}, since the id stays the same over versions.`,
  });
}

async function checkNewMajor(
  tx: ControlUnit['tx'] | ControlContext['db'],
  candidate: Candidate,
): Promise<void> {
  const newest = await readContract(tx, { product: candidate.product });
  if (newest === null || newest.major < candidate.version.major) return;
  const { line, column } = candidate.document.locate(['version']);
  const message = `${newest.version} is published, a new major must be above it`;
  throw new WeftError('CONTRACT_VERSION_WRONG', message, {
    errors: [{ code: 'CONTRACT_VERSION_WRONG', message, path: '$.version', line, column }],
  });
}

async function claimTables(unit: ControlUnit, candidate: Candidate): Promise<void> {
  const { domain, product } = candidate;
  for (const { table, objectId } of candidate.tables) {
    const holder = await claimTable(unit.tx, { domain, table, product, objectId, now: unit.now });
    checkHolder(holder, candidate, { table, objectId });
  }
}

function checkHolder(
  holder: { product: string; objectId: string },
  candidate: Candidate,
  claim: { table: string; objectId: string },
): void {
  const place = `${candidate.domain}.${claim.table}`;
  if (holder.product !== candidate.product) {
    throw new WeftError('TABLE_NAME_TAKEN', `${place} is a table of ${holder.product}`);
  }
  if (holder.objectId !== claim.objectId) {
    throw new WeftError('TABLE_NAME_TAKEN', `${place} is the table of object ${holder.objectId}`, {
      remedy: `Keep the object's id (${holder.objectId}), or give the new object another name.`,
    });
  }
}

async function freeze(
  unit: ControlUnit,
  context: ControlContext & { publishKeys: PublishKeys },
  options: { candidate: Candidate; subject: Subject; request: PublishRequest },
): Promise<ContractRow> {
  const { candidate, subject, request } = options;
  const { model, version } = candidate;
  const chain = await readContractChain(unit.tx, model.id);
  const keyId = await ensureDomainKey(unit, context, candidate.domain);
  const frozen = freezeContract(
    {
      document: candidate.document,
      contractId: model.id,
      version: model.version,
      domain: candidate.domain,
      product: model.product ?? '',
      predecessor: chain.at(-1)?.statement_hash ?? null,
      publishedAt: unit.now,
      publishedBy: subject.id,
    },
    { crypto: context.keys, keyId },
  );
  const row = {
    product: candidate.product,
    version: model.version,
    major: version.major,
    minor: version.minor,
    patch: version.patch,
    contract_id: model.id,
    ordinal: chain.length + 1,
    hash: candidate.hash,
    statement_hash: frozen.statementHash,
    predecessor: frozen.statement.predecessor,
    source: request.text,
    media: request.media,
    published_by: subject.id,
    published_at: unit.now,
  };
  const tables = candidate.tables.map(({ table }) => table);
  await unit.tx
    .insertInto('contracts')
    .values({ ...row, envelope: json(frozen.envelope), tables: json(tables) })
    .execute();
  return { ...row, envelope: frozen.envelope, tables };
}

async function finish(unit: ControlUnit, context: ControlContext, row: ContractRow): Promise<void> {
  const product = must(await lockProduct(unit.tx, row.product), 'the product of the contract');
  await rebuildSearchDocument(unit.tx, product, {
    now: unit.now,
    orders: context.orders,
    modelOf: context.contracts.modelOf,
  });
  const subject = `${row.product}@${row.version}`;
  unit.emit({
    kind: 'contract.published',
    subject,
    dataref: `/api/v1/contracts/${subject}`,
    contractHash: row.hash,
    data: { contract: row.contract_id, version: row.version, tables: row.tables },
  });
  unit.record({
    action: 'contract.publish',
    subject,
    details: { contract: row.contract_id, hash: row.hash, predecessor: row.predecessor },
  });
}

async function dryRun(context: ControlContext, candidate: Candidate): Promise<PublishedContract> {
  const before = await checkHistory(context.db, context, candidate);
  if (before !== null) return answerOf(candidate, before, false);
  for (const claim of candidate.tables) {
    const holder = await readClaim(context.db, candidate.domain, claim.table);
    if (holder !== null) checkHolder(holder, candidate, claim);
  }
  const chain = await readContractChain(context.db, candidate.model.id);
  const predecessor = chain.at(-1)?.statement_hash ?? null;
  return answerOf(candidate, { hash: candidate.hash, predecessor }, false);
}

function answerOf(
  candidate: Candidate,
  row: Pick<ContractRow, 'hash' | 'predecessor'>,
  created: boolean,
): PublishedContract {
  return {
    contract: candidate.model.id,
    product: candidate.product,
    version: candidate.model.version,
    hash: row.hash,
    predecessor: row.predecessor,
    tables: candidate.tables.map(({ table }) => table),
    diagnostics: candidate.diagnostics,
    changes: candidate.changes,
    created,
  };
}
