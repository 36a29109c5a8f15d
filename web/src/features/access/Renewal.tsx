/**
 * The holder of an agreement asks for a later end. What is in force stays so; the owner decides as on any request.
 */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isSameAccess, renewAgreement } from '../../api/agreements.ts';
import { agreementsQuery } from '../../api/queries.ts';
import type { Agreement } from '../../api/types.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useSending } from '../../components/use-sending.ts';
import { formatDay } from '../../lib/format.ts';
import classes from './AgreementPage.module.css';
import { endOf } from './day.ts';
import { useKeptRenewal } from './kept-words.ts';
import { renewalWords, words } from './words.ts';

/** Nothing for what has no end, or is not in force. */
export function Renewal({ agreement }: { agreement: Agreement }) {
  const { product, subject, until, state } = agreement;
  const others = useQuery(agreementsQuery({ product, subject }));
  if (state !== 'active' || until === null || others.data === undefined) return null;
  const renewal = others.data.items.find(
    (other) => isSameAccess(other, agreement) && isLater(other.until, until),
  );
  return (
    <section className={classes['decide']} aria-labelledby="renewal">
      <h2 id="renewal">{words.renewTitle}</h2>
      {renewal === undefined ? (
        <Ask agreement={agreement} until={until} />
      ) : (
        <p>
          {renewalWords(renewal)}{' '}
          <Link to="/agreements/$agreement" params={{ agreement: renewal.agreement }}>
            {words.renewalSee}
          </Link>
        </p>
      )}
    </section>
  );
}

function isLater(end: string | null, than: string): boolean {
  return end === null || Date.parse(end) > Date.parse(than);
}

const NOTHING = { day: '', why: '' };

function Ask({ agreement, until }: { agreement: Agreement; until: string }) {
  const { value: { day, why } = NOTHING, put } = useKeptRenewal(agreement.agreement);
  const client = useQueryClient();
  const send = useSending({
    mutationFn: () =>
      renewAgreement(agreement.agreement, {
        until: endOf(day),
        ...(why.trim() === '' ? {} : { why: why.trim() }),
      }),
    onSuccess: async () => {
      put(undefined);
      await Promise.all(
        [['agreements'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  return (
    <form
      className={classes['say']}
      onSubmit={(event) => {
        event.preventDefault();
        if (day !== '') send.mutate();
      }}
    >
      <p className="caption">{words.renewHelp(formatDay(until))}</p>
      <TextInput
        type="date"
        label={words.renewUntil}
        min={until.slice(0, 10)}
        value={day}
        onChange={(event) => put({ why, day: event.currentTarget.value })}
      />
      <Textarea
        label={words.why}
        autosize
        minRows={2}
        maxLength={4000}
        value={why}
        onChange={(event) => put({ day, why: event.currentTarget.value })}
      />
      {send.error === null ? null : <ProblemBox error={send.error} />}
      <div>
        <Button type="submit" disabled={day === ''} loading={send.isPending}>
          {words.renewSend}
        </Button>
      </div>
    </form>
  );
}
