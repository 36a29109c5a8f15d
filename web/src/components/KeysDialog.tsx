/**
 * API keys without the command line: make one, which is shown once; see which work; take one back.
 *
 * Invariant: the text of a key lives in the state of the open dialog alone, in no cache, no address and no storage.
 */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiKey, keysQuery, makeKey, type NewKey, revokeKey } from '../api/keys.ts';
import { CopyButton } from './CopyButton.tsx';
import { Dialog } from './Dialog.tsx';
import classes from './KeysDialog.module.css';
import { ProblemBox } from './ProblemBox.tsx';
import { Skeleton } from './Skeleton.tsx';
import { Status } from './Status.tsx';
import { TimeText } from './TimeText.tsx';
import { useCalm } from './use-calm.ts';
import { useSending } from './use-sending.ts';
import { KEY_LIFETIMES, keyWords as words } from './words-keys.ts';

export interface KeysDialogProps {
  subject: string;
  /** The name of somebody else whose keys they are. */
  of?: string;
  onClose: () => void;
}

export function KeysDialog({ subject, of, onClose }: KeysDialogProps) {
  const [made, setMade] = useState<NewKey | null>(null);
  const title = of === undefined ? words.title : words.titleOf(of);
  return (
    <Dialog title={title} onClose={onClose} size={520}>
      <div className={classes['body']}>
        {made === null ? (
          <MakeForm
            subject={subject}
            lead={of === undefined ? words.lead : words.leadOf(of)}
            onMade={setMade}
          />
        ) : (
          <Made made={made} onDone={() => setMade(null)} />
        )}
        <Keys subject={subject} />
      </div>
    </Dialog>
  );
}

interface MakeFormProps {
  subject: string;
  lead: string;
  onMade: (key: NewKey) => void;
}

function MakeForm({ subject, lead, onMade }: MakeFormProps) {
  const [name, setName] = useState('');
  const [seconds, setSeconds] = useState(KEY_LIFETIMES[1]?.value ?? '');
  const client = useQueryClient();
  const make = useSending({
    mutationFn: () => makeKey(subject, name.trim(), Number(seconds)),
    // Why none kept: its answer holds the key.
    gcTime: 0,
    onSuccess: async (key) => {
      onMade(key);
      await client.invalidateQueries({ queryKey: ['keys', subject] });
    },
  });
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <p className={classes['lead']}>{lead}</p>
      <div className={classes['fields']}>
        <TextInput
          label={words.name}
          placeholder={words.namePlaceholder}
          value={name}
          maxLength={200}
          required
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={words.lasts}
          value={seconds}
          data={KEY_LIFETIMES}
          onChange={(event) => setSeconds(event.currentTarget.value)}
        />
      </div>
      {make.error === null ? null : <ProblemBox error={make.error} />}
      <div>
        <Button type="submit" disabled={name.trim() === ''} loading={make.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}

function Made({ made, onDone }: { made: NewKey; onDone: () => void }) {
  const isCalm = useCalm('made', { fromStart: true });
  return (
    <section className={classes['made']} aria-label={words.label} aria-live="polite">
      <Status kind="close">{words.shownOnce}</Status>
      <div className={classes['secret']}>
        <code>{made.key}</code>
        <CopyButton label={words.copy} text={made.key} />
      </div>
      <p className="caption">{words.keep}</p>
      <div>
        <Button variant="default" onClick={() => isCalm() && onDone()}>
          {words.copied}
        </Button>
      </div>
    </section>
  );
}

function Keys({ subject }: { subject: string }) {
  const keys = useQuery(keysQuery(subject));
  if (keys.isPending) return <Skeleton height={60} label={words.loading} />;
  if (keys.data === undefined) return <ProblemBox error={keys.error} />;
  const working = keys.data.items.filter(({ kind, state }) => kind === 'key' && state === 'active');
  return (
    <section aria-label={words.list}>
      <h3>{words.list}</h3>
      {working.length === 0 ? <p className="caption">{words.none}</p> : null}
      <ul className={classes['list']}>
        {working.map((key) => (
          <Key key={key.id} subject={subject} apiKey={key} />
        ))}
      </ul>
    </section>
  );
}

function Key({ subject, apiKey }: { subject: string; apiKey: ApiKey }) {
  const { id, name, expiresAt, lastUsedAt } = apiKey;
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const revoke = useSending({
    mutationFn: () => revokeKey(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys', subject] }),
  });
  const called = name ?? words.unnamed;
  const isCalm = useCalm(isAsked ? 'certain' : 'revoke');
  return (
    <li>
      <span>
        {called}{' '}
        <span className="caption">
          {words.until(expiresAt)},{' '}
          {lastUsedAt === null ? (
            words.neverUsed
          ) : (
            <>
              {words.used} <TimeText at={lastUsedAt} />
            </>
          )}
        </span>
      </span>
      {isAsked ? (
        <span className={classes['row']}>
          <Button variant="default" size="compact-sm" onClick={() => isCalm() && setAsked(false)}>
            {words.keepIt}
          </Button>
          <Button
            size="compact-sm"
            aria-label={words.certainName(called)}
            loading={revoke.isPending}
            onClick={() => isCalm() && revoke.mutate()}
          >
            {words.certain}
          </Button>
        </span>
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={words.revokeName(called)}
          onClick={() => isCalm() && setAsked(true)}
        >
          {words.revoke}
        </Button>
      )}
      {revoke.error === null ? null : <ProblemBox error={revoke.error} />}
    </li>
  );
}
