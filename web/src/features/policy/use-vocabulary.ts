/**
 * The words that a policy of a product can use: its tables and columns, purposes, classes, tags, attributes of subjects.
 */
import { useQuery } from '@tanstack/react-query';
import type { ContractModel } from '@weft/core/contract/model';
import type { SetKeyType } from '@weft/core/lib/set-declaration';
import { useMemo } from 'react';
import { contractQuery } from '../../api/queries.ts';
import { type PlaceType, type PolicyScope, readScope } from './cedar/places.ts';
import { type InheritedTag, inheritedTags } from './inherited-tags.ts';
import {
  type MeshPolicy,
  meshPolicyQuery,
  type PolicyContent,
  schemaQuery,
} from './policy-queries.ts';
import { NO_READERS, type Readers, useReaders } from './use-readers.ts';

export interface Column {
  table: string;
  name: string;
  title: string | null;
  type: string;
  classification: string | null;
  /** Its own. */
  tags: string[];
  inherited: InheritedTag[];
}

export interface Vocabulary {
  scope: PolicyScope;
  columns: Column[];
  tables: string[];
  purposes: string[];
  classes: string[];
  tags: string[];
  readers: Readers;
}

const ROLES = ['producer', 'consumer', 'steward', 'privacy_officer', 'platform'] as const;
export const KNOWN_ROLES: readonly string[] = ROLES;
const CLASSES = ['public', 'internal', 'confidential', 'restricted'];

export const EMPTY_VOCABULARY: Vocabulary = {
  scope: { tables: [], attributes: [], sets: [] },
  columns: [],
  tables: [],
  purposes: [],
  classes: CLASSES,
  tags: [],
  readers: NO_READERS,
};

export interface VocabularyAnswer {
  vocabulary: Vocabulary | null;
  error: Error | null;
}

export function useVocabulary(product: string): VocabularyAnswer {
  const schema = useQuery(schemaQuery(product));
  const contract = useQuery(contractQuery(product));
  const mesh = useQuery(meshPolicyQuery);
  const readers = useReaders(product);
  const vocabulary = useMemo(() => {
    if (schema.data === undefined || contract.data === undefined || mesh.isPending) return null;
    const { tables } = contract.data;
    const model = contract.data.model as ContractModel;
    const [domain = ''] = product.split('.');
    const columns = columnsOf(model, tables, mesh.data?.policy.domainTags[domain]);
    const known = columns.flatMap(({ classification }) => classification ?? []);
    return {
      scope: readScope(schema.data.schema, schema.data.attributes),
      columns,
      tables,
      purposes: model.weft.purposes,
      classes: [...new Set([...CLASSES, ...known])],
      tags: [...new Set([...model.tags, ...columns.flatMap(allTags)])],
      readers,
    };
  }, [product, schema.data, contract.data, mesh.data, mesh.isPending, readers]);
  return { vocabulary, error: schema.error ?? contract.error };
}

const PLACE_TYPES: Readonly<Record<SetKeyType, PlaceType>> = {
  string: 'text',
  integer: 'number',
  decimal: 'decimal',
  date: 'time',
  timestamp: 'time',
};

/** With the sets of a draft: a rule can ask what the policy in force does not declare yet. */
export function withSets(vocabulary: Vocabulary, sets: PolicyContent['sets']): Vocabulary {
  const declared = Object.entries(sets).map(([name, { keys }]) => ({
    name,
    type: PLACE_TYPES[keys as SetKeyType] ?? 'text',
  }));
  return { ...vocabulary, scope: { ...vocabulary.scope, sets: declared } };
}

/** Those that a rule can select a column by. */
export const allTags = ({ tags, inherited }: Column): string[] => [
  ...tags,
  ...inherited.map(({ tag }) => tag),
];

/** The objects of a contract are its tables, in order. */
function columnsOf(
  model: ContractModel,
  tables: readonly string[],
  ofDomain: MeshPolicy['domainTags'][string] | undefined,
): Column[] {
  return model.objects.flatMap((object, at) =>
    object.properties.map((property) => ({
      table: tables[at] ?? object.name,
      name: property.name,
      title: property.businessName,
      type: property.type.kind,
      classification: property.classification,
      tags: property.tags,
      inherited: inheritedTags(ofDomain, [model.tags, object.tags], property.tags),
    })),
  );
}
