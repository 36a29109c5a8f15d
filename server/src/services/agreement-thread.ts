/**
 * What the parties of an agreement say to each other about it: who asked, and who decides for the domain.
 *
 * Not the decision, and no negotiation that a machine reads. Invariants: nobody but the parties reads or writes; whoever may
 * not see the agreement does not learn that it is there; events and audit entries say that something was said, never what.
 */
import { WeftError } from '@weft/core/lib/error';
import { decidesForDomain } from '@weft/core/registry/authority';
import type { Agreement, Subject } from '@weft/core/registry/types';
import { readDomain } from '../store/control-registry.ts';
import { instant } from '../store/control-rows.ts';
import type { AgreementsService } from './agreements-service.ts';
import { type ControlContext, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import type { Page, PageRequest } from './registry-service.ts';

export interface AgreementComment {
  comment: string;
  agreement: string;
  author: string;
  text: string;
  at: string;
}

export interface AgreementThread {
  /** Throws NOT_FOUND, FORBIDDEN (not a party). */
  say(subject: Subject, agreement: string, text: string): Promise<AgreementComment>;
  /** In the order in which it was said. */
  list(subject: Subject, agreement: string, page: PageRequest): Promise<Page<AgreementComment>>;
}

export function createAgreementThread(
  context: ControlContext,
  agreements: Pick<AgreementsService, 'show'>,
): AgreementThread {
  return {
    async say(subject, id, text) {
      const agreement = await requireParty(context, agreements, { subject, id });
      return runControl(context, subject.id, async (unit) => {
        const comment = context.ids.next('cmt');
        const { now } = unit;
        await unit.tx
          .insertInto('agreement_comments')
          .values({ comment, agreement: id, author: subject.id, text, at: now })
          .execute();
        const { product, major } = agreement;
        unit.emit({
          kind: 'agreement.commented',
          subject: `${product}@${major}`,
          dataref: `/api/v1/agreements/${id}/comments`,
          data: { agreement: id, product, comment },
        });
        unit.record({ action: 'agreement.comment', subject: id, details: { comment } });
        return { comment, agreement: id, author: subject.id, text, at: now };
      });
    },
    async list(subject, id, page) {
      await requireParty(context, agreements, { subject, id });
      const limit = pageLimit(page.limit);
      const after =
        page.after === undefined ? '' : String(decodeCursor('comments', page.after, 1)[0]);
      const rows = await context.db
        .selectFrom('agreement_comments')
        .select(['comment', 'agreement', 'author', 'text', 'at'])
        .where('agreement', '=', id)
        .where('comment', '>', after)
        .orderBy('comment')
        .limit(limit + 1)
        .execute();
      return toPage(rows, limit, {
        item: (row) => ({ ...row, at: instant(row.at) }),
        cursor: (row) => encodeCursor('comments', [row.comment]),
      });
    },
  };
}

async function requireParty(
  { db }: ControlContext,
  agreements: Pick<AgreementsService, 'show'>,
  { subject, id }: { subject: Subject; id: string },
): Promise<Agreement> {
  const agreement = await agreements.show(subject, id);
  if (agreement.subject === subject.id) return agreement;
  const domain = await readDomain(db, agreement.product.split('.')[0] ?? '');
  if (domain !== null && decidesForDomain(subject, domain)) return agreement;
  throw new WeftError('FORBIDDEN', 'only who asked and who decides speak about an agreement');
}
