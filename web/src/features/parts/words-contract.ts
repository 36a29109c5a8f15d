/**
 * Sample data: two versions of a contract, what changed between them, and the end of the older one.
 */
import type { ContractChange } from '../../api/contract-diff.ts';
import type { SunsetTimes } from '../../lib/sunset.ts';

export const CHANGES: readonly ContractChange[] = [
  {
    path: '$.schema[0].properties[0].required',
    kind: 'required_dropped',
    consumer: 'break',
    producer: 'safe',
    message: 'household_id may be empty',
    examples: [{ value: 'null', allowedBy: 'after' }],
  },
  {
    path: '$.schema[0].quality[2]',
    kind: 'rule_changed',
    consumer: 'warn',
    producer: 'safe',
    message: '99.5 % of products known, was 99.9 %',
  },
  {
    path: '$.schema[0].properties[3]',
    kind: 'column_added',
    consumer: 'safe',
    producer: 'break',
    message: 'New column channel',
    examples: [{ value: `"${'till '.repeat(20)}"`, allowedBy: 'before' }],
  },
  {
    path: '$.schema[0].properties[1].description',
    kind: 'text_changed',
    consumer: 'safe',
    producer: 'safe',
    message: 'Description of store_id',
  },
];

export const BEFORE = `version: 2.3.1
schema:
  - name: transactions
    properties:
      - name: household_id
        logicalType: integer
        required: true
      - name: store_id
        logicalType: integer
        required: true
`;

export const AFTER = `version: 3.0.0
schema:
  - name: transactions
    properties:
      - name: household_id
        logicalType: integer
        required: false
      - name: store_id
        logicalType: integer
        required: true
      - name: channel
        logicalType: string
`;

const NOW = '2026-11-22T14:20:00Z';

export const SUNSETS: readonly (SunsetTimes & { name: string })[] = [
  {
    name: 'begins today',
    from: { version: '2.x', until: '2027-02-22T00:00:00Z' },
    to: { version: '3.0.0', starts: NOW },
    now: NOW,
  },
  {
    name: 'both serve',
    from: { version: '2.x', until: '2026-12-24T00:00:00Z' },
    to: { version: '3.0.0', starts: '2026-08-12T09:00:00Z' },
    now: NOW,
  },
  {
    name: 'begins later',
    from: { version: '2.x', until: '2027-02-22T00:00:00Z' },
    to: { version: '3.0.0', starts: '2026-12-20T00:00:00Z' },
    now: NOW,
  },
  {
    name: 'nothing serves for a while',
    from: { version: '2.x', until: '2026-12-24T00:00:00Z' },
    to: { version: '3.0.0', starts: '2027-01-11T00:00:00Z' },
    now: NOW,
  },
  {
    name: 'has ended',
    from: { version: '2.x', until: '2026-11-01T00:00:00Z' },
    to: { version: '3.0.0', starts: '2026-08-12T09:00:00Z' },
    now: NOW,
  },
];

export const contract = {
  serving: '2.3.1, serving',
  proposed: '3.0.0, proposed',
  textPair: 'Both versions as texts',
  code: 'The source of a contract',
};
