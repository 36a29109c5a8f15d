/**
 * What changed between two versions: for consumers and for producers, and in the source side by side.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { sendJson } from '../../api/json.ts';
import { contractQuery } from '../../api/queries.ts';
import { Empty } from '../../components/Empty.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Status } from '../../components/Status.tsx';
import { plural } from '../../lib/format.ts';
import { useProductRef } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { readPair } from './versions.ts';

const Diff = lazy(() =>
  import('../../components/diff/Diff.tsx').then((module) => ({ default: module.Diff })),
);

interface Change {
  path: string;
  kind: string;
  consumer: 'safe' | 'break' | string;
  producer: 'safe' | 'break' | string;
  message: string;
}

interface ContractDiff {
  before: string;
  after: string;
  bump: string;
  changes: Change[];
}

export function PairTab() {
  const { pair = '' } = useParams({ strict: false });
  const { product, ref } = useProductRef();
  const versions = readPair(pair);
  if (versions === null) {
    return (
      <Empty
        title="These are not two versions"
        action={
          <Link to="/p/$product/versions" params={{ product: ref }}>
            See the versions
          </Link>
        }
      >
        An address of a comparison ends in two versions, such as 1.0.0...1.1.0.
      </Empty>
    );
  }
  return <Compared product={product} {...versions} />;
}

function Compared({ product, a, b }: { product: string; a: string; b: string }) {
  const diff = useQuery({
    queryKey: ['contract-diff', product, a, b],
    queryFn: ({ signal }) =>
      sendJson<ContractDiff>('POST', '/api/v1/contracts/diff', {
        body: { a: `${product}@${a}`, b: `${product}@${b}` },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <h2>{diff.data === undefined ? `From ${a} to ${b}` : diffFinding(diff.data)}</h2>
        <span className={classes['bump']}>
          <code>{a}</code> → <code>{b}</code>
        </span>
      </header>
      {diff.isPending ? <Skeleton height={160} label="Comparing the versions" /> : null}
      {diff.error === null ? null : (
        <ProblemBox error={diff.error} onRetry={() => void diff.refetch()} />
      )}
      {diff.data === undefined || diff.data.changes.length === 0 ? null : (
        <Changes changes={diff.data.changes} />
      )}
      <Sources product={product} a={a} b={b} />
    </div>
  );
}

export function diffFinding({ changes, bump }: ContractDiff): string {
  const breaking = changes.filter(({ consumer }) => consumer === 'break').length;
  if (changes.length === 0) return 'Nothing changed that anybody reads';
  const all = plural(changes.length, { one: '# change', other: '# changes' });
  if (breaking === 0) return `${all}, none breaks a reader: a ${bump} version`;
  return `${all}, ${plural(breaking, { one: '# breaks readers', other: '# break readers' })}: a ${bump} version`;
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <Panel title="What it means" isFlush>
      <ScrollArea className={classes['scroll']} label="The changes, as a table">
        <table className={classes['table']}>
          <caption className="unseen">
            Changes with their verdict for consumers and for producers
          </caption>
          <thead>
            <tr>
              <th scope="col">Change</th>
              <th scope="col">Consumers: old reader, new data</th>
              <th scope="col">Producer: old pipeline, new contract</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, kind, consumer, producer, message }) => (
              <tr key={`${path} ${kind}`}>
                <th scope="row">
                  {message} <span className="caption mono">{kind}</span>
                </th>
                <td>
                  <Verdict verdict={consumer} />
                </td>
                <td>
                  <Verdict verdict={producer} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}

function Verdict({ verdict }: { verdict: string }) {
  if (verdict === 'safe') return <Status kind="kept">safe</Status>;
  return (
    <Status kind={verdict === 'break' ? 'missed' : 'close'}>
      {verdict === 'break' ? 'breaks' : verdict}
    </Status>
  );
}

function Sources({ product, a, b }: { product: string; a: string; b: string }) {
  const before = useQuery(contractQuery(`${product}@${a}`));
  const after = useQuery(contractQuery(`${product}@${b}`));
  const error = before.error ?? after.error;
  if (error !== null) return <ProblemBox error={error} />;
  if (before.data === undefined || after.data === undefined) {
    return <Skeleton height={400} label="Loading the sources" />;
  }
  return (
    <Panel title="The contract, side by side" isFlush>
      <Suspense fallback={<Skeleton height={400} label="Loading the comparison" />}>
        <Diff
          before={before.data.source}
          after={after.data.source}
          beforeLabel={`Source of ${a}`}
          afterLabel={`Source of ${b}`}
        />
      </Suspense>
    </Panel>
  );
}
