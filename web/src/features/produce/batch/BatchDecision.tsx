/**
 * Release or discard a held batch: one decision, with its reason, that names what becomes of which rows.
 */
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client.ts';
import { useSending } from '../../../components/use-sending.ts';
import { Decision } from '../Decision.tsx';
import { CHANGED_BY_DECISION } from '../produce-queries.ts';
import type { Batch } from '../types.ts';
import { releaseWords, words } from './words-batch.ts';

type Step = 'release' | 'discard';

export interface BatchDecisionProps {
  batch: Batch;
  /** The filled button of the page: release, unless something else is. */
  isMain?: boolean;
}

export function BatchDecision({ batch, isMain = false }: BatchDecisionProps) {
  const [asked, setAsked] = useState<Step | null>(null);
  const decide = useDecision(batch.batch, () => setAsked(null));
  const { good } = batch.records;
  const ask = (step: Step) => {
    decide.reset();
    setAsked(step);
  };
  return (
    <>
      <Button variant="default" onClick={() => ask('discard')}>
        {words.discard}
      </Button>
      <Button variant={isMain ? 'filled' : 'default'} onClick={() => ask('release')}>
        {words.releaseGood(good)}
      </Button>
      {asked === null ? null : (
        <Decision
          title={
            asked === 'release' ? words.releaseRows(good) : words.discardRows(batch.records.in)
          }
          confirm={
            asked === 'release' ? words.releaseGood(good) : words.discardAll(batch.records.in)
          }
          isBusy={decide.isPending}
          error={decide.error}
          onClose={() => setAsked(null)}
          onConfirm={(because) => decide.mutate({ step: asked, because })}
        >
          <Consequences batch={batch} step={asked} />
        </Decision>
      )}
    </>
  );
}

function Consequences({ batch: { records, because }, step }: { batch: Batch; step: Step }) {
  if (step === 'discard') {
    return <p>{words.discardHelp}</p>;
  }
  return <p>{releaseWords(records, because)}</p>;
}

function useDecision(batch: string, onDone: () => void) {
  const client = useQueryClient();
  return useSending({
    mutationFn: async ({ step, because }: { step: Step; because: string }) => {
      const options = {
        params: { path: { batch } },
        body: { because: because === '' ? null : because },
      };
      return step === 'release'
        ? await take(api.POST('/api/v1/batches/{batch}/release', options))
        : await take(api.POST('/api/v1/batches/{batch}/discard', options));
    },
    onSuccess: async (report) => {
      client.setQueryData(['batch', batch], report);
      onDone();
      await client.invalidateQueries({
        predicate: ({ queryKey }) => CHANGED_BY_DECISION.includes(String(queryKey[0])),
      });
    },
  });
}
