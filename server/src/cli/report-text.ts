/**
 * The report of a batch for people: the balance first, then what went wrong, then what to do.
 *
 * Not the document: --json gives that. Invariant: what a sender chose (values, names of files, keys, reasons) is shown without control characters.
 */
import type { BatchReport, QuarantineSample, RuleResult } from '@weft/core/ingest/report';
import { allThere, bringsNothing } from '@weft/core/lib/report-words';
import { formatBytes, formatCount, type Output } from './output.ts';
import { withoutControls } from './table.ts';

/** The report for people: the balance first, then what went wrong. */
export function renderReport(report: BatchReport, out: Output): string {
  const { records, rules, quarantine } = report;
  const lines = [
    `${mark(report, out)} ${report.batch} ${report.state}: ${report.product}, ${withoutControls(report.source.name ?? 'no name')}`,
    `  records     ${formatCount(records.in)} in = ${formatCount(records.good)} good + ${formatCount(records.quarantined)} quarantined + ${formatCount(records.duplicates)} duplicates`,
  ];
  if (report.repeated === true) {
    lines.push(
      `  again       already taken as ${report.batch} under the key ${withoutControls(report.key ?? '')}; nothing was added`,
    );
  }
  if (report.state === 'landed' || report.state === 'checking') {
    const size = `${formatBytes(report.source.bytes)} are safe; the check goes on`;
    return [
      lines[0],
      `  bytes       ${size}`,
      `  next        weft batches show ${report.batch}`,
    ].join('\n');
  }
  if (bringsNothing(records) && report.state === 'committed') {
    lines.push(`  again       ${allThere(records.in)}; nothing was added`);
  }
  const { files } = report.source;
  if (files !== undefined)
    lines.push(`  files       ${formatCount(files.length)}, ${formatBytes(report.source.bytes)}`);
  const { sameBytesAs } = report.source;
  if (sameBytesAs !== undefined && report.state !== 'failed') {
    const hint = report.key === null ? '; with --key they would count once' : '';
    lines.push(`  again       the same bytes as ${sameBytesAs}${hint}`);
  }
  const lacking = report.source.lacking ?? [];
  if (lacking.length > 0) lines.push(`  not in it   ${lacking.join(', ')}: empty in every record`);
  lines.push(...encodingLines(report.source));
  if (report.heldBecause !== undefined) lines.push(...decidedLines(report));
  else if (report.because !== null) lines.push(`  because     ${withoutControls(report.because)}`);
  const missed = rules.filter((rule) => rule.evaluation !== 'pass' && rule.evaluation !== 'skip');
  if (report.problem !== undefined) lines.push(`  remedy      ${report.problem.remedy}`);
  // Why apart: a rule that had nothing to look at, or could not, is no promise kept.
  const skipped = rules.filter((rule) => rule.evaluation === 'skip');
  const kept = rules.length - missed.length - skipped.length;
  const unchecked = skipped.length === 0 ? '' : `, ${skipped.length} not checked`;
  const unread = structureLines(report);
  const all = rules.length + unread.length;
  if (rules.length > 0) lines.push(`  rules       ${kept} of ${all} kept${unchecked}`);
  lines.push(...[...missed, ...skipped].map((rule) => `    ${ruleLine(rule)}`));
  lines.push(...unread.map((line) => `    ${line}`));
  for (const row of quarantine.sample.slice(0, 5)) lines.push(`    ${sampleLine(row)}`);
  if (report.snapshot !== null)
    lines.push(`  snapshot    ${report.snapshot}, sequence ${report.sequence ?? '-'}`);
  if (quarantine.total > 0) lines.push(`  bad rows    weft quarantine show ${report.batch}`);
  if (report.state === 'held') {
    lines.push(
      `  next        weft batches release ${report.batch}   or   weft batches discard ${report.batch}`,
    );
  }
  return lines.join('\n');
}

/** A decision, and behind it what had been waited for. */
function decidedLines({ state, because, heldBecause }: BatchReport): string[] {
  const step = state === 'committed' ? 'released ' : 'discarded';
  return [
    `  ${step}   ${withoutControls(because ?? 'no reason given')}`,
    `  was held    ${withoutControls(heldBecause ?? '')}`,
  ];
}

/** Why only a doubt: each text of UTF-8 is some text of the declared encoding, too. */
function encodingLines({ encodingDoubt, files = [] }: BatchReport['source']): string[] {
  if (encodingDoubt === undefined) return [];
  const { declared, looksLike } = encodingDoubt;
  const doubtful = files.filter((file) => file.encodingDoubt !== undefined).map(({ name }) => name);
  const more = doubtful.length > 3 ? ` and ${formatCount(doubtful.length - 3)} more` : '';
  const which = withoutControls(doubtful.slice(0, 3).join(', ')) + more;
  return [
    `  encoding    ${which === '' ? '' : `${which}: `}looks like ${looksLike.toUpperCase()}, but was read as ${declared}, as the contract says (weftCsv);`,
    '              if it is UTF-8, é is stored as Ã© now: send it in the declared encoding, or change the contract',
  ];
}

function mark(report: BatchReport, out: Output): string {
  if (report.state === 'committed') return out.colors.cyan('✓');
  if (report.state === 'held') return out.colors.yellow('⚠');
  return report.state === 'failed' ? out.colors.red('×') : '·';
}

function ruleLine(rule: RuleResult): string {
  const what =
    rule.message ??
    (rule.consequence === 'quarantine' || rule.value === null
      ? `${formatCount(rule.failed)} of ${formatCount(rule.checked)} records, must be ${rule.must}`
      : `is ${rule.value}, must be ${rule.must}`);
  return `${rule.evaluation.padEnd(5)} ${rule.id}: ${what} (${rule.consequence})`;
}

/** Why apart: no contract writes that a record can be read, so it stands among no rules; its records are refused all the same. */
function structureLines({ records, rules, quarantine }: BatchReport): string[] {
  const listed = new Set(rules.map(({ id }) => id));
  return Object.entries(quarantine.byRule)
    .filter(([id]) => !listed.has(id))
    .map(
      ([id, count]) =>
        `fail  ${id}: ${formatCount(count)} of ${formatCount(records.in)} records (quarantine)`,
    );
}

function sampleLine(row: QuarantineSample): string {
  const value = row.value === null ? 'empty' : withoutControls(JSON.stringify(row.value));
  const place = row.file === undefined ? '' : `${withoutControls(row.file)}, `;
  const where = row.line === null ? `record ${row.recordInFile ?? row.record}` : `line ${row.line}`;
  // Why no value: a record that cannot be read has none, and "empty" would say that it has no text.
  const what =
    row.column === null && row.value === null ? '' : `, ${row.column ?? 'record'} = ${value}`;
  return `${place}${where}${what}: ${withoutControls(row.message)}`;
}
