/**
 * One batch: the finding, where each record went, why rows were refused and what can be done, rule by rule, and its origin.
 */

import { IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { remedyHere } from '../../../api/remedies.ts';
import { actsFor, domainOf, mayDecide } from '../../../api/rights.ts';
import { useMe } from '../../../app/session.tsx';
import { BatchFlow } from '../../../components/BatchFlow.tsx';
import { Cloth } from '../../../components/Cloth.tsx';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Phrase } from '../../../components/Phrase.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import { Status } from '../../../components/Status.tsx';
import { formatBytes } from '../../../lib/format.ts';
import classes from '../Produce.module.css';
import { batchQuery, causesQuery, lineageQuery } from '../produce-queries.ts';
import panel from '../quarantine/RefusedPanel.module.css';
import { RefusedPanel } from '../quarantine/RefusedPanel.tsx';
import { ForKeepers, PageProblem } from '../Refusal.tsx';
import type { Batch, Lineage, Where } from '../types.ts';
import {
  GOOD_IS,
  headlineOf,
  refusedTitle,
  repairedOf,
  rowWords,
  shareIn,
  shareOfRefused,
} from '../words.ts';
import { BatchDecision } from './BatchDecision.tsx';
import { BatchFacts, Generations } from './BatchFacts.tsx';
import { BatchRules } from './BatchRules.tsx';
import { checksOf } from './rules.ts';
import { landedWords, words } from './words-batch.ts';

export function BatchPage() {
  const { product, batch } = useParams({ from: '/make/$product/batches/$batch' });
  return (
    <ForKeepers product={product}>
      <LoadedBatch product={product} batch={batch} />
    </ForKeepers>
  );
}

function LoadedBatch({ product, batch }: { product: string; batch: string }) {
  const report = useQuery(batchQuery(batch));
  if (report.isPending) return <Skeleton height={600} lines={10} label={words.loading} />;
  if (report.data === undefined) {
    return (
      <PageProblem error={report.error} product={product} onRetry={() => void report.refetch()} />
    );
  }
  return <WholeBatch batch={report.data} />;
}

function WholeBatch({ batch }: { batch: Batch }) {
  const lineage = useQuery({ ...lineageQuery(batch.batch), enabled: batch.finished !== null });
  const hasRefused = batch.records.quarantined > 0;
  const causes = useQuery({ ...causesQuery(refusedOf(batch)), enabled: hasRefused });
  // Why the rest waits: how tall the refused rows are depends on how many causes there are, and which of them are decided.
  const isPlaced = !hasRefused || !causes.isPending || causes.failureCount > 0;
  return (
    <div className={classes['page']}>
      <BatchHead batch={batch} lineage={lineage.data ?? null} />
      <div className={classes['card']} aria-live="polite">
        <BatchFlow
          counts={batch.records}
          checks={checksOf(batch.rules, batch.quarantine.byRule)}
          goodIs={GOOD_IS[batch.state]}
        />
        {isRepaired(batch, lineage.data) ? (
          <p className={classes['asItCame']}>{words.asItCame}</p>
        ) : null}
      </div>
      {batch.problem === undefined ? null : (
        <Fault problem={batch.problem} because={batch.because} product={batch.product} />
      )}
      {hasRefused ? <Refused batch={batch} lineage={lineage.data ?? null} /> : null}
      {isPlaced ? (
        <>
          <BatchRules rules={batch.rules} />
          <div className={classes['grid']}>
            <BatchFacts batch={batch} />
            {lineage.data === undefined ? null : (
              <Generations lineage={lineage.data} batch={batch} />
            )}
          </div>
        </>
      ) : null}
    </div>
  );
}

/** What is drawn is the batch as it came; the headline counts what was repaired since. */
function isRepaired({ batch }: Batch, lineage: Lineage | undefined): boolean {
  const repaired = lineage === undefined ? null : repairedOf(lineage, batch);
  return repaired !== null && repaired.rows > 0;
}

const refusedOf = ({ product, batch }: Pick<Batch, 'product' | 'batch'>): Where => ({
  product,
  batch,
});

