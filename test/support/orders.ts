/**
 * A contract of order documents as a web shop sends them: lines, an address, attributes, and records of both kinds, good and bad.
 */

/** `sales.orders`, with a list of structs, a struct, a map and a list of lists. */
export const ORDERS = `apiVersion: v3.2.0
kind: DataContract
id: orders-contract
version: 1.0.0
status: active
name: Orders
domain: sales
dataProduct: orders
description: { purpose: Orders of a shop., limitations: Test data., usage: For tests. }
schema:
  - id: orders
    name: orders
    physicalType: table
    businessName: Orders
    description: One order.
    dataGranularityDescription: One row per order.
    properties:
      - { name: id, logicalType: integer, physicalType: BIGINT, ABOUT, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - name: address
        ABOUT_BLOCK
        logicalType: object
        physicalType: STRUCT
        required: true
        properties:
          - { name: street, logicalType: string }
          - { name: zip, physicalName: postalCode, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[0-9]{5}$' } }
          - { name: country, logicalType: string, logicalTypeOptions: { format: country } }
          - name: geo
            logicalType: object
            properties:
              - { name: lat, logicalType: number, physicalType: double, classification: restricted, logicalTypeOptions: { minimum: -90, maximum: 90 } }
              - { name: lon, logicalType: number, physicalType: double }
      - name: lines
        ABOUT_BLOCK
        logicalType: array
        physicalType: ARRAY
        required: true
        logicalTypeOptions: { minItems: 1, maxItems: 3 }
        items:
          logicalType: object
          required: true
          properties:
            - { name: gtin, logicalType: string, required: true, logicalTypeOptions: { format: gtin13 } }
            - { name: qty, logicalType: integer, physicalType: int, required: true, logicalTypeOptions: { minimum: 1 } }
            - { name: price, logicalType: number, physicalType: 'decimal(20,2)', logicalTypeOptions: { minimum: 0, multipleOf: 0.05 } }
            - { name: serial, logicalType: integer }
            - { name: shipped, logicalType: timestamp, logicalTypeOptions: { timezone: true, defaultTimezone: Europe/Berlin } }
            - { name: notes, logicalType: array, items: { logicalType: string, logicalTypeOptions: { maxLength: 5 } } }
      - name: attributes
        ABOUT_BLOCK
        logicalType: map
        physicalType: MAP
        map:
          key: { logicalType: string, logicalTypeOptions: { pattern: '^[a-z]+$' } }
          value: { logicalType: string, required: true, logicalTypeOptions: { maxLength: 10 } }
      - name: tags
        ABOUT_BLOCK
        logicalType: array
        physicalType: ARRAY
        logicalTypeOptions: { uniqueItems: true }
        items:
          logicalType: string
          quality:
            - { id: tag_known, metric: invalidValues, arguments: { validValues: [gift, fast, big] }, mustBe: 0 }
      - { name: matrix, ABOUT, logicalType: array, physicalType: ARRAY, items: { logicalType: array, items: { logicalType: integer, physicalType: int } } }
    quality:
      - { id: some_orders, type: library, metric: rowCount, mustBeGreaterThan: 0, dimension: completeness, severity: error }
slaProperties:
  - { id: daily, property: frequency, value: 1, unit: d }
  - { id: in_an_hour, property: latency, value: 1, unit: h }
  - { id: keep_a_year, property: retention, value: 1, unit: y }
team: { name: Sales, members: [{ username: olga, role: owner }] }
customProperties:
  - { property: weftGranularity, value: order }
  - { property: weftPurposes, value: [reporting] }
  - { property: weftLawfulBasis, value: contract }
  - { property: weftLicence, value: CC0-1.0 }
  - { property: weftRegion, value: eu }
  - { property: weftDeletionAction, value: delete }
`
  .replaceAll(
    'ABOUT_BLOCK',
    'description: Part of the order.\n        businessName: Part\n        classification: internal',
  )
  .replaceAll(
    'ABOUT',
    'description: Part of the order., businessName: Part, classification: internal',
  );

const ADDRESS = '"address":{"postalCode":"12345"}';
const LINE = '{"gtin":"4006381333931","qty":2,"price":9.95}';

