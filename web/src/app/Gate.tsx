/**
 * Lets in who is signed in; shows everybody else how to. When a session ends, that is asked above the page, which stays as it is.
 *
 * Not a guard: the API guards. The address stays as it was, so that a link leads on after signing in.
 */
import { Button, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { whenSignedOut } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { Dialog } from '../components/Dialog.tsx';
import { ProblemBox } from '../components/ProblemBox.tsx';
import { Skeleton } from '../components/Skeleton.tsx';
import { SignIn, SignInAgain } from './SignIn.tsx';
import { MeProvider } from './session.tsx';
import {
  type Credential,
  enter,
  followTabs,
  signOut,
  takeCredential,
  whenStillIn,
} from './sign-in.ts';
import { words } from './words.ts';

/** Read once, before anything is painted: what stands in the address must not stay there. */
let brought = takeCredential();

export function Gate({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  const link = useLink(me.data !== undefined, isSignedOut(me.error));
  const isExpired = useExpiry(me.dataUpdatedAt);
  const queries = useQueryClient();
  useEffect(() => followTabs(queries), [queries]);
  useNothingOfAnother(me.data?.id);
  if (me.data !== undefined) {
    return (
      // Why a key: what one wrote is not handed to another who signs in at the same screen.
      <MeProvider key={me.data.id} value={me.data}>
        {children}
        {isExpired ? <SignInAgain name={me.data.name} /> : null}
        <StillIn />
        {link.isThere && !isExpired ? <LinkQuestion name={me.data.name} link={link} /> : null}
      </MeProvider>
    );
  }
  if (link.isOpening) return <Skeleton height={400} label={words.opening} />;
  if (isSignedOut(me.error)) return <SignIn failure={link.failure} />;
  if (me.error !== null) return <ProblemBox error={me.error} onRetry={() => void me.refetch()} />;
  return <Skeleton height={400} label={words.opening} />;
}

/** Of somebody else nothing that was answered stays, however it was learned that another is here: before the next is painted. */
function useNothingOfAnother(id: string | undefined): void {
  const queries = useQueryClient();
  const last = useRef(id);
  useLayoutEffect(() => {
    if (id === undefined) return;
    const isOther = last.current !== undefined && last.current !== id;
    last.current = id;
    if (isOther) void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  }, [id, queries]);
}

/** Who pressed Sign out and is still signed in must not go away from the screen believing otherwise. */
function StillIn() {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => whenStillIn(setError), []);
  if (error === null) return null;
  return (
    <Dialog title={words.stillIn} onClose={() => setError(null)}>
      <ProblemBox error={error} onRetry={() => void signOut()} />
    </Dialog>
  );
}

interface SignInLink {
  /** A link was brought and not dealt with yet. */
  isThere: boolean;
  isOpening: boolean;
  failure: unknown;
  open(): void;
  drop(): void;
}

/**
 * What the address brought, at first and when a link is pasted here later: of such a link the fragment alone is new. Who is
 * signed in is asked first, since whoever made the link may want him to go on as somebody else without noticing.
 */
function useLink(isSomebody: boolean, isNobody: boolean): SignInLink {
  const queries = useQueryClient();
  const [link, setLink] = useState<Credential | null>(takeBrought);
  const [failure, setFailure] = useState<unknown>(null);
  const open = useCallback(
    (credential: Credential) =>
      void enter(queries, credential)
        .then(() => setLink(null))
        .catch(setFailure),
    [queries],
  );
  useEffect(() => {
    const onHash = () => {
      const pasted = takeCredential();
      if (pasted === null) return;
      setFailure(null);
      setLink(pasted);
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  useEffect(() => {
    if (link !== null && isNobody) open(link);
  }, [link, isNobody, open]);
  return {
    isThere: link !== null,
    isOpening: link !== null && !isSomebody && failure === null,
    failure,
    open: () => link !== null && open(link),
    drop: () => setLink(null),
  };
}

function takeBrought(): Credential | null {
  const taken = brought;
  brought = null;
  return taken;
}

function LinkQuestion({ name, link }: { name: string; link: SignInLink }) {
  return (
    <Dialog title={words.linkBrought(name)} onClose={link.drop}>
      <p>{words.linkHelp}</p>
      {link.failure === null ? null : <ProblemBox error={link.failure} />}
      <Group mt="md">
        <Button onClick={link.drop}>{words.stay(name)}</Button>
        <Button variant="default" onClick={link.open}>
          {words.takeLink}
        </Button>
      </Group>
    </Dialog>
  );
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
