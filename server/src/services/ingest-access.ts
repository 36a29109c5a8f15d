/**
 * Who may do what with batches of a domain. Owners and producers have the domain in their token.
 *
 * Not access of consumers to rows (`policy/decide.ts`). Invariant: values of records are shown only to those who act for
 * the domain; the platform team runs batches and sees counts.
 */
import { type BatchReport, reportWithoutValues } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';

const PRODUCT = /^([a-z][a-z0-9_]{0,62})\.([a-z][a-z0-9_]{0,62}(?:@\d{1,9})?)$/;

/** `domain.product` or `domain.product@MAJOR` in parts. */
export function splitProduct(product: string): { domain: string; name: string } {
  const [, domain, name] = PRODUCT.exec(product) ?? [];
  if (domain !== undefined && name !== undefined) return { domain, name };
  throw new WeftError('REQUEST_INVALID', `${product} is no product`, {
    remedy: 'Write it as domain.product, for example sales.orders.',
  });
}

/**
 * Why: the domains of a steward are those that he looks after, those of a node the ones that it holds; to act for them one
 * has to produce for them as well.
 */
export function actsFor(subject: Subject, domain: string): boolean {
  const { roles, domains } = subject;
  const looksAfter = roles.includes('steward') || roles.includes('node');
  return domains.includes(domain) && (roles.includes('producer') || !looksAfter);
}

/** `held`: the domains of this node; all when undefined. */
export function assertHeld(held: readonly string[] | undefined, domain: string): void {
  if (held === undefined || held.includes(domain)) return;
  throw new WeftError('NOT_FOUND', `this node does not hold the domain ${domain}`, {
    remedy: `Send it to the node of the domain: \`weft domain show ${domain}\` names it.`,
  });
}

/** Sending, releasing and discarding batches. */
export function assertMayIngest(subject: Subject, domain: string): void {
  if (actsFor(subject, domain) || subject.roles.includes('platform')) return;
  throw new WeftError('FORBIDDEN', `${subject.id} does not produce for the domain ${domain}`);
}

/** Seeing that a batch exists, and its counts. `what` was asked for, such as `batch bat_…`. */
export function assertMaySee(subject: Subject, domain: string, what: string): void {
  const domains = domainsSeen(subject);
  if (domains === null || domains.includes(domain)) return;
  // Why: who may not see a batch shall not learn that it exists.
  throw new WeftError('NOT_FOUND', `there is no ${what}`, { remedy: LIST_BATCHES });
}

const LIST_BATCHES = '`weft batches list` has those that you may see.';

export function noSuchBatch(batch: string): WeftError {
  return new WeftError('NOT_FOUND', `there is no batch ${batch}`, { remedy: LIST_BATCHES });
}

/** What `assertMaySee` names where no batch was asked for. */
export function batchesOf(product: string): string {
  return `batch of ${product} that you may see`;
}

/** Values of refused records. */
export function assertMayReadValues(subject: Subject, domain: string): void {
  if (actsFor(subject, domain)) return;
  throw new WeftError('FORBIDDEN', `${subject.id} does not produce for the domain ${domain}`);
}

/** Domains whose batches a subject sees; null for all. */
export function domainsSeen(subject: Subject): string[] | null {
  const { roles, domains } = subject;
  if (roles.includes('platform') || roles.includes('privacy_officer')) return null;
  return roles.includes('steward') && domains.length === 0 ? null : domains;
}

/** The report as a subject may see it: without the sample of values for those who do not act for the domain. */
export function withoutValues(report: BatchReport, subject: Subject): BatchReport {
  if (actsFor(subject, report.product.split('.')[0] ?? '')) return report;
  return reportWithoutValues(report);
}
