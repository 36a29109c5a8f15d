/**
 * Until when, which columns, why; and the one button. On a phone the button stays in sight.
 */
import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { requestAccess } from '../../api/agreements.ts';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { treatmentSummary, treatmentsOf } from '../../components/treatment.ts';
import { useSending } from '../../components/use-sending.ts';
import { durationMs } from '../../lib/format.ts';
import { endOf } from './day.ts';
import type { PurposeOffer } from './offers.ts';
import classes from './RequestPage.module.css';
import type { Asking } from './use-asking.ts';
import { useAnswersIn } from './use-request.ts';
import { answerWords, words } from './words.ts';

export interface RequestFormProps {
  product: string;
  /** The one that is asked for. */
  major: number;
  offer: PurposeOffer;
  /** Every column of the product. */
  columns: readonly string[];
  /** Those of the table in sight. */
  inSight: readonly string[];
  asking: Asking;
}

export function RequestForm(props: RequestFormProps) {
  const { product, major, offer, columns, inSight, asking } = props;
  const { until, why, only } = asking.value;
  const onOnly = (next: string[] | null) => asking.change({ only: next });
  const send = useSend(product, asking.done);
  if (offer.agreement !== null) {
    return (
      <p>
        <Link to="/agreements/$agreement" params={{ agreement: offer.agreement }}>
          {words.seeOwn}
        </Link>
      </p>
    );
  }
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({
          product: `${product}@${major}`,
          purpose: offer.purpose,
          ...(only === null ? {} : { columns: [...only] }),
          ...(until === '' ? {} : { until: endOf(until) }),
          ...(why.trim() === '' ? {} : { why: why.trim() }),
        });
      }}
    >
      <TextInput
        type="date"
        label={words.until}
        description={words.untilHelp}
        min={new Date().toISOString().slice(0, 10)}
        value={until}
        onChange={(event) => asking.change({ until: event.currentTarget.value })}
      />
      <ColumnChoice {...{ offer, columns, inSight, only, onOnly }} />
      <Textarea
        label={words.why}
        description={words.whyHint}
        autosize
        minRows={2}
        maxLength={4000}
        value={why}
        onChange={(event) => asking.change({ why: event.currentTarget.value })}
      />
      <AnswerTime product={product} />
      {send.error === null ? null : <ProblemBox error={send.error} />}
      <div className={classes['send']}>
        <p className={classes['summary']}>
          {offer.view === null
            ? words.nothingSeen
            : treatmentSummary(treatmentsOf(offer.view, inSight, only))}
        </p>
        <a className={classes['jump']} href="#preview">
          {words.previewOf}
        </a>
        <Button type="submit" loading={send.isPending}>
          {words.send}
        </Button>
      </div>
    </form>
  );
}

function useSend(product: string, onSent: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useSending({
    mutationFn: requestAccess,
    onSuccess: async ({ agreement }) => {
      onSent();
      await Promise.all(
        [['agreements'], ['explain'], ['product', product], ['search']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      );
      await navigate({ to: '/agreements/$agreement', params: { agreement } });
    },
  });
}

interface ColumnChoiceProps {
  offer: PurposeOffer;
  columns: readonly string[];
  inSight: readonly string[];
  only: readonly string[] | null;
  onOnly(columns: string[] | null): void;
}

function ColumnChoice({ offer, columns, inSight, only, onOnly }: ColumnChoiceProps) {
  const seen = offer.view?.columns.map(({ name }) => name) ?? inSight;
  // Why the others: what another table shows is not in sight here, and may be asked for all the same.
  const shown = new Set([...seen, ...columns.filter((name) => !inSight.includes(name))]);
  const change = (column: string, isWanted: boolean) => {
    const now = only ?? columns.filter((name) => shown.has(name));
    const next = isWanted ? [...now, column] : now.filter((name) => name !== column);
    onOnly(columns.every((name) => !shown.has(name) || next.includes(name)) ? null : next);
  };
  return (
    <details className={classes['columns']}>
      <summary>{only === null ? words.allOfPurpose : words.someOnly(only.length)}</summary>
      <fieldset>
        <legend className="unseen">{words.columnsToAsk}</legend>
        {columns.map((column) => (
          <Checkbox
            key={column}
            size="xs"
            label={<code>{column}</code>}
            disabled={!shown.has(column)}
            checked={shown.has(column) && (only === null || only.includes(column))}
            onChange={(event) => change(column, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
    </details>
  );
}

function AnswerTime({ product }: { product: string }) {
  const answersIn = useAnswersIn(product);
  const ms = answersIn === null ? null : durationMs(answersIn);
  if (ms === null) return null;
  return (
    <p className={classes['time']}>
      <IconClock size={16} stroke={1.7} aria-hidden="true" /> {answerWords(ms)}
    </p>
  );
}
