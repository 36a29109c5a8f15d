/**
 * What policies are checked against and evaluated over: a contract's tables with classes and inherited tags.
 *
 * Tags of ODCS are texts: `pii` is the key `pii` with the value `true`, `region:eu` and `region=eu` the key `region` with the
 * value `eu`; one key may have several values. They are inherited from domain to contract to object to column; a level that
 * names a key replaces what it inherited of that key.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel } from '@weft/core/contract/model';
import type { RulesColumn, RulesTable } from '@weft/core/policy/evaluate';
import type { MeshOrders } from '@weft/core/registry/search-fields';

export type Tags = Readonly<Record<string, readonly string[]>>;
export type DomainTags = Readonly<Record<string, Tags>>;

interface FactsOptions {
  domain: string;
  /** `domain.product`. */
  product: string;
  domainTags: DomainTags;
  orders: MeshOrders;
}

/** One table; null when the contract has none of that name. */
export function rulesTable(
  model: ContractModel,
  options: FactsOptions & { table: string },
): RulesTable | null {
  return rulesTables(model, options).find(({ table }) => table === options.table) ?? null;
}

/** All tables of a contract. */
export function rulesTables(model: ContractModel, options: FactsOptions): RulesTable[] {
  const { domain, product, domainTags, orders } = options;
  const ofDomain = Object.hasOwn(domainTags, domain) ? (domainTags[domain] ?? {}) : {};
  const ofContract = inherit(ofDomain, model.tags);
  return tablesOf(model).map(({ table, object }) => {
    const tags = inherit(ofContract, object.tags);
    const columns = object.properties.map((property): RulesColumn => {
      const { name, type, required, classification, nestedClassifications, nested } = property;
      const inside = {
        classifications: nestedClassifications,
        tags: nested.map((place) => inherit({}, place.property.tags)),
      };
      return {
        name,
        type,
        required,
        classification,
        tags: inherit(tags, property.tags),
        inside,
      };
    });
    const classes = object.properties.flatMap(({ classification, nestedClassifications }) => [
      classification ?? '',
      ...nestedClassifications,
    ]);
    const classification = highest(classes, orders.classification);
    return { domain, product, table, classification, tags, columns };
  });
}

function highest(classes: readonly string[], order: readonly string[]): string {
  const ranks = classes.map((name) => order.indexOf(name.toLowerCase()));
  return order[Math.max(-1, ...ranks)] ?? '';
}

/** The tags of a level over those that it inherits. */
export function inherit(outer: Tags, own: readonly string[]): Tags {
  const tags = new Map<string, string[]>();
  for (const text of own) {
    const [, key = text, value = 'true'] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
    tags.set(key.trim(), [...(tags.get(key.trim()) ?? []), value.trim()]);
  }
  return { ...outer, ...Object.fromEntries(tags) };
}
