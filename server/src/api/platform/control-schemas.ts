/**
 * The documents of the control plane's routes as JSON Schemas: what is validated on the way in and described in OpenAPI.
 *
 * Not the types of core, with which they agree by name. Why null comes first in every union: the validator coerces, and
 * a null that meets `string` first would become an empty text.
 */
import { AGREEMENT_STATES, ROLES } from '@weft/core/registry/types';
import { Type } from 'typebox';

export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([Type.Null(), schema]);

export const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' });
/** Where a node answers. */
export const NodeUrl = Type.String({ pattern: '^https?://[^\\s/?#]+/?$', maxLength: 300 });
const Texts = Type.Array(Type.String());
const Json = Type.Unknown();

/** Query of a list. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  after: Type.Optional(Type.String({ maxLength: 1000 })),
};

export const page = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: nullable(Type.String()) });

/** What spoke for a subject, between the control plane and its nodes. */
export const CredentialSchema = Type.Object({
  id: Type.String(),
  issued: nullable(Type.Number()),
  expires: Type.Number(),
});

export const SubjectSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.Enum([...ROLES])),
  domains: Texts,
  attributes: Type.Record(Type.String(), Json),
});

export const DomainSchema = Type.Object({
  name: Name,
  title: Type.String(),
  description: nullable(Type.String()),
  owners: Texts,
  stewards: Texts,
  node: nullable(Type.String()),
});

export const DomainItemSchema = Type.Object({
  ...DomainSchema.properties,
  products: Type.Integer({ description: 'Those that are not retired.' }),
});

export const DiagnosticSchema = Type.Object(
  { code: Type.String(), severity: Type.String(), message: Type.String() },
  { additionalProperties: true },
);

export const PublishedSchema = Type.Object({
  contract: Type.String(),
  product: Type.String(),
  version: Type.String(),
  hash: Type.String(),
  predecessor: nullable(Type.String()),
  tables: Texts,
  diagnostics: Type.Array(DiagnosticSchema),
  changes: Type.Array(
    Type.Object({
      path: Type.String(),
      kind: Type.String(),
      consumer: Type.Enum(['break', 'warn', 'safe']),
      producer: Type.Enum(['break', 'warn', 'safe']),
      message: Type.String(),
    }),
    { description: 'Changes since the version before that either side should know of.' },
  ),
});

const contractFields = {
  contract: Type.String(),
  product: Type.String(),
  version: Type.String(),
  major: Type.Integer(),
  hash: Type.String(),
  predecessor: nullable(Type.String()),
  tables: Texts,
  media: Type.String(),
  publishedBy: Type.String(),
  publishedAt: Type.String(),
};

export const ContractSchema = Type.Object(contractFields);

export const ContractDetailSchema = Type.Object({
  ...contractFields,
  document: Json,
  source: Type.String(),
  model: Json,
});

const productFields = {
  product: Type.String(),
  domain: Type.String(),
  name: Type.String(),
  title: Type.String(),
  description: nullable(Type.String()),
  status: Type.String(),
  owner: nullable(Type.String()),
  tags: Texts,
  version: nullable(Type.String()),
  contract: nullable(Type.String()),
  hash: nullable(Type.String()),
  tables: Texts,
  createdBy: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
};

export const ProductSchema = Type.Object(productFields);

const PortSchema = Type.Object({
  name: Type.String(),
  contractId: nullable(Type.String()),
  version: nullable(Type.String()),
  description: nullable(Type.String()),
});

const VersionSchema = Type.Object({
  ...contractFields,
  standing: Type.Enum(['newest', 'serving', 'replaced'], {
    description: 'serving: the newest of an older major, which keeps its own table.',
  }),
  endOfSupport: nullable(Type.String()),
  endOfLife: nullable(Type.String()),
});
const Fact = nullable(Type.Number());
const Counts = Type.Record(Type.String(), Type.Number());