/** Records without a fault. */
export const GOOD_ORDERS = [
  `{"id":1,"address":{"street":"Haupt\\u0073tr. \\"1\\"","postalCode":"01234","country":"DE","geo":{"lat":-0.5,"lon":1e2}},"lines":[{"gtin":"4006381333931","qty":1,"price":123456789012345678.95,"serial":9223372036854775807,"shipped":"2026-03-01T10:00:00","notes":["a",null,""]},${LINE}],"attributes":{"size":"XL","color":"red"},"tags":["gift","big"],"matrix":[[1,2],[],null,[3]]}`,
  `{"id":2,${ADDRESS},"lines":[${LINE}]}`,
  `{"id":3,"address":{"postalCode":"00000","geo":null,"street":""},"lines":[ ${LINE} , ${LINE} , ${LINE} ],"attributes":{},"tags":[],"matrix":[]}`,
  `{"id":4,"address":{"postalCode":"00000","geo":{}},"lines":[{"gtin":"4006381333931","qty":2147483647,"price":"0.00","serial":"9007199254740993","shipped":"2026-03-01T10:00:00+05:30","notes":[]}],"attributes":null,"tags":null,"matrix":null}`,
  `{"id":5,${ADDRESS},"lines":[${LINE}],"attributes":{"b":"2","a":"1","c":"é😀"},"matrix":[[]]}`,
];

/** What a table holds of the good records, as JSON in which every digit stands. */
export const EXPECTED_ORDERS = [
  `{"id":1,"address":{"street":"Hauptstr. \\"1\\"","zip":"01234","country":"DE","geo":{"lat":-0.5,"lon":100.0}},"lines":[{"gtin":"4006381333931","qty":1,"price":123456789012345678.95,"serial":9223372036854775807,"shipped":"2026-03-01 09:00:00+00","notes":["a",null,""]},LINE],"attributes":{"color":"red","size":"XL"},"tags":["gift","big"],"matrix":[[1,2],[],null,[3]]}`,
  `{"id":2,"address":PLAIN,"lines":[LINE],"attributes":null,"tags":null,"matrix":null}`,
  `{"id":3,"address":{"street":"","zip":"00000","country":null,"geo":null},"lines":[LINE,LINE,LINE],"attributes":{},"tags":[],"matrix":[]}`,
  `{"id":4,"address":{"street":null,"zip":"00000","country":null,"geo":{"lat":null,"lon":null}},"lines":[{"gtin":"4006381333931","qty":2147483647,"price":0.00,"serial":9007199254740993,"shipped":"2026-03-01 04:30:00+00","notes":[]}],"attributes":null,"tags":null,"matrix":null}`,
  `{"id":5,"address":PLAIN,"lines":[LINE],"attributes":{"a":"1","b":"2","c":"é😀"},"tags":null,"matrix":[[]]}`,
].map((text) =>
  text
    .replaceAll('PLAIN', '{"street":null,"zip":"12345","country":null,"geo":null}')
    .replaceAll(
      'LINE',
      '{"gtin":"4006381333931","qty":2,"price":9.95,"serial":null,"shipped":null,"notes":null}',
    ),
);

