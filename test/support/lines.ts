/**
 * A small complete contract for tests that cross rooms: `sales.lines` with an integer, a text, a day and an amount.
 *
 * Not an example for people (`examples/cpg`). The key is `id`; a record may lack everything else.
 */

export interface LinesOptions {
  version?: string;
  /** Name of the product and of its table. */
  product?: string;
  purpose?: string;
  /** Further properties of the first object, indented as `properties` items. */
  extra?: string;
}

/** The contract as YAML. */
export function linesContract(options: LinesOptions = {}): string {
  const { version = '1.0.0', product = 'lines', purpose = 'Lines of test orders.' } = options;
  const property = (name: string, type: string, physical: string, more = ''): string =>
    `      - { id: ${name}, name: ${name}, businessName: ${name}, description: ${name} of the line, logicalType: ${type}, physicalType: "${physical}", classification: internal${more} }\n`;
  return `kind: DataContract
apiVersion: v3.1.0
id: sales.${product}
version: ${version}
status: active
name: Lines
domain: sales
dataProduct: ${product}
description: { purpose: ${purpose}, limitations: Test data., usage: For tests. }
schema:
  - id: ${product}
    name: ${product}
    physicalType: table
    businessName: Lines
    description: One line.
    dataGranularityDescription: One row per line.
    properties:
${property('id', 'integer', 'BIGINT', ', required: true, unique: true, primaryKey: true, primaryKeyPosition: 1')}${property('units', 'integer', 'BIGINT')}${property('note', 'string', 'VARCHAR')}${property('day', 'date', 'DATE')}${options.extra ?? ''}    quality:
      - { id: some_lines, type: library, metric: rowCount, mustBeGreaterThan: 0, dimension: completeness, severity: error }
slaProperties:
  - { id: daily, property: frequency, value: 1, unit: d }
  - { id: in_an_hour, property: latency, value: 1, unit: h }
  - { id: keep_a_year, property: retention, value: 1, unit: y }
team: { name: Sales, members: [{ username: olga, role: owner }] }
customProperties:
  - { property: weftGranularity, value: line }
  - { property: weftPurposes, value: [reporting] }
  - { property: weftLawfulBasis, value: contract }
  - { property: weftLicence, value: CC0-1.0 }
  - { property: weftRegion, value: eu }
  - { property: weftDeletionAction, value: delete }
`;
}