/** Optional is what facts that were kept by an older release lack. */
const FactsSchema = Type.Object(
  {
    product: Type.String(),
    domain: Type.String(),
    name: Type.String(),
    title: nullable(Type.String()),
    description: nullable(Type.String()),
    owners: Texts,
    tags: Texts,
    terms: Texts,
    status: Type.String(),
    version: Type.String(),
    state: Type.Optional(nullable(Type.Enum(['kept', 'close', 'missed']))),
    stateSince: Type.Optional(nullable(Type.String())),
    budget: Type.Optional(
      nullable(
        Type.Object({
          allowed: Type.Integer(),
          spent: Type.Integer(),
          left: Type.Integer(),
          since: Type.String(),
        }),
      ),
    ),
    contract: Type.Object({ id: Type.String(), version: Type.String(), hash: Type.String() }),
    purposes: Texts,
    classification: nullable(Type.String()),
    granularity: nullable(Type.String()),
    licence: nullable(Type.String()),
    region: nullable(Type.String()),
    price: Type.Optional(
      nullable(
        Type.Object({
          amount: nullable(Type.String()),
          currency: nullable(Type.String()),
          unit: nullable(Type.String()),
        }),
      ),
    ),
    frequency: nullable(Type.Number({ description: 'Seconds.' })),
    tables: Texts,
    columns: Type.Record(Type.String(), Type.String(), {
      description: 'Column, or place inside one, with its type; in the order of the contract.',
    }),
    promise: Type.Object({
      freshness: Fact,
      latency: Fact,
      age: Type.Optional(Fact),
      badShareMax: Type.Optional(Fact),
      retention: Fact,
      availability: Fact,
      rules: Texts,
    }),
    measured: Type.Object({
      rows: Fact,
      bytes: Fact,
      batches: Fact,
      passRate: Fact,
      badShare: Type.Optional(Fact),
      lastBatch: nullable(Type.String()),
      nulls: Counts,
      distinct: Counts,
      consumers: Fact,
    }),
  },
  { description: 'What discovery compares and counts; what is not known is null, never zero.' },
);

export const ProductDetailSchema = Type.Object({
  ...productFields,
  outputPorts: Type.Array(PortSchema),
  inputPorts: Type.Array(PortSchema),
  contracts: Type.Array(VersionSchema),
  facts: nullable(FactsSchema),
  access: Type.String(),
});

const AskedSchema = nullable(
  Type.Object(
    {
      columns: nullable(Texts),
      filter: nullable(Type.String()),
      granularity: nullable(Type.String()),
      until: nullable(Type.String()),
    },
    {
      description:
        'The terms of the request, beside those that are offered or agreed to; null where they are not known, since it was answered before they were kept.',
    },
  ),
);

export const AgreementSchema = Type.Object({
  agreement: Type.String(),
  product: Type.String(),
  major: Type.Integer(),
  subject: Type.String(),
  purpose: Type.String(),
  columns: nullable(Texts),
  filter: nullable(Type.String()),
  masks: Type.Record(Type.String(), Type.String()),
  granularity: nullable(Type.String()),
  until: nullable(Type.String()),
  asked: AskedSchema,
  state: Type.Enum([...AGREEMENT_STATES]),
  why: nullable(Type.String()),
  requestedAt: Type.String(),
  decidedBy: nullable(Type.String()),
  decidedAt: nullable(Type.String()),
  because: nullable(Type.String()),
  version: Type.Integer(),
});

export const ErrorPlaces = Type.Array(
  Type.Object(
    { code: Type.String(), message: Type.String() },
    {
      additionalProperties: true,
    },
  ),
);

export const DomainTags = Type.Record(Type.String(), Type.Record(Type.String(), Texts));

export const PolicySchema = Type.Object({
  product: Type.String(),
  version: Type.Integer(),
  rowFilter: nullable(Type.String()),
  hiddenClassifications: Texts,
  autoApprovePurposes: Texts,
  cedar: nullable(Type.String()),
  subjectAttributes: Texts,
  sets: Type.Record(Type.String(), Type.Object({}, { additionalProperties: true })),
  updatedBy: Type.String(),
  updatedAt: Type.String(),
});

export const MeshPolicySchema = Type.Object({
  version: Type.Integer(),
  cedar: Type.String(),
  subjectAttributes: Texts,
  domainTags: DomainTags,
  productionDomains: Texts,
  updatedBy: Type.String(),
  updatedAt: Type.String(),
});

export const EventSchema = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String(),
    source: Type.String(),
    type: Type.String(),
    subject: Type.String(),
    time: Type.String(),
    sequence: Type.String(),
  },
  { additionalProperties: true },
);
