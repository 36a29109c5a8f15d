/**
 * Release or discard a held batch: one decision, with its reason, that names what becomes of which rows.
 */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client.ts';
import { formatNumber } from '../../lib/format.ts';
import { Decision } from './Decision.tsx';
import { CHANGED_BY_DECISION } from './produce-queries.ts';
import type { Batch } from './types.ts';
import { rowWords } from './words.ts';

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
        Discard batch
      </Button>
      <Button variant={isMain ? 'filled' : 'default'} onClick={() => ask('release')}>
        Release the {formatNumber(good)}
      </Button>
      {asked === null ? null : (
        <Decision
          title={
            asked === 'release'
              ? `Release ${rowWords(good)}`
              : `Discard all ${rowWords(batch.records.in)}`
          }
          confirm={
            asked === 'release'
              ? `Release the ${formatNumber(good)}`
              : `Discard the ${formatNumber(batch.records.in)}`
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
    return (
      <p>
        Nothing of this batch will be visible. Its bytes stay in the landing, and a mended file can
        be sent under the same key. This cannot be taken back.
      </p>
    );
  }
  return (
    <p>
      Everybody with access sees the {rowWords(records.good)} at once, although{' '}
      {because ?? 'the batch is held'}.
      {records.quarantined > 0
        ? ` The ${formatNumber(records.quarantined)} refused rows open for repair.`
        : ''}{' '}
      This cannot be taken back.
    </p>
  );
}

function useDecision(batch: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
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
