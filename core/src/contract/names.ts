/**
 * Names in Weft: which are valid, which are reserved, and how a product version is referred to.
 *
 * Source: CLI.md "Names". Invariant: a valid name needs no quotes in SQL and no escapes in a URL.
 */

export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Words that DuckDB, PostgreSQL or Trino reserve: as a table or column they would need quotes in at least one of them.
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `all alter analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by case cast check
  collate collation column concurrently constraint create cross cube current_catalog current_date current_path
  current_role current_schema current_time current_timestamp current_user deallocate default deferrable delete desc
  describe distinct do drop else end escape except execute exists extract false fetch for foreign freeze from full
  grant group grouping having ilike in initially inner insert intersect into is isnull join json_array json_exists
  json_object json_query json_table json_value lambda lateral leading left like limit listagg localtime localtimestamp
  natural normalize not notnull null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing
  prepare primary qualify recursive references returning right rollup select session_user show similar skip some
  summarize symmetric table tablesample then to trailing trim true uescape union unique unnest unpivot user using
  system_user generated glob map positional semi struct try_cast unpack columns
  values variadic verbose when where window with within`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Why `name` cannot name a domain, product, table or column, or null when it can. */
export function nameFault(name: string): 'invalid' | 'reserved' | null {
  if (!NAME_PATTERN.test(name)) return 'invalid';
  return RESERVED_WORDS.has(name) ? 'reserved' : null;
}

/** The nearest valid name to `text`, for remedies and for inferred contracts. */
export function suggestName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const begun = /^[a-z]/.test(plain) ? plain : `c_${plain}`.replace(/_$/, '');
  const name = begun.slice(0, 63).replace(/_+$/, '');
  return RESERVED_WORDS.has(name) ? `${name.slice(0, 62)}_` : name;
}

/** `domain.product`, and at most one of: an exact version, a major, a content hash. */
export interface ProductRef {
  domain: string;
  product: string;
  version: string | null;
  major: number | null;
  /** 64 lower-case hex digits. */
  sha256: string | null;
}

/** Parses `domain.product`, `domain.product@1.2.0`, `…@1` or `…@sha256:HEX`; null when it is none of them. */
export function parseProductRef(text: string): ProductRef | null {
  const match = /^([^.@]+)\.([^.@]+)(?:@(.+))?$/.exec(text);
  const [, domain, product, suffix] = match ?? [];
  if (domain === undefined || product === undefined) return null;
  if (!NAME_PATTERN.test(domain) || !NAME_PATTERN.test(product)) return null;
  const ref: ProductRef = { domain, product, version: null, major: null, sha256: null };
  if (suffix === undefined) return ref;
  if (/^(0|[1-9]\d{0,8})$/.test(suffix)) return { ...ref, major: Number(suffix) };
  const hash = /^sha256:([0-9a-f]{64})$/.exec(suffix)?.[1];
  if (hash !== undefined) return { ...ref, sha256: hash };
  return isSemver(suffix) ? { ...ref, version: suffix } : null;
}

// Why not version.ts: names stand below versions, and only the shape matters here.
function isSemver(text: string): boolean {
  return /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(
    text,
  );
}

/** The inverse of `parseProductRef`. */
export function formatProductRef(ref: ProductRef): string {
  const suffix = ref.version ?? (ref.sha256 === null ? ref.major : `sha256:${ref.sha256}`);
  return `${ref.domain}.${ref.product}${suffix === null ? '' : `@${suffix}`}`;
}
