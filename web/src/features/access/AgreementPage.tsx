/**
 * One agreement: what was asked and granted, what it shows, what was said, and the decision for whoever decides.
 */

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ContractModel } from '@weft/core/contract/model';
import type { ReactNode } from 'react';
import { explainQuery } from '../../api/access.ts';
import { agreementQuery, isSameAccess } from '../../api/agreements.ts';
import { usePersonNames } from '../../api/names.ts';
import { agreementsQuery, contractQuery } from '../../api/queries.ts';
import { domainOf, onlyOversees } from '../../api/rights.ts';
import type { Agreement, Contract } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatDay, formatName } from '../../lib/format.ts';
import classes from './AgreementPage.module.css';
import { AskedTerms } from './AskedTerms.tsx';
import { Comments } from './Comments.tsx';
import { DecisionBox } from './DecisionBox.tsx';
import { seenOnceAgreed } from './once-agreed.ts';
import { Renewal } from './Renewal.tsx';
import { SeenPreview } from './SeenPreview.tsx';
import { TableChoice, useTableInSight } from './TableChoice.tsx';
import { useShowsNothing } from './use-shows-nothing.ts';
import { agreementHeadline, isOpen, nothingText, seenTitle, stateWords, words } from './words.ts';

export function AgreementPage() {
  const { agreement: id = '' } = useParams({ strict: false });
  const agreement = useQuery(agreementQuery(id));
  if (agreement.isPending)
    return <Skeleton height={520} lines={9} label={words.loadingAgreement} />;
  if (agreement.error !== null) {
    return (
      <ProblemBox
        error={agreement.error}
        onRetry={() => void agreement.refetch()}
        elsewhere={<Link to="/agreements">{words.seeAll}</Link>}
      />
    );
  }
  return <Shown agreement={agreement.data} />;
}

function Shown({ agreement }: { agreement: Agreement }) {
  const me = useMe();
  const isOwn = agreement.subject === me.id;
  const reader = usePersonNames([agreement.subject])(agreement.subject);
  const { kind, word } = stateWords(agreement.state);
  return (
    <div className={classes['page']}>
      <div className={classes['main']}>
        <header className={classes['head']}>
          <Cloth domain={agreement.product.split('.')[0] ?? ''} size={40} />
          <div>
            <h1>{agreementHeadline(agreement, isOwn ? null : reader)}</h1>
            <div className={classes['sub']}>
              <Link to="/p/$product" params={{ product: agreement.product }}>
                <code>{`${agreement.product}@${agreement.major}`}</code>
              </Link>
              <Status kind={kind} isRaised={isOpen(agreement)}>
                {word}
              </Status>
            </div>
          </div>
        </header>
        {isOwn && agreement.state === 'active' ? (
          <div className={classes['go']}>
            <LinkButton
              link={{
                to: '/workbench',
                search: { from: agreement.product, purpose: agreement.purpose },
              }}
            >
              {words.query}
            </LinkButton>
          </div>
        ) : null}
        <Facts agreement={agreement} />
        <AskedTerms agreement={agreement} />
        <What agreement={agreement} isOwn={isOwn} />
      </div>
      <aside className={classes['side']} aria-label={words.talkAndDecision}>
        {isOwn || !onlyOversees(me, domainOf(agreement.product)) ? (
          <Comments id={agreement.agreement} />
        ) : null}
        {isOwn ? <Renewal agreement={agreement} /> : <Renews agreement={agreement} />}
        <Decision key={agreement.agreement} agreement={agreement} isOwn={isOwn} />
      </aside>
    </div>
  );
}

function Decision({ agreement, isOwn }: { agreement: Agreement; isOwn: boolean }) {
  const showsNothing = useShowsNothing(agreement);
  return <DecisionBox agreement={agreement} isOwn={isOwn} showsNothing={showsNothing} />;
}

/** For who decides: the access that is there already, where the request is for longer. */
function Renews({ agreement }: { agreement: Agreement }) {
  const { product, subject } = agreement;
  const nameOf = usePersonNames([subject]);
  const others = useQuery({
    ...agreementsQuery({ product, subject, state: 'active' }),
    enabled: isOpen(agreement),
  });
  const held = others.data?.items.find((other) => isSameAccess(other, agreement));
  if (held === undefined || held.until === null) return null;
  return <p>{words.renews(nameOf(subject), formatDay(held.until))}</p>;
}

function Facts({ agreement }: { agreement: Agreement }) {
  const { subject, decidedBy } = agreement;
  const facts: [string, ReactNode][] = [
    [words.who, <PersonName key={subject} id={subject} />],
    [words.purpose, formatName(agreement.purpose)],
    [words.columns, agreement.columns === null ? words.allShown : agreement.columns.join(', ')],
    [words.rows, agreement.filter],
    [words.until, agreement.until === null ? words.noEnd : formatDay(agreement.until)],
    [words.whyAsked, agreement.why],
    [words.decidedBy, decidedBy === null ? null : <PersonName key={decidedBy} id={decidedBy} />],
    [words.because, agreement.because],
  ];
  return (
    <section className={classes['facts']} aria-label={words.terms}>
      <dl>
        {facts.map(([name, value]) =>
          value === null || value === '' ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>{words.asked}</dt>
          <dd>
            <TimeText at={agreement.requestedAt} />
          </dd>
        </div>
        {agreement.decidedAt === null ? null : (
          <div>
            <dt>{words.decided}</dt>
            <dd>
              <TimeText at={agreement.decidedAt} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words.id}</dt>
          <dd className={classes['id']}>
            <code>{agreement.agreement}</code>
            <CopyButton label={words.copyId} text={agreement.agreement} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** What the subject sees by it, or would see: the answer of the API about him, narrowed by the terms. */
function What({ agreement, isOwn }: { agreement: Agreement; isOwn: boolean }) {
  const { product, major } = agreement;
  const contract = useQuery({ ...contractQuery(`${product}@${major}`), retry: false });
  const isEnded = !isOpen(agreement) && agreement.state !== 'active';
  if (isEnded) return null;
  if (contract.error !== null) return <ProblemBox error={contract.error} />;
  if (contract.data === undefined) return <Skeleton height={360} lines={8} label={words.asking} />;
  return <Table agreement={agreement} isOwn={isOwn} contract={contract.data} />;
}

interface TableProps {
  agreement: Agreement;
  isOwn: boolean;
  contract: Contract;
}

function Table({ agreement, isOwn, contract }: TableProps) {
  const { product, major, purpose, subject, columns } = agreement;
  const model = contract.model as unknown as ContractModel;
  const { table, properties } = useTableInSight(model, contract.tables);
  const asked = { subject, product, major, purpose, ...(table === undefined ? {} : { table }) };
  const explained = useQuery(explainQuery(asked));
  const reader = usePersonNames([subject])(subject);
  if (explained.error !== null) return <ProblemBox error={explained.error} />;
  if (explained.data === undefined) {
    return <Skeleton height={360} lines={8} label={words.asking} />;
  }
  const { seen, change } = explained.data;
  const view = seenOnceAgreed(explained.data);
  return (
    <div className={classes['seen']}>
      <TableChoice tables={contract.tables} table={table} />
      {view === null ? (
        <p className={classes['nothing']}>
          {nothingText(isOwn ? null : reader, change?.edits.map(({ text }) => text) ?? [])}
        </p>
      ) : (
        <SeenPreview
          title={seenTitle(isOwn ? null : reader, seen !== null)}
          view={view}
          properties={properties}
          only={columns}
          grain={model.weft.granularity}
        />
      )}
    </div>
  );
}
