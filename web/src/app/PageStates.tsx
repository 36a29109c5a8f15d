/**
 * What a page shows when it is on its way, when it failed, and when there is none.
 */
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Empty } from '../components/Empty.tsx';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';

export function PageSkeleton() {
  return <Skeleton height={600} lines={9} />;
}

export function PageFault({ error, reset }: ErrorComponentProps) {
  return <ProblemBox error={error} onRetry={reset} />;
}

export function Lost() {
  return (
    <Empty title="There is no page here" action={<Link to="/market">Look in the market</Link>}>
      The address may be mistyped, or what it named is gone or not for you to see.
    </Empty>
  );
}
