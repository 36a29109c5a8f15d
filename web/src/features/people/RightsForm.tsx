/**
 * Changes what somebody may be, over what was seen. Whoever was slower is told, and keeps what he wrote.
 */
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '../../app/session.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useSending } from '../../components/use-sending.ts';
import { useKeptChange } from './kept-change.ts';
import classes from './People.module.css';
import {
  changeUser,
  isOvertaken,
  type Seen,
  type User,
  type UserChange,
  userQuery,
} from './people-queries.ts';
import { RightsFields } from './RightsFields.tsx';
import { changeOf, draftOf, faultOf, isRightsDraft, type RightsDraft } from './rights-draft.ts';
import { FAULTS, words } from './words.ts';

export function RightsForm({ seen }: { seen: Seen<User> }) {
  const { draft, base, change, put, drop } = useChange(seen);
  const [said, setSaid] = useState<string | null>(null);
  const save = useSave(base, () => {
    drop();
    setSaid(words.saved);
  });
  const send = () => {
    const fault = faultOf(draft);
    if (fault !== null) setSaid(FAULTS[fault]);
    else if (change === null) setSaid(words.nothingChanged);
    else save.mutate(change);
  };
  return (
    <form
      className={classes['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextInput
        label={words.name}
        description={words.nameHelp}
        maxLength={200}
        value={draft.name}
        onChange={({ currentTarget: { value } }) => {
          setSaid(null);
          put({ name: value });
        }}
      />
      <RightsFields
        draft={draft}
        onChange={(part) => {
          setSaid(null);
          put(part);
        }}
      />
      <OwnRole user={base.value} draft={draft} />
      <Refused error={save.error} id={base.value.id} onSeen={drop} onDone={save.reset} />
      <div className={classes['row']}>
        <Button type="submit" loading={save.isPending}>
          {words.save}
        </Button>
        {change === null ? null : (
          <Button
            variant="subtle"
            onClick={() => {
              drop();
              save.reset();
              setSaid(null);
            }}
          >
            {words.leave}
          </Button>
        )}
        <p className="caption" role="status">
          {said ?? words.atOnce}
        </p>
      </div>
    </form>
  );
}

function useChange(seen: Seen<User>) {
  const kept = useKeptChange<User, RightsDraft>({
    place: `rights:${seen.value.id}`,
    seen,
    draftOf,
    isDraft: isRightsDraft,
    isOther: (user, next) => changeOf(user, next) !== null,
  });
  return { ...kept, change: changeOf(kept.base.value, kept.draft) };
}

function useSave(base: Seen<User>, onSaved: () => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: (change: UserChange) => changeUser(base, change),
    onSuccess: async (saved) => {
      client.setQueryData(userQuery(saved.value.id).queryKey, saved);
      onSaved();
      await Promise.all(
        [['users'], ['me']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}

/** Who gives up the role that gives roles cannot take it back. */
function OwnRole({ user, draft }: { user: User; draft: RightsDraft }) {
  const me = useMe();
  const isGiven = user.roles.includes('platform') && !draft.roles.includes('platform');
  if (me.id !== user.id || !isGiven) return null;
  return <p role="alert">{words.ownPlatform}</p>;
}

interface RefusedProps {
  error: unknown;
  id: string;
  onSeen(): void;
  onDone(): void;
}

function Refused({ error, id, onSeen, onDone }: RefusedProps) {
  const client = useQueryClient();
  if (error === null) return null;
  const look = async () => {
    await client.fetchQuery({ ...userQuery(id), staleTime: 0 });
    onSeen();
    onDone();
  };
  return (
    <div className={classes['card']}>
      <ProblemBox
        error={error}
        action={
          isOvertaken(error) ? (
            <Button variant="default" onClick={() => void look()}>
              {words.seeNow}
            </Button>
          ) : undefined
        }
      />
    </div>
  );
}
