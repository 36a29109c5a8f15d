/**
 * Keeps somebody out, lets him in again, ends what he has open. What ends something is asked twice.
 */
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '../../app/session.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './People.module.css';
import { stepUser, type User, type UserStep } from './people-queries.ts';
import { words } from './words.ts';

export function Standing({ user }: { user: User }) {
  const me = useMe();
  const take = useStep(user.id);
  const { state, disabledBy, disabledAt, since } = user;
  return (
    <>
      {state === 'disabled' && disabledAt !== null ? (
        <p>
          <Phrase
            parts={words.isDisabled(<PersonName id={disabledBy ?? ''} hasId={false} />, disabledAt)}
          />
        </p>
      ) : null}
      {since === null ? null : (
        <p className="caption">
          <Phrase parts={words.since(since)} />
        </p>
      )}
      {take.error === null ? null : <ProblemBox error={take.error} />}
      {state === 'active' ? (
        <>
          <Step step="signout" name={words.signout} help={words.signoutHelp} take={take} />
          {user.id === me.id ? (
            <p className={classes['step']}>{words.notYourself}</p>
          ) : (
            <Step step="disable" name={words.disable} help={words.disableHelp} take={take} />
          )}
        </>
      ) : (
        <div className={classes['step']}>
          <p>{words.enableHelp}</p>
          <Button loading={take.isPending} onClick={() => take.mutate('enable')}>
            {words.enable}
          </Button>
        </div>
      )}
    </>
  );
}

interface StepProps {
  step: 'disable' | 'signout';
  name: string;
  help: string;
  take: ReturnType<typeof useStep>;
}

function Step({ step, name, help, take }: StepProps) {
  const [isAsked, setAsked] = useState(false);
  const sure = step === 'disable' ? words.disableSure : words.signoutSure;
  return (
    <div className={classes['step']}>
      <p>{help}</p>
      {isAsked ? (
        <div className={classes['row']}>
          <Button
            loading={take.isPending}
            onClick={() => take.mutate(step, { onSettled: () => setAsked(false) })}
          >
            {sure}
          </Button>
          <Button variant="default" onClick={() => setAsked(false)}>
            {words.notNow}
          </Button>
        </div>
      ) : (
        <Button variant="default" onClick={() => setAsked(true)}>
          {name}
        </Button>
      )}
    </div>
  );
}

function useStep(user: string) {
  const client = useQueryClient();
  return useSending({
    mutationFn: (step: UserStep) => stepUser(user, step),
    onSuccess: () =>
      Promise.all(
        [['user', user], ['users'], ['keys', user]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
