/**
 * What a repair would do, asked while it is being written, and the repair itself as work that goes on by itself.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../../api/client.ts';
import { startWork } from '../../../lib/work.ts';
import { CHANGED_BY_DECISION } from '../produce-queries.ts';
import type { Preview, Repair, Replay, Where } from '../types.ts';
import { effectWords } from '../words.ts';
import {
  addEffects,
  type Effect,
  effectOf,
  previewAll,
  type RepairDraft,
  repairOf,
} from './repair.ts';
import { words } from './words-quarantine.ts';

const TYPING_MS = 500;
const SAMPLES = 40;
const NOTHING: Effect = { passes: 0, stays: 0, duplicates: 0, leftAsIs: 0 };

export interface PreviewState {
  data: Preview | undefined;
  isFetching: boolean;
  error: Error | null;
  /** The draft says what to do. */
  isWritten: boolean;
}

export function usePreview(where: Where, draft: RepairDraft | null): PreviewState {
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const current = settled?.kind === draft?.kind ? settled : draft;
  const repair = current === null ? null : repairOf(current);
  const isWritten = repair !== null;
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['preview', where, repair],
    queryFn: ({ signal, queryKey }) =>
      previewAll(
        ({ after, samples }) =>
          take(
            api.POST('/api/v1/quarantine/previews', {
              body: {
                where,
                samples,
                ...(repair === undefined || repair === null ? {} : { repair }),
                ...(after === undefined ? {} : { after }),
              },
              signal,
            }),
          ),
        { samples: SAMPLES, onPart: (part) => client.setQueryData(queryKey, part) },
      ),
    enabled: isWritten,
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
  const isLate = current !== draft;
  return {
    data: isWritten && query.error === null ? query.data : undefined,
    isFetching: query.isFetching || isLate,
    error: isWritten ? query.error : null,
    isWritten,
  };
}

/** Asks every page again about what a decision changed. */
export function useAskAgain(): () => void {
  const client = useQueryClient();
  return () =>
    void client.invalidateQueries({
      predicate: ({ queryKey }) => CHANGED_BY_DECISION.includes(String(queryKey[0])),
    });
}

export interface ReplayOrder {
  where: Where;
  repair: Repair | undefined;
  because: string;
  records: number;
}

/** Sends rows again, round by round until none is left; gives the id of the work. */
export function startReplay(order: ReplayOrder, onRound: (replay: Replay) => void): string {
  const { where, repair, because, records } = order;
  const product = where.product ?? '';
  const start = {
    title: words.repair(records),
    product,
    phase: words.repairing,
    unit: 'rows',
    total: records,
  } as const;
  return startWork(start, async (work) => {
    let effect = NOTHING;
    let after: string | null = null;
    for (;;) {
      const body = {
        where,
        because: because === '' ? null : because,
        ...(repair === undefined ? {} : { repair }),
        ...(after === null ? {} : { after }),
      };
      const replay: Replay = await take(
        api.POST('/api/v1/quarantine/replays', { body, signal: work.signal }),
      );
      after = replay.next;
      effect = addEffects(effect, effectOf(replay));
      const [first] = replay.batches;
      work.report({
        done: effect.passes + effect.stays + effect.duplicates,
        batch: first?.batch ?? null,
      });
      onRound(replay);
      if (after === null) return effectWords(effect);
    }
  });
}

/** Gives rows up by a mark with a reason, round by round. */
export function startGivingUp(order: Omit<ReplayOrder, 'repair'>, onRound: () => void): string {
  const { where, because, records } = order;
  const product = where.product ?? '';
  const start = {
    title: words.givingUp(records),
    product,
    phase: words.marking,
    unit: 'rows',
    total: records,
  } as const;
  return startWork(start, async (work) => {
    let marked = 0;
    for (;;) {
      const discard = await take(
        api.POST('/api/v1/quarantine/discards', { body: { where, because }, signal: work.signal }),
      );
      marked += discard.records;
      work.report({ done: marked });
      onRound();
      if (!discard.more) return words.marked(marked);
    }
  });
}
