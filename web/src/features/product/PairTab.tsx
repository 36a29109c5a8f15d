/**
 * What changed between two versions: for consumers and for producers, and in the source side by side.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { contractDiffQuery } from '../../api/contract-diff.ts';
import { contractQuery } from '../../api/queries.ts';
import type { Contract } from '../../api/types.ts';
import { ContractChanges } from '../../components/ContractChanges.tsx';
import { Empty } from '../../components/Empty.tsx';
import { latePart } from '../../components/late.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { diffFinding } from '../../components/words-changes.ts';
import { useProductRef } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { readPair } from './versions.ts';
import { words } from './words-versions.ts';

const Diff = latePart(() => import('../../components/diff/Diff.tsx').then((module) => module.Diff));

export function PairTab() {
  const { pair = '' } = useParams({ strict: false });
  const { product, ref } = useProductRef();
  const versions = readPair(pair);
  if (versions === null) {
    return (
      <Empty
        title={words.noPair}
        action={
          <Link to="/p/$product/versions" params={{ product: ref }}>
            {words.seeVersions}
          </Link>
        }
      >
        {words.pairHelp}
      </Empty>
    );
  }
  return <Compared product={product} {...versions} />;
}

function Compared({ product, a, b }: { product: string; a: string; b: string }) {
  const diff = useQuery(contractDiffQuery(`${product}@${a}`, `${product}@${b}`));
  // Why asked here: the sources are on their way while the changes are, and nothing moves when they come.
  const before = useQuery(contractQuery(`${product}@${a}`));
  const after = useQuery(contractQuery(`${product}@${b}`));
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <h2>{diff.data === undefined ? words.fromTo(a, b) : diffFinding(diff.data)}</h2>
        <span className={classes['bump']}>
          <code>{a}</code> → <code>{b}</code>
        </span>
      </header>
      {diff.isPending ? <Skeleton height={640} label={words.comparing} /> : null}
      {diff.error === null ? null : (
        <ProblemBox error={diff.error} onRetry={() => void diff.refetch()} />
      )}
      {diff.data === undefined || diff.data.changes.length === 0 ? null : (
        <Panel title={words.meaning} isFlush>
          <ContractChanges changes={diff.data.changes} />
        </Panel>
      )}
      {diff.isPending ? null : <Sources a={a} b={b} before={before} after={after} />}
    </div>
  );
}

interface SourcesProps {
  a: string;
  b: string;
  before: Source;
  after: Source;
}

interface Source {
  data: Contract | undefined;
  error: Error | null;
}

function Sources({ a, b, before, after }: SourcesProps) {
  const error = before.error ?? after.error;
  if (error !== null) return <ProblemBox error={error} />;
  if (before.data === undefined || after.data === undefined) {
    return <Skeleton height={400} label={words.loadingSources} />;
  }
  return (
    <Panel title={words.sideBySide} isFlush>
      <Suspense fallback={<Skeleton height={400} label={words.loadingComparison} />}>
        <Diff
          before={before.data.source}
          after={after.data.source}
          beforeLabel={words.sourceOf(a)}
          afterLabel={words.sourceOf(b)}
        />
      </Suspense>
    </Panel>
  );
}
