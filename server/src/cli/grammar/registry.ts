/**
 * Commands about domains, products and contracts.
 */
import { EXPORT_TARGETS } from '@weft/core/lib/export-targets';
import type { CommandSpec } from '../command.ts';
import { BECAUSE, OUT, PAGE, TRUST } from './shared-options.ts';

const contract = () => import('../commands/contract.ts');
const contractOnline = () => import('../commands/contract-online.ts');
const contractVerify = () => import('../commands/contract-verify.ts');
const mesh = () => import('../commands/mesh.ts');

export const REGISTRY: readonly CommandSpec[] = [
  {
    path: 'domain create',
    args: '<name>',
    summary: 'create a domain, or change what is given of one that exists',
    example: 'weft domain create sales --title "Sales" --owner ana --steward sam --as platform',
    options: [
      { flags: '--title <text>', text: 'name for people' },
      { flags: '--description <text>', text: 'what the domain is about' },
      { flags: '--owner <subject>', text: 'owner (several times)', many: true },
      { flags: '--steward <subject>', text: 'data steward (several times)', many: true },
      {
        flags: '--node <url>',
        text: 'where its node answers, if it does not say so itself; none: here',
      },
    ],
    load: async () => (await mesh()).createDomain,
  },
  {
    path: 'domain list',
    summary: 'all domains',
    example: 'weft domain list',
    options: PAGE,
    load: async () => (await mesh()).listDomains,
  },
  {
    path: 'domain show',
    args: '<name>',
    summary: 'one domain with its products',
    example: 'weft domain show loyalty',
    load: async () => (await mesh()).showDomain,
  },
  {
    path: 'product publish',
    args: '<file>',
    summary: 'publish a data product document (ODPS)',
    example: 'weft product publish loyalty.odps.yaml',
    load: async () => (await mesh()).publishProduct,
  },
  {
    path: 'product list',
    summary: 'all products that you may see',
    example: 'weft product list --json',
    options: [...PAGE, { flags: '--domain <name>', text: 'of this domain only' }],
    load: async () => (await mesh()).listProducts,
  },
  {
    path: 'product show',
    args: '<product>',
    summary: 'one product: ports, contract, promises and measurements',
    example: 'weft product show point_of_sale.transactions',
    load: async () => (await mesh()).showProduct,
  },
  {
    path: 'product retire',
    args: '<product>',
    summary: 'retire a product: no new batches, no new agreements',
    example: 'weft product retire sales.old_orders --because "replaced by sales.orders"',
    options: [BECAUSE],
    load: async () => (await mesh()).retireProduct,
  },
  {
    path: 'contract lint',
    args: '<files...>',
    summary: 'check contract files; offline',
    example: 'weft contract lint contracts/*.odcs.yaml',
    load: async () => (await contract()).lint,
  },
  {
    path: 'contract infer',
    args: '<sample>',
    summary: 'draft a contract from a CSV, NDJSON, JSON, Parquet or Avro sample; offline',
    example: 'weft contract infer orders.csv --product sales.orders --out orders.odcs.yaml',
    options: [
      { flags: '--product <name>', text: 'domain.product of the draft' },
      { flags: '--owner <subject>', text: 'owner of the draft' },
      {
        flags: '--format <format>',
        text: 'format of the sample (else by its content)',
        choices: ['csv', 'ndjson', 'json', 'parquet', 'avro'],
      },
      OUT,
      { flags: '--force', text: 'overwrite the file of --out' },
    ],
    load: async () => (await contract()).infer,
  },
  {
    path: 'contract diff',
    args: '<before> <after>',
    summary: 'what a change means for consumers and producers; offline',
    example: 'weft contract diff v1.odcs.yaml v2.odcs.yaml',
    load: async () => (await contract()).diff,
  },
  {
    path: 'contract export',
    args: '<file>',
    summary: 'compile a contract to another form; offline',
    example: 'weft contract export orders.odcs.yaml --to sql:duckdb',
    options: [
      {
        flags: '--to <target>',
        text: 'the form wanted',
        choices: EXPORT_TARGETS,
      },
      { flags: '--object <name>', text: 'of this object only' },
      OUT,
    ],
    load: async () => (await contract()).exportContract,
  },
  {
    path: 'contract publish',
    args: '<file>',
    summary: 'publish a contract version; it is immutable from then on',
    example: 'weft contract publish orders.odcs.yaml',
    options: [{ flags: '--dry-run', text: 'check everything, publish nothing' }],
    load: async () => (await contractOnline()).publish,
  },
  {
    path: 'contract list',
    summary: 'published contracts',
    example: 'weft contract list --domain loyalty',
    options: [...PAGE, { flags: '--domain <name>', text: 'of this domain only' }],
    load: async () => (await contractOnline()).list,
  },
  {
    path: 'contract show',
    args: '<id>',
    summary: 'a published contract: by id, product or product@version',
    example: 'weft contract show point_of_sale.transactions@1 --source',
    options: [
      { flags: '--source', text: 'the published bytes' },
      { flags: '--bundle', text: 'the bundle that proves it offline' },
      OUT,
    ],
    load: async () => (await contractOnline()).show,
  },
  {
    path: 'contract verify',
    args: '<id-or-file>',
    summary: 'prove chain and signature of a contract; offline for a file',
    example: 'weft contract verify transactions.bundle.json --trust "$ROOT_KEY"',
    options: [
      TRUST,
      {
        flags: '--head <hash>',
        text: 'hash of the newest statement, known from elsewhere: no version was left out',
      },
    ],
    load: async () => (await contractVerify()).verify,
  },
];