function BatchHead({ batch, lineage }: { batch: Batch; lineage: Lineage | null }) {
  const me = useMe();
  const domain = domainOf(batch.product);
  const { state, because, source, started, seconds, contract } = batch;
  const canDecide = state === 'held' && mayDecide(me, domain);
  const headline = headlineOf(batch, lineage === null ? null : repairedOf(lineage, batch.batch));
  useEffect(() => {
    document.title = words.pageTitle(headline);
  }, [headline]);
  return (
    <header className={classes['head']}>
      <Cloth domain={domain} size={40} />
      <div className={classes['titles']}>
        <h1>{headline}</h1>
        <p className={classes['meta']}>
          <span className="mono">
            {batch.batch} <CopyButton label={words.copyId} text={batch.batch} />
          </span>
          <span>
            <IconFileText size={15} stroke={1.7} aria-hidden="true" /> {source.name ?? words.stream}
            , {formatBytes(source.bytes)}
          </span>
          <span className={classes['plain']}>
            <Phrase parts={landedWords(started, seconds)} />
          </span>
          <Link to="/p/$product/versions" params={{ product: batch.product }} className="mono">
            {contract.id}@{contract.version}
          </Link>
        </p>
        {because === null || state !== 'held' ? null : (
          <p>
            <Status kind="missed">{words.heldBecause(because)}</Status>
          </p>
        )}
        {state === 'held' && !canDecide ? (
          <p className={classes['lead']}>{words.whoDecides}</p>
        ) : null}
      </div>
      {canDecide ? (
        <div className={classes['buttons']}>
          <BatchDecision batch={batch} isMain />
        </div>
      ) : null}
    </header>
  );
}

interface FaultProps {
  problem: NonNullable<Batch['problem']>;
  because: string | null;
  product: string;
}

function Fault({ problem, because, product }: FaultProps) {
  return (
    <section className={classes['card']} aria-label={words.notTaken}>
      <div className={classes['note']}>
        <h2>{words.notTaken}</h2>
        <ul>
          {problem.errors.length === 0 && because !== null ? (
            <li>
              <Status kind="missed">{because}</Status>
            </li>
          ) : null}
          {problem.errors.map(({ code, message }) => (
            <li key={`${code} ${message}`}>
              <Status kind="missed">{message}</Status>
            </li>
          ))}
        </ul>
        <p>{remedyHere(problem.code, problem.remedy)}</p>
        <p>
          <Link to="/make/$product/upload" params={{ product }}>
            {words.sendMended}
          </Link>{' '}
          {/contract version/.test(problem.remedy) ? (
            <Link to="/make/$product/version" params={{ product }}>
              {words.newVersion}
            </Link>
          ) : null}{' '}
          <code className="caption">{problem.code}</code>
        </p>
      </div>
    </section>
  );
}

function Refused({ batch, lineage }: { batch: Batch; lineage: Lineage | null }) {
  const search = useSearch({ from: '/make/$product/batches/$batch' });
  const navigate = useNavigate({ from: '/make/$product/batches/$batch' });
  const me = useMe();
  const { quarantined, good } = batch.records;
  const isHeld = batch.state === 'held';
  const all = rowWords(quarantined);
  const own = lineage?.generations.find((one) => one.batch === batch.batch);
  const open = own?.open ?? quarantined;
  return (
    <RefusedPanel
      title={isHeld ? words.wrongWith(all) : refusedTitle(quarantined, open)}
      aside={
        <Link to="/make/$product/quarantine" params={{ product: batch.product }}>
          {words.sameCauses}
        </Link>
      }
      where={refusedOf(batch)}
      selected={search}
      onSelect={({ rule, column }) =>
        void navigate({ search: { rule, ...(column === null ? {} : { column }) }, replace: true })
      }
      shareOf={({ records }) => shareOfRefused(shareIn(records, quarantined))}
      mayAct={actsFor(me, domainOf(batch.product))}
      isHeld={isHeld}
      footOf={(cause) => (
        <footer className={panel['foot']}>
          <p className={panel['verdict']}>
            <strong>{words.goodAndRefused(good, quarantined)}</strong>{' '}
            {isHeld ? words.heldHelp : words.openOfCause(cause.open)}
          </p>
        </footer>
      )}
      empty={<p className={classes['note']}>{words.allDecided}</p>}
    />
  );
}
