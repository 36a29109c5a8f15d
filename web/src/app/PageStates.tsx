/**
 * What a page shows when it is on its way, when it failed, and when there is none.
 */
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Empty } from '../components/Empty.tsx';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { words } from './words.ts';

export function PageSkeleton() {
  return <Skeleton height={600} lines={9} />;
}

export function PageFault({ error, reset }: ErrorComponentProps) {
  return (
    <ProblemBox
      error={error}
      onRetry={reset}
      elsewhere={<Link to="/market">{words.toMarket}</Link>}
    />
  );
}

export function Lost() {
  return (
    <>
      <h1 className="unseen">{words.lost}</h1>
      <Empty title={words.lost} action={<Link to="/market">{words.toMarket}</Link>}>
        {words.lostWhy}
      </Empty>
    </>
  );
}
