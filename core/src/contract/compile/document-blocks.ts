/**
 * Human documentation of a contract as neutral blocks; `markdown.ts` and `html.ts` write them out.
 *
 * Not marketing: only what the contract promises stands here, rule by rule, in sentences. Invariant: texts are plain,
 * whoever writes them out escapes them.
 */

import { formatDuration } from '../../lib/duration.ts';
import { typeName } from '../data-type.ts';
import type { ContractModel, ContractProperty, SlaProperty } from '../model.ts';
import { openToText } from '../open-references.ts';
import type { PlanRule } from '../plan.ts';
import { compileRules, primaryKeyOf } from './ingest-plan.ts';
import { checkSentence, consequenceSentence } from './rule-sentences.ts';
import { slaDuration } from './search-facets.ts';
import { type ContractTable, tablesOf } from './tables.ts';

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] };

/** The blocks of a contract's documentation, in reading order. */
export function describeContract(model: ContractModel): Block[] {
  return [
    { kind: 'heading', level: 1, text: model.name ?? model.product ?? model.id },
    ...introduction(model),
    ...tablesOf(model).flatMap((table) => describeTable(model, table)),
    ...section('Service levels', model.sla.map(slaSentence)),
    ...section('Terms of use', termsOf(model)),
    ...section('People', peopleOf(model)),
  ];
}

function introduction(model: ContractModel): Block[] {
  const where = [model.domain, model.product].filter((part) => part !== null).join('.');
  const facts = [
    `Contract ${model.id}, version ${model.version}${model.status === null ? '' : `, ${model.status}`}.`,
    ...(where === '' ? [] : [`Data product ${where}.`]),
  ];
  const { purpose, limitations, usage } = model.description;
  const texts: [string, string | null][] = [
    ['', purpose],
    ['Limitations: ', limitations],
    ['Usage: ', usage],
  ];
  return [
    { kind: 'paragraph', text: facts.join(' ') },
    ...texts.flatMap(([lead, text]): Block[] =>
      text === null ? [] : [{ kind: 'paragraph', text: lead + text }],
    ),
  ];
}

function describeTable(model: ContractModel, { table, object }: ContractTable): Block[] {
  const rules = compileRules(model, object, primaryKeyOf(object));
  const about = [
    object.description,
    granularitySentence(object.granularity ?? model.weft.granularity),
  ].filter((text) => text !== null);
  const prose = [...object.quality, ...object.properties.flatMap((p) => p.quality)]
    .filter((q) => q.check === null)
    .flatMap((q) => q.description ?? q.name ?? []);
  return [
    { kind: 'heading', level: 2, text: `Table ${table}` },
    ...about.map((text): Block => ({ kind: 'paragraph', text })),
    { kind: 'heading', level: 3, text: 'Columns' },
    {
      kind: 'table',
      head: ['Column', 'Type', 'Empty', 'Classification', 'Meaning'],
      rows: object.properties.map(columnRow),
    },
    { kind: 'heading', level: 3, text: 'What every batch is checked for' },
    {
      kind: 'table',
      head: ['Rule', 'Promise', 'If broken'],
      rows: rules.map((rule) => [rule.id, ruleText(rule), consequenceSentence(rule)]),
    },
    ...(prose.length === 0 ? [] : section('Promised in words, not checked', prose, 3)),
  ];
}

function granularitySentence(granularity: string | null): string | null {
  return granularity === null ? null : `One row is one ${granularity}.`;
}

function columnRow(property: ContractProperty): string[] {
  const isKey = property.primaryKeyPosition !== null;
  const notes = [
    property.businessName,
    property.description,
    ...(isKey ? ['Part of the primary key.'] : []),
    ...(property.subjectKey ? ['Names the person that the row is about.'] : []),
    ...openSentences(property),
    ...(property.sourceName === property.name ? [] : [`In the source: ${property.sourceName}.`]),
    ...(property.deprecated ? ['Deprecated.'] : []),
  ].filter((text) => text !== null);
  return [
    property.name,
    typeName(property.type),
    property.required || isKey ? 'never' : 'possible',
    property.classification ?? '',
    notes.join(' '),
  ];
}

function openSentences(property: ContractProperty): string[] {
  const domains = openToText(property);
  return domains === null ? [] : [`Contracts of ${domains} may refer to it.`];
}

function ruleText(rule: PlanRule): string {
  const sentence = checkSentence(rule);
  return rule.name === null ? sentence : `${rule.name}: ${sentence}`;
}

function slaSentence(sla: SlaProperty): string {
  const length = slaDuration(sla);
  const value = sla.unit === null ? sla.value : `${sla.value} ${sla.unit}`;
  const text = length === null ? value : `${value} (${length.duration})`;
  const element = sla.element === null ? '' : `, measured on ${sla.element}`;
  return `${SLA_WORDS[sla.property] ?? sla.property}: ${text}${element}.`;
}

const SLA_WORDS: Readonly<Record<string, string>> = {
  frequency: 'New data comes every',
  latency: 'Data is at most this old when it arrives',
  freshness: 'The newest data is at most this old',
  retention: 'Data is kept for',
  availability: 'It can be read this share of the time',
  generalavailability: 'Available since',
  endofsupport: 'Supported until',
  endoflife: 'Withdrawn on',
  timeofavailability: 'Available at',
  errorrate: 'Errors at most',
  throughput: 'Throughput',
  timetodetect: 'A fault is noticed within',
  timetonotify: 'Consumers are told within',
  timetorepair: 'A fault is repaired within',
};

function termsOf(model: ContractModel): string[] {
  const { purposes, lawfulBasis, licence, region, missesAllowed, deletionAction } = model.weft;
  const { historySeconds } = model.weft;
  const { price } = model;
  return [
    ...(purposes.length === 0 ? [] : [`It may be used for: ${purposes.join(', ')}.`]),
    ...(licence === null ? [] : [`Licence: ${licence}.`]),
    ...(lawfulBasis === null ? [] : [`Lawful basis: ${lawfulBasis}.`]),
    ...(region === null ? [] : [`The data stays in ${region}.`]),
    ...(missesAllowed === null
      ? []
      : [`In ${missesAllowed.period} promises are missed ${missesAllowed.count} times at most.`]),
    ...(historySeconds === null
      ? []
      : [`Earlier versions are kept for ${formatDuration(historySeconds)}.`]),
    ...(deletionAction === 'keep'
      ? []
      : [`At the end of retention rows are ${DELETION[deletionAction]}.`]),
    ...(price?.amount == null
      ? []
      : [`Price: ${[price.amount, price.currency, price.unit].filter(Boolean).join(' ')}.`]),
  ];
}

const DELETION = { delete: 'deleted', anonymise: 'made anonymous' } as const;

function peopleOf(model: ContractModel): string[] {
  return [
    ...model.team.map((m) => `${m.username}${m.role === null ? '' : `, ${m.role}`}`),
    ...model.support.map((s) => `Support: ${s.channel}${s.url === null ? '' : `, ${s.url}`}`),
  ];
}

function section(title: string, items: string[], level: 2 | 3 = 2): Block[] {
  if (items.length === 0) return [];
  return [
    { kind: 'heading', level, text: title },
    { kind: 'list', items },
  ];
}