/** Records with faults, each with the places that are refused. */
export const BAD_ORDERS: { line: string; places: string[] }[] = [
  // The shape.
  { line: `{"id":10,"address":"x","lines":[${LINE}]}`, places: ['address'] },
  { line: `{"id":11,${ADDRESS},"lines":{"gtin":"4006381333931"}}`, places: ['lines'] },
  { line: `{"id":12,${ADDRESS},"lines":[[${LINE}],7]}`, places: ['lines[0]', 'lines[1]'] },
  { line: `{"id":13,${ADDRESS},"lines":[${LINE}],"attributes":[1]}`, places: ['attributes'] },
  { line: `{"id":14,${ADDRESS},"lines":[${LINE}],"tags":"gift"}`, places: ['tags'] },
  {
    line: `{"id":15,"address":{"postalCode":["12345"]},"lines":[${LINE}]}`,
    places: ['address.zip'],
  },
  {
    line: `{"id":16,${ADDRESS},"lines":[${LINE}],"matrix":[[1],{"a":[1,"]"]}]}`,
    places: ['matrix[1]'],
  },
  // The types of leaves.
  {
    line: `{"id":20,${ADDRESS},"lines":[${LINE},{"gtin":"4006381333931","qty":1.5,"price":1.005,"serial":9223372036854775808,"shipped":"2026-02-30T00:00:00Z"}]}`,
    places: ['lines[1].qty', 'lines[1].price', 'lines[1].serial', 'lines[1].shipped'],
  },
  {
    line: `{"id":21,"address":{"postalCode":12345,"geo":{"lat":"1","lon":1e999}},"lines":[${LINE}]}`,
    places: ['address.zip', 'address.geo.lat', 'address.geo.lon'],
  },
  {
    line: `{"id":22,${ADDRESS},"lines":[${LINE}],"attributes":{"color":7}}`,
    places: ['attributes["color"]'],
  },
  {
    line: `{"id":23,${ADDRESS},"lines":[${LINE}],"matrix":[[1,true],[2147483648]]}`,
    places: ['matrix[0][1]', 'matrix[1][0]'],
  },
  // Required, NULL, empty.
  { line: `{"id":30,"lines":[${LINE}]}`, places: ['address'] },
  { line: `{"id":31,"address":{},"lines":[]}`, places: ['address.zip', 'lines'] },
  { line: `{"id":32,"address":null,"lines":null}`, places: ['address', 'lines'] },
  {
    line: `{"id":33,${ADDRESS},"lines":[null,{"qty":null}]}`,
    places: ['lines[0]', 'lines[1].gtin', 'lines[1].qty'],
  },
  {
    line: `{"id":34,${ADDRESS},"lines":[${LINE}],"attributes":{"a":null}}`,
    places: ['attributes["a"]'],
  },
  // Rules on leaves, items and keys.
  {
    line: `{"id":40,"address":{"postalCode":"1234","country":"XX","geo":{"lat":90.5}},"lines":[${LINE}]}`,
    places: ['address.zip', 'address.country', 'address.geo.lat'],
  },
  {
    line: `{"id":41,${ADDRESS},"lines":[${LINE},{"gtin":"4006381333932","qty":0,"price":0.07,"notes":["ok","too long"]}]}`,
    places: ['lines[1].gtin', 'lines[1].qty', 'lines[1].price', 'lines[1].notes[1]'],
  },
  { line: `{"id":42,${ADDRESS},"lines":[${LINE},${LINE},${LINE},${LINE}]}`, places: ['lines'] },
  {
    line: `{"id":43,${ADDRESS},"lines":[${LINE}],"attributes":{"Size \\"x\\"":"12345678901"}}`,
    places: ['key of attributes["Size \\"x\\""]', 'attributes["Size \\"x\\""]'],
  },
  {
    line: `{"id":44,${ADDRESS},"lines":[${LINE}],"tags":["gift","gift","odd"]}`,
    places: ['tags', 'tags[2]'],
  },
  // Fields that nobody knows, and fields that stand twice.
  {
    line: `{"id":50,"address":{"postalCode":"12345","zip":"1","a b":[1]},"lines":[${LINE}]}`,
    places: ['address.zip', 'address."a b"'],
  },
  {
    line: `{"id":51,"address":{"postalCode":"12345","postalCode":"12345"},"lines":[${LINE}]}`,
    places: ['address.zip'],
  },
  {
    line: `{"id":52,${ADDRESS},"lines":[${LINE}],"attributes":{"a":"1","a":"1"}}`,
    places: ['attributes["a"]'],
  },
];

/** Records that cannot be read at all: the fault of the structure of each. */
export const BROKEN_ORDERS: { line: string; fault: string }[] = [
  { line: `{"id":60,${ADDRESS},"lines":[${LINE},]}`, fault: 'bad_json' },
  { line: `{"id":61,${ADDRESS},"lines":[{"gtin":"\\ud800"}]}`, fault: 'bad_encoding' },
  { line: `{"id":62,${ADDRESS},"lines":${'['.repeat(200)}${']'.repeat(200)}}`, fault: 'bad_json' },
  { line: `{"id":63,${ADDRESS},"attributes":{"a":"${'x'.repeat(1 << 20)}"}}`, fault: 'too_long' },
  { line: `{"id":64,${ADDRESS},"line":[${LINE}]}`, fault: 'unknown_field' },
  { line: `{"id":65,${ADDRESS},"lines":[${LINE}],"lines":[]}`, fault: 'duplicate_field' },
];
