/**
 * A whole policy as a text that a person compares with another one: what stands beside the rules in words, then the rules.
 *
 * Not a file of the command line. Invariant: two policies that differ have texts that differ, also by what this page has no words
 * for.
 */
import { formatName } from '../../lib/format.ts';
import type { MeshPolicy, PolicyContent } from './policy-queries.ts';
import { words as changeWords } from './words-change.ts';
import { words } from './words-forms.ts';
import { KEY_TYPE_NAMES, words as setTexts, setWords } from './words-sets.ts';

export type MeshContent = Pick<
  MeshPolicy,
  'cedar' | 'subjectAttributes' | 'domainTags' | 'productionDomains'
>;

export function policyText(content: PolicyContent): string {
  const { cedar, rowFilter, hiddenClassifications, autoApprovePurposes, ...more } = content;
  const { subjectAttributes, sets, ...unknown } = more;
  return join(
    [
      [words.onlyRows, [rowFilter ?? words.allRows]],
      [words.hiddenClasses, hiddenClassifications],
      [words.atOncePurposes, autoApprovePurposes],
      [words.attributes, subjectAttributes],
      ...Object.entries(sets).map(([name, set]) => [setTexts.set(name), setLines(set)] as const),
      ...restOf(unknown),
    ],
    cedar ?? '',
  );
}

export function meshPolicyText(content: MeshContent): string {
  const { cedar, subjectAttributes, domainTags, productionDomains, ...unknown } = content;
  const tags = Object.entries(domainTags).flatMap(([domain, own]) =>
    Object.entries(own).map(([tag, values]) => `${domain}: ${tag}: ${values.join(', ')}`),
  );
  return join(
    [
      [words.domainTags, tags],
      [changeWords.plannedDomains, productionDomains],
      [words.attributes, subjectAttributes],
      ...restOf(unknown),
    ],
    cedar,
  );
}

type Part = readonly [name: string, lines: readonly string[]];

function join(parts: readonly Part[], cedar: string): string {
  const said = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => [name, ...lines.map((line) => `  ${line}`)].join('\n'));
  return [...said, cedar.trimEnd()].join('\n\n');
}

/** What this page does not know yet, as it came. */
function restOf(unknown: object): Part[] {
  return Object.entries(unknown).map(([name, value]) => [
    formatName(name),
    [typeof value === 'string' ? value : JSON.stringify(value)],
  ]);
}

function setLines(set: PolicyContent['sets'][string]): string[] {
  const { keys, from, key, subject, where, purpose, values, ...unknown } = set;
  const type = KEY_TYPE_NAMES[keys as keyof typeof KEY_TYPE_NAMES] ?? String(keys);
  return [
    setWords({ keys, from, key, subject, where, purpose, values }),
    `${setTexts.type} ${type}`,
    ...valueLines(values),
    ...restOf(unknown).map(([name, lines]) => `${name}: ${lines.join(' ')}`),
  ];
}

function valueLines(values: unknown): string[] {
  if (typeof values !== 'object' || values === null) return [];
  if (Array.isArray(values)) return values.map(String);
  return Object.entries(values as Record<string, string[]>).flatMap(([reader, own]) =>
    own.map((value) => `${reader}: ${value}`),
  );
}
