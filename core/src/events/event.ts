/**
 * Events as CloudEvents 1.0 in JSON: how Weft builds one and what it accepts from a node.
 *
 * Not the log (the server's) and not delivery. Source: spec/cloudevents (JSON schema), extensions `sequence` and
 * `dataref` of the CloudEvents project. Events are thin: `data` has counts and names, never a row's value.
 * Invariants: `sequence` is twenty digits, so that comparing texts compares numbers; within one `source` it only grows,
 * and for the data events of a table it has no gap; `source` and `id` together name one event for ever.
 */
import type { ErrorPlace } from '../lib/error.ts';

export interface WeftEvent {
  specversion: '1.0';
  id: string;
  source: string;
  /** `io.weft.<noun>.<past verb>.v1`. */
  type: string;
  /** What it is about, usually `domain.product@1.2.0`. */
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  sequence: string;
  /** Where the thing itself is read, under the reader's own rights. */
  dataref?: string;
  /** SHA-256 of the contract version that holds, lower-case hex. */
  contracthash?: string;
  data: Record<string, unknown>;
}

/** Nouns and past verbs of the events that Weft sends. */
export const EVENT_KINDS = [
  'domain.created',
  'domain.changed',
  'product.created',
  'product.changed',
  'product.retired',
  'contract.published',
  'agreement.requested',
  'agreement.granted',
  'agreement.denied',
  'agreement.countered',
  'agreement.commented',
  'agreement.expired',
  'agreement.revoked',
  'policy.changed',
  'batch.committed',
  'batch.held',
  'batch.discarded',
  'batch.failed',
  'rows.quarantined',
  'quality.failed',
  'sla.breached',
  'snapshot.restated',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface EventDraft {
  id: string;
  kind: EventKind;
  source: string;
  subject: string;
  /** Milliseconds since the epoch. */
  time: number;
  sequence: number;
  dataref?: string;
  contractHash?: string;
  data: Record<string, unknown>;
}

/** The `type` of events of a kind. */
export function eventType(kind: EventKind): string {
  return `io.weft.${kind}.v1`;
}

/** Builds an event. */
export function createEvent(draft: EventDraft): WeftEvent {
  return {
    specversion: '1.0',
    id: draft.id,
    source: draft.source,
    type: eventType(draft.kind),
    subject: draft.subject,
    time: new Date(draft.time).toISOString(),
    datacontenttype: 'application/json',
    sequence: padSequence(draft.sequence),
    ...(draft.dataref === undefined ? {} : { dataref: draft.dataref }),
    ...(draft.contractHash === undefined ? {} : { contracthash: draft.contractHash }),
    data: draft.data,
  };
}

/** The source of a table's data events: their sequence has no gap within it. */
export function tableSource(table: { domain: string; table: string; major: number }): string {
  return `/domains/${table.domain}/tables/${table.table}@${table.major}`;
}

/** The source of the control plane's own events. */
export const CONTROL_SOURCE = '/control';

/** A sequence number as text that sorts like the number. */
export function padSequence(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

/** The product that an event's subject names, `domain.product`, or null. */
export function productOfSubject(subject: string): string | null {
  return /^([a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62})(?:@.*)?$/.exec(subject)?.[1] ?? null;
}

/** CloudEvents ask every intermediary to forward 64 KiB. */
const EVENT_BYTES_MAX = 64 * 1024;
const ATTRIBUTE = /^[a-z0-9]{1,20}$/;

const REQUIRED: Readonly<Record<string, RegExp>> = {
  specversion: /^1\.0$/,
  id: /^[\x21-\x7e]{1,200}$/,
  source: /^\/[\x21-\x7e]{0,300}$/,
  type: /^io\.weft\.[a-z]+\.[a-z]+\.v\d+$/,
  subject: /^.{1,300}$/u,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/,
  datacontenttype: /^application\/json$/,
  sequence: /^\d{20}$/,
};

/** What is wrong with an event that somebody sent; empty when it can go into the log. */
export function checkEvent(value: unknown): ErrorPlace[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [place('$', 'an event is a JSON object')];
  }
  const event = value as Record<string, unknown>;
  const faults = Object.entries(REQUIRED).flatMap(([name, pattern]) => {
    const text = event[name];
    return typeof text === 'string' && pattern.test(text)
      ? []
      : [place(`$.${name}`, `${name} must match ${pattern.source}`)];
  });
  const odd = Object.keys(event).filter((name) => !ATTRIBUTE.test(name));
  faults.push(
    ...odd.map((name) => place(`$.${name}`, 'attribute names are lower-case letters and digits')),
  );
  if (typeof event['data'] !== 'object' || event['data'] === null) {
    faults.push(place('$.data', 'data must be an object'));
  }
  if (new TextEncoder().encode(JSON.stringify(value)).length > EVENT_BYTES_MAX) {
    faults.push(place('$', `an event has at most ${EVENT_BYTES_MAX} bytes`));
  }
  return faults;
}

function place(path: string, message: string): ErrorPlace {
  return { code: 'REQUEST_INVALID', path, message };
}
