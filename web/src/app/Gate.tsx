/**
 * Lets in who is signed in; shows everybody else how to. When a session ends, that is asked above the page, which stays as it is.
 *
 * Not a guard: the API guards. The address stays as it was, so that a link leads on after signing in.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { whenSignedOut } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { SignIn, SignInAgain } from './SignIn.tsx';
import { MeProvider } from './session.tsx';
import { openSession, takeCredential } from './sign-in.ts';
import { words } from './words.ts';

/** Read once, before anything is painted: what stands in the address must not stay there. */
const brought = takeCredential();

export function Gate({ children }: { children: ReactNode }) {
  const { isOpening, failure } = useBrought();
  const me = useQuery({ ...meQuery, enabled: !isOpening });
  const isExpired = useExpiry(me.dataUpdatedAt);
  if (me.data !== undefined) {
    return (
      // Why a key: what one wrote is not handed to another who signs in at the same screen.
      <MeProvider key={me.data.id} value={me.data}>
        {children}
        {isExpired ? <SignInAgain name={me.data.name} /> : null}
      </MeProvider>
    );
  }
  if (isSignedOut(me.error)) return <SignIn failure={failure} />;
  if (me.error !== null) return <ProblemBox error={me.error} onRetry={() => void me.refetch()} />;
  return <Skeleton height={400} label={words.opening} />;
}

/** Hands over what the address brought, at first and when a link is pasted here later: of such a link the fragment alone is new. */
function useBrought(): { isOpening: boolean; failure: unknown } {
  const queries = useQueryClient();
  const [isOpening, setOpening] = useState(brought !== null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (brought === null) return;
    openSession(brought)
      .catch(setFailure)
      .finally(() => setOpening(false));
  }, []);
  useEffect(() => {
    const open = async () => {
      const credential = takeCredential();
      if (credential === null) return;
      try {
        await openSession(credential);
        setFailure(null);
        await queries.invalidateQueries();
      } catch (error) {
        setFailure(error);
      }
    };
    const onHash = () => void open();
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [queries]);
  return { isOpening, failure };
}

/** True from a 401 until the mesh says again who is here. */
function useExpiry(knownAt: number): boolean {
  const [expiredAt, setExpiredAt] = useState<number | null>(null);
  useEffect(() => whenSignedOut(() => setExpiredAt((old) => old ?? Date.now())), []);
  const isOver = expiredAt !== null && knownAt > expiredAt;
  useEffect(() => {
    if (isOver) setExpiredAt(null);
  }, [isOver]);
  return expiredAt !== null && !isOver;
}

function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
