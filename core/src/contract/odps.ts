/**
 * Data products as ODPS documents (Open Data Product Standard, Bitol): ports, their contracts, and who is behind them.
 *
 * Not the contract behind a port (`read.ts`) and not the registry's product. Versions 1.0.0 and 0.9.0 are read.
 * Invariant: a product is returned only from a document that its official JSON Schema accepts. The key of a port is its
 * name and version.
 */
import odps090 from '../../../spec/odps/schema/odps-json-schema-v0.9.0.json' with { type: 'json' };
import odps100 from '../../../spec/odps/schema/odps-json-schema-v1.0.0.json' with { type: 'json' };
import { type Checked, hasErrors } from '../lib/diagnostic.ts';
import { createDiagnoser, type Diagnoser } from './diagnose.ts';
import {
  type ContractDocument,
  type DocumentFormat,
  type JsonObject,
  readDocument,
} from './document.ts';
import { objectOf, objectsOf, textOf, textsOf } from './json-access.ts';
import { checkSchema, checkValue, say } from './schema-check.ts';

export interface ProductDocument {
  id: string;
  apiVersion: string;
  name: string | null;
  version: string | null;
  domain: string | null;
  status: string;
  tenant: string | null;
  description: { purpose: string | null; limitations: string | null; usage: string | null };
  tags: string[];
  inputPorts: InputPort[];
  outputPorts: OutputPort[];
  managementPorts: ManagementPort[];
  team: { name: string | null; members: { username: string; role: string | null }[] } | null;
  support: { channel: string; url: string | null }[];
}

export interface InputPort {
  name: string;
  version: string;
  contractId: string;
}

export interface OutputPort {
  name: string;
  version: string;
  description: string | null;
  type: string | null;
  contractId: string | null;
  /** Contracts that the data of this port is made from. */
  inputContracts: { id: string; version: string }[];
  tags: string[];
}

export interface ManagementPort {
  name: string;
  content: string;
  type: string | null;
  url: string | null;
  channel: string | null;
}

/** Reads an ODPS document in YAML or JSON. */
export function readProduct(
  text: string,
  options: { file?: string | undefined; format?: DocumentFormat | undefined } = {},
): Checked<{ document: ContractDocument; product: ProductDocument }> {
  const read = readDocument(text, options);
  if (read.value === null) return { value: null, diagnostics: read.diagnostics };
  const document = read.value;
  const diagnoser = createDiagnoser(document);
  const valid = checkProductSchema(document, diagnoser);
  if (valid) checkPorts(document.data, diagnoser);
  const { diagnostics } = diagnoser;
  if (!valid || hasErrors(diagnostics)) return { value: null, diagnostics };
  return { value: { document, product: buildProduct(document.data) }, diagnostics };
}

function checkProductSchema(document: ContractDocument, diagnoser: Diagnoser): boolean {
  const { kind, apiVersion } = document.data;
  if (kind !== 'DataProduct' && kind !== undefined) {
    diagnoser.add('ODCS_KIND', ['kind'], `kind is ${say(kind)}, not DataProduct`);
    return false;
  }
  const remedy = 'Use apiVersion: v1.0.0.';
  if (apiVersion === undefined) {
    diagnoser.add('ODCS_MISSING', [], 'apiVersion is missing', { remedy });
    return false;
  }
  if (apiVersion !== 'v1.0.0' && apiVersion !== 'v0.9.0') {
    const message = `apiVersion is ${say(apiVersion)}, not v1.0.0 or v0.9.0`;
    diagnoser.add('ODCS_VERSION', ['apiVersion'], message, { remedy });
    return false;
  }
  // Why: the schema of 1.0.0 names 0.9.0 too, and the standard's own 0.9.0 example fits only that one.
  if (apiVersion === 'v0.9.0' && checkValue(odps090, document.data).length === 0) return true;
  return checkSchema(document, odps100, diagnoser);
}

function checkPorts(data: JsonObject, diagnoser: Diagnoser): void {
  for (const list of ['inputPorts', 'outputPorts']) {
    const seen = new Set<string>();
    for (const { item, index } of objectsOf(data, list)) {
      const key = `${textOf(item, 'name')}@${textOf(item, 'version')}`;
      if (seen.has(key)) diagnoser.add('ODCS_DUPLICATE', [list, index], `port ${key} stands twice`);
      seen.add(key);
    }
  }
}

function buildProduct(data: JsonObject): ProductDocument {
  const description = objectOf(data, 'description') ?? {};
  const team = objectOf(data, 'team');
  return {
    id: textOf(data, 'id') ?? '',
    apiVersion: textOf(data, 'apiVersion') ?? '',
    name: textOf(data, 'name'),
    version: textOf(data, 'version'),
    domain: textOf(data, 'domain'),
    status: textOf(data, 'status') ?? '',
    tenant: textOf(data, 'tenant'),
    description: {
      purpose: textOf(description, 'purpose'),
      limitations: textOf(description, 'limitations'),
      usage: textOf(description, 'usage'),
    },
    tags: textsOf(data, 'tags'),
    ...buildPorts(data),
    team:
      team === null
        ? null
        : {
            name: textOf(team, 'name'),
            members: objectsOf(team, 'members').map(({ item }) => ({
              username: textOf(item, 'username') ?? '',
              role: textOf(item, 'role'),
            })),
          },
    support: objectsOf(data, 'support').map(({ item }) => ({
      channel: textOf(item, 'channel') ?? '',
      url: textOf(item, 'url'),
    })),
  };
}

function buildPorts(
  data: JsonObject,
): Pick<ProductDocument, 'inputPorts' | 'outputPorts' | 'managementPorts'> {
  return {
    inputPorts: objectsOf(data, 'inputPorts').map(({ item }) => ({
      name: textOf(item, 'name') ?? '',
      version: textOf(item, 'version') ?? '',
      contractId: textOf(item, 'contractId') ?? '',
    })),
    outputPorts: objectsOf(data, 'outputPorts').map(({ item }) => ({
      name: textOf(item, 'name') ?? '',
      version: textOf(item, 'version') ?? '',
      description: textOf(item, 'description'),
      type: textOf(item, 'type'),
      contractId: textOf(item, 'contractId'),
      inputContracts: objectsOf(item, 'inputContracts').map(({ item: input }) => ({
        id: textOf(input, 'id') ?? '',
        version: textOf(input, 'version') ?? '',
      })),
      tags: textsOf(item, 'tags'),
    })),
    managementPorts: objectsOf(data, 'managementPorts').map(({ item }) => ({
      name: textOf(item, 'name') ?? '',
      content: textOf(item, 'content') ?? '',
      type: textOf(item, 'type'),
      url: textOf(item, 'url'),
      channel: textOf(item, 'channel'),
    })),
  };
}
