/**
 * The decision on an agreement: what is said with it, the steps that there are, and what happens when somebody was faster.
 */

import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ContractModel } from '@weft/core/contract/model';
import { useRef, useState } from 'react';
import { type AgreementTerms, agreementQuery, takeStep } from '../../api/agreements.ts';
import { usePersonNames } from '../../api/names.ts';
import { Problem } from '../../api/problem.ts';
import { contractQuery } from '../../api/queries.ts';
import type { Agreement } from '../../api/types.ts';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useCalm } from '../../components/use-calm.ts';
import { useSending } from '../../components/use-sending.ts';
import classes from './AgreementPage.module.css';
import { endOf } from './day.ts';
import { type OfferedStep, stepsOf } from './decisions.ts';
import { type DecisionDraft, useKeptDecision } from './kept-words.ts';
import { allColumns } from './TableChoice.tsx';
import { changedWords, finalWords, words } from './words.ts';

export interface DecisionBoxProps {
  agreement: Agreement;
  /** The reader is who asked. */
  isOwn: boolean;
  /** As it stands, it would let nobody see anything. */
  showsNothing?: boolean;
}

export function DecisionBox({ agreement, isOwn, showsNothing = false }: DecisionBoxProps) {
  const reader = usePersonNames([agreement.subject])(agreement.subject);
  const steps = stepsOf({ ...agreement, subject: reader }, isOwn);
  const begun = { because: '', until: '', columns: agreement.columns, isOffering: false };
  const { value: draft = begun, put: setDraft } = useKeptDecision(agreement.agreement);
  const { isOffering } = draft;
  const [asked, setAsked] = useState<OfferedStep | null>(null);
  const [isWhyAsked, setWhyAsked] = useState(false);
  const why = useRef<HTMLTextAreaElement>(null);
  const isSilent = draft.because.trim() === '';
  const take = useTakeStep(agreement, () => setDraft(undefined));
  const isCalm = useCalm(`${agreement.version} ${asked?.step} ${isOffering}`);
  if (steps.length === 0) return null;
  const run = (offered: OfferedStep) => {
    if (!isCalm()) return;
    // Why: whoever is denied learns from nothing else what he could do about it.
    if (offered.step === 'deny' && !isOwn && isSilent) {
      setWhyAsked(true);
      return why.current?.focus();
    }
    if (offered.step === 'counter' && !isOffering) {
      return setDraft({ ...draft, isOffering: true });
    }
    if (offered.isFinal && asked?.step !== offered.step) return setAsked(offered);
    setAsked(null);
    take.mutate({ step: offered.step, terms: termsOf(offered, draft) });
  };
  return (
    <section className={classes['decide']} aria-labelledby="decision">
      <h2 id="decision">{isOwn ? words.canDo : words.decision}</h2>
      {isOffering ? <Offer agreement={agreement} draft={draft} onDraft={setDraft} /> : null}
      <Textarea
        label={isOwn ? words.whyOwn : words.whyDecided}
        autosize
        minRows={2}
        maxLength={4000}
        ref={why}
        error={isWhyAsked && isSilent ? words.sayWhy(reader) : null}
        value={draft.because}
        onChange={(event) => setDraft({ ...draft, because: event.currentTarget.value })}
      />
      <Failure error={take.error} agreement={agreement} />
      {showsNothing ? <p>{words.wouldShowNothing}</p> : null}
      {asked === null ? null : (
        <p role="alert">{finalWords(asked, { who: reader, product: agreement.product }, isOwn)}</p>
      )}
      <div className={classes['buttons']}>
        {steps.map((offered) => (
          <Button
            key={offered.step}
            variant={isFilled(offered, { asked, isOffering, showsNothing }) ? 'filled' : 'default'}
            loading={take.isPending && take.variables.step === offered.step}
            onClick={() => run(offered)}
          >
            {offered.step === 'counter' && isOffering ? words.sendOffer : offered.label}
          </Button>
        ))}
      </div>
      <p className="caption">{words.audited}</p>
    </section>
  );
}

interface Standing {
  asked: OfferedStep | null;
  isOffering: boolean;
  showsNothing: boolean;
}

/**
 * One filled button at most: what was asked about, else the offer being written, else the main step, unless nothing came of it.
 */
function isFilled(
  { step, isMain }: OfferedStep,
  { asked, isOffering, showsNothing }: Standing,
): boolean {
  if (asked !== null) return asked.step === step;
  return isOffering ? step === 'counter' : isMain && !showsNothing;
}

function termsOf(
  { step }: OfferedStep,
  { because, until, columns }: DecisionDraft,
): AgreementTerms {
  const said = because.trim() === '' ? {} : { because: because.trim() };
  if (step !== 'counter') return said;
  return {
    ...said,
    columns,
    ...(until === '' ? {} : { until: endOf(until) }),
  };
}

function useTakeStep(agreement: Agreement, onTaken: () => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: ({ step, terms }: { step: OfferedStep['step']; terms: AgreementTerms }) =>
      takeStep(agreement, step, terms),
    onSuccess: async (changed) => {
      onTaken();
      client.setQueryData(agreementQuery(agreement.agreement).queryKey, changed);
      await Promise.all(
        [['agreements'], ['explain'], ['queue'], ['search'], ['product', agreement.product]].map(
          (queryKey) => client.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}

/** Somebody was faster: what stands there now is shown, what was written here is kept. */
function Failure({ error, agreement }: { error: unknown; agreement: Agreement }) {
  const client = useQueryClient();
  if (error === null || error === undefined) return null;
  if (!(error instanceof Problem) || error.status !== 412) return <ProblemBox error={error} />;
  return (
    <div className={classes['conflict']} role="alert">
      <p>
        <Phrase parts={changedWords(agreement)} />
      </p>
      <Button
        variant="default"
        onClick={() =>
          void client.invalidateQueries({ queryKey: agreementQuery(agreement.agreement).queryKey })
        }
      >
        {words.seeNow}
      </Button>
    </div>
  );
}

interface OfferProps {
  agreement: Agreement;
  draft: DecisionDraft;
  onDraft(draft: DecisionDraft): void;
}

/** Fewer columns, an earlier end: what the owner offers instead. */
function Offer({ agreement, draft, onDraft }: OfferProps) {
  const contract = useQuery(contractQuery(`${agreement.product}@${agreement.major}`));
  const model = contract.data?.model as unknown as ContractModel | undefined;
  const all = model === undefined ? [] : allColumns(model);
  // Why what was asked for: an offer may be followed by one of more.
  const { columns, until } = agreement.asked ?? agreement;
  const wanted = columns ?? all;
  const chosen = draft.columns ?? wanted;
  return (
    <>
      <fieldset className={classes['columns']}>
        <legend>{words.offered}</legend>
        {wanted.map((column) => (
          <Checkbox
            key={column}
            size="xs"
            label={<code>{column}</code>}
            checked={chosen.includes(column)}
            onChange={(event) => {
              const next = event.currentTarget.checked
                ? [...chosen, column]
                : chosen.filter((name) => name !== column);
              onDraft({ ...draft, columns: next });
            }}
          />
        ))}
      </fieldset>
      <TextInput
        type="date"
        label={words.until}
        description={until === null ? words.askedNoEnd : words.askedUntil(until)}
        min={new Date().toISOString().slice(0, 10)}
        value={draft.until}
        onChange={(event) => onDraft({ ...draft, until: event.currentTarget.value })}
      />
    </>
  );
}
