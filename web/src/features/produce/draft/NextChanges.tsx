/**
 * What the draft changes since the version in force: for each side, and for whom in particular.
 */
import { Link } from '@tanstack/react-router';
import type { ContractChange } from '../../../api/contract-diff.ts';
import { usePersonNames } from '../../../api/names.ts';
import { isPassing, Problem } from '../../../api/problem.ts';
import { ContractChanges } from '../../../components/ContractChanges.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import { Status } from '../../../components/Status.tsx';
import { diffFinding } from '../../../components/words-changes.ts';
import { formatName } from '../../../lib/format.ts';
import page from '../Produce.module.css';
import classes from './DraftWork.module.css';
import { type Broken, brokenProducts, brokenReaders } from './next-impact.ts';
import { type Base, useConcerned, useNextDiff } from './next-version.ts';
import { words } from './words-draft.ts';

export interface NextChangesProps {
  product: string;
  base: Base;
  text: string;
}

export function NextChanges({ product, base, text }: NextChangesProps) {
  const diff = useNextDiff(product, base, text);
  // Why nothing: what is wrong with the text stands at the foot of the page, with its lines.
  const isFaulty = diff.error instanceof Problem && !isPassing(diff.error);
  if (diff.data === undefined) {
    if (isFaulty) return null;
    return diff.error === null ? (
      <Skeleton height={80} phone={128} label={words.comparing} />
    ) : (
      <ProblemBox error={diff.error} onRetry={() => void diff.refetch()} />
    );
  }
  const { changes } = diff.data;
  return (
    <Panel title={diffFinding(diff.data)} aside={words.since(base.version)} isFlush>
      {changes.length === 0 ? (
        <p className={page['note']}>{words.changeSomething}</p>
      ) : (
        <ContractChanges changes={changes} />
      )}
      {changes.length === 0 ? null : <Consequences product={product} changes={changes} />}
    </Panel>
  );
}

function Consequences({
  product,
  changes,
}: {
  product: string;
  changes: readonly ContractChange[];
}) {
  const concerned = useConcerned(product);
  const nameOf = usePersonNames(concerned?.readers?.map(({ who }) => who) ?? []);
  if (concerned === null) return <Skeleton height={40} label={words.whoReads} />;
  if (concerned.error !== null) return <ProblemBox error={concerned.error} />;
  const { readers, referrers } = concerned;
  const broken = brokenReaders(changes, readers);
  const products = brokenProducts(changes, referrers);
  return (
    <div className={classes['broken']}>
      <h3>{words.breaksFor(broken.length, readers.length, products.length, referrers.length)}</h3>
      <ul>
        {broken.map((one) => (
          <Line key={one.id} broken={one}>
            <Link to="/agreements/$agreement" params={{ agreement: one.id }}>
              {nameOf(one.who)}
            </Link>
            , {formatName(one.what)}
          </Line>
        ))}
        {products.map((one) => (
          <Line key={one.id} broken={one}>
            <Link to="/p/$product" params={{ product: one.id }}>
              {one.who}
            </Link>
            {one.what === '' ? '' : words.refersTo(one.what)}
          </Line>
        ))}
      </ul>
    </div>
  );
}

const CHANGES_SHOWN = 3;

function Line({ broken, children }: { broken: Broken; children: React.ReactNode }) {
  const { changes } = broken;
  const told = changes.slice(0, CHANGES_SHOWN).map(({ message }) => message);
  const more = changes.length - told.length;
  return (
    <li>
      <Status kind="missed">
        {children}: {told.join('; ')}
        {more > 0 ? words.andMore(more) : ''}
      </Status>
    </li>
  );
}
