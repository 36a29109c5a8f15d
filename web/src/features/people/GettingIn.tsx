/**
 * How somebody gets in: a link that signs a browser in once, keys for programs.
 *
 * Invariant: the text of a link lives in the state of the page in sight alone, in no cache, no address and no storage.
 */
import { Button, NativeSelect } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../../app/session.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './People.module.css';
import { makeSignInLink, type SignInLink, type User } from './people-queries.ts';
import { LINK_LIFETIMES, words } from './words.ts';

const KeysDialog = lazy(() =>
  import('../../components/KeysDialog.tsx').then((module) => ({ default: module.KeysDialog })),
);

export function GettingIn({ user }: { user: User }) {
  const me = useMe();
  if (user.state === 'disabled') return <p>{words.disabledSignIn}</p>;
  if (user.roles.includes('node')) return <p>{words.node}</p>;
  return (
    <>
      <div className={classes['step']}>
        {user.kind === 'service' ? (
          <p>{words.serviceSignIn}</p>
        ) : user.kind === 'external' && user.id !== me.id ? (
          <p>{words.externalSignIn}</p>
        ) : (
          <LinkMaker user={user} />
        )}
      </div>
      <div className={classes['step']}>
        <Keys user={user} isOwn={user.id === me.id} />
      </div>
    </>
  );
}

function LinkMaker({ user }: { user: User }) {
  const [seconds, setSeconds] = useState(LINK_LIFETIMES[0]?.value ?? '');
  const [made, setMade] = useState<SignInLink | null>(null);
  const make = useSending({
    mutationFn: () => makeSignInLink(user.id, Number(seconds)),
    // Why none kept: its answer holds the link.
    gcTime: 0,
    onSuccess: setMade,
  });
  if (made !== null) {
    return (
      <Made
        made={made}
        onDone={() => {
          setMade(null);
          make.reset();
        }}
      />
    );
  }
  return (
    <>
      <p>{words.linkHelp(user.name)}</p>
      <NativeSelect
        label={words.linkLasts}
        value={seconds}
        data={LINK_LIFETIMES}
        onChange={(event) => setSeconds(event.currentTarget.value)}
      />
      {make.error === null ? null : <ProblemBox error={make.error} />}
      <Button loading={make.isPending} onClick={() => make.mutate()}>
        {words.link}
      </Button>
    </>
  );
}

function Made({ made, onDone }: { made: SignInLink; onDone: () => void }) {
  return (
    <section className={classes['made']} aria-label={words.linkLabel} aria-live="polite">
      <Status kind="close">{words.linkOnce}</Status>
      <div className={classes['secret']}>
        <code>{made.url}</code>
        <CopyButton label={words.copyLink} text={made.url} />
      </div>
      <p className="caption">{words.linkUntil(made.expires)}</p>
      <p className="caption">{words.linkElsewhere}</p>
      <div>
        <Button variant="default" onClick={onDone}>
          {words.linkDone}
        </Button>
      </div>
    </section>
  );
}

function Keys({ user, isOwn }: { user: User; isOwn: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <p>{words.keysHelp}</p>
      <Button variant="default" onClick={() => setOpen(true)}>
        {words.keys}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <KeysDialog
            subject={user.id}
            {...(isOwn ? {} : { of: user.name })}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
