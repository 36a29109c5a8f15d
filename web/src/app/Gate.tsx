/**
 * Lets in who is signed in; shows everybody else how to.
 *
 * Not a guard: the API guards. The address stays as it was, so that a link leads on after signing in.
 */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Problem } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { SignIn } from './SignIn.tsx';
import { MeProvider } from './session.tsx';
import { openSession, takeCredential } from './sign-in.ts';
import { words } from './words.ts';

/** Read once, before anything is painted: what stands in the address must not stay there. */
const brought = takeCredential();

export function Gate({ children }: { children: ReactNode }) {
  const [isOpening, setOpening] = useState(brought !== null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (brought === null) return;
    openSession(brought)
      .catch(setFailure)
      .finally(() => setOpening(false));
  }, []);
  const me = useQuery({ ...meQuery, enabled: !isOpening });
  if (me.data !== undefined) return <MeProvider value={me.data}>{children}</MeProvider>;
  if (isSignedOut(me.error)) return <SignIn failure={failure} />;
  if (me.error !== null) return <ProblemBox error={me.error} onRetry={() => void me.refetch()} />;
  return <Skeleton height={400} label={words.opening} />;
}

function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
