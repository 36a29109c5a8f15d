/**
 * What a repair would do: rows before and after it, the verdict in numbers, and the buttons that do it.
 */

import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { Phrase } from '../../../components/Phrase.tsx';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { ScrollArea } from '../../../components/ScrollArea.tsx';
import { Status } from '../../../components/Status.tsx';
import { formatNumber } from '../../../lib/format.ts';
import { useWork } from '../../../lib/work.ts';
import { Decision } from '../Decision.tsx';
import table from '../Produce.module.css';
import type { Cause, Preview, Where } from '../types.ts';
import { effectWords, SKIPPED } from '../words.ts';
import { RawRecord } from './RawRecord.tsx';
import classes from './RefusedPanel.module.css';
import { effectOf, isOfUse, outcomeOf, type RepairDraft, repairOf } from './repair.ts';
import { type PreviewState, startGivingUp, startReplay, useAskAgain } from './use-repair.ts';
import { words } from './words-quarantine.ts';

export interface RepairTableProps {
  preview: Preview;
  isOld: boolean;
}

export function RepairTable({ preview, isOld }: RepairTableProps) {
  const { sample } = preview;
  const columns = [...new Set(sample.flatMap(({ after }) => Object.keys(after)))];
  const outcome = outcomeOf(effectOf(preview));
  return (
    <div className={classes['tried']} data-old={isOld || undefined} aria-busy={isOld}>
      {sample.length === 0 ? (
        <p className={table['note']}>{words.noChange(effectWords(effectOf(preview)))}</p>
      ) : (
        <ScrollArea className={classes['window']} label={words.beforeAfter}>
          <table className={table['table']}>
            <caption>{words.beforeAfterTable}</caption>
            <thead>
              <tr>
                <th scope="col" className={`${table['number']} ${table['line']}`}>
                  {words.line}
                </th>
                {columns.map((column) => (
                  <th scope="col" key={column} className="mono">
                    {column}
                  </th>
                ))}
                <th scope="col">{words.asCame}</th>
              </tr>
            </thead>
            <tbody>
              {sample.map(({ ref, line, record, before, after, raw }) => (
                <tr key={ref}>
                  <td className={`${table['number']} ${table['dim']}`}>
                    {formatNumber(line ?? record)}
                  </td>
                  {columns.map((column) => (
                    <td key={column}>
                      <Change
                        before={before[column] ?? null}
                        after={after[column] ?? null}
                        outcome={outcome}
                      />
                    </td>
                  ))}
                  <td>
                    <RawRecord raw={raw} values={Object.values(before)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
      <Stays preview={preview} />
    </div>
  );
}

interface ChangeProps {
  before: string | null;
  after: string | null;
  outcome: ReturnType<typeof outcomeOf>;
}

function Change({ before, after, outcome }: ChangeProps) {
  return (
    <span className={`mono ${classes['change']}`} data-outcome={outcome}>
      {before === null ? (
        <span className={table['dim']}>{words.noValue}</span>
      ) : (
        <del>{before}</del>
      )}
      {after === null ? <span className={table['dim']}>{words.noValue}</span> : <ins>{after}</ins>}
    </span>
  );
}

/** Why some would be refused again, or are left as they are. */
function Stays({
  preview: { byRule, skipped, notLookedAt, truncated, sample, records },
}: {
  preview: Preview;
}) {
  const rules = Object.entries(byRule);
  const left = Object.entries(skipped).filter(([, count]) => count > 0);
  return (
    <div className={classes['stays']}>
      {sample.length > 0 && sample.length < records ? (
        <p>{words.firstOf(sample.length, records, notLookedAt === 0)}</p>
      ) : null}
      {rules.map(([rule, count]) => (
        <p key={rule}>
          <Status kind="missed">
            <Phrase parts={words.refusedBy(count, rule)} />
          </Status>
        </p>
      ))}
      {left.map(([why, count]) => (
        <p key={why}>{words.leftBecause(count, SKIPPED[why] ?? why)}</p>
      ))}
      {notLookedAt > 0 ? <p>{words.stillToTry(notLookedAt)}</p> : null}
      {truncated ? <p>{words.tooManyBatches}</p> : null}
    </div>
  );
}

export interface RepairFootProps {
  where: Where;
  cause: Cause;
  draft: RepairDraft | null;
  preview: PreviewState;
  onDone: () => void;
  /** Takes the focus while the buttons here are none. */
  onGone: () => void;
}

export function RepairFoot({ where, cause, draft, preview, onDone, onGone }: RepairFootProps) {
  const [isAsked, setAsked] = useState(false);
  const [work, setWork] = useState<string | null>(null);
  const isRunning = useWork().some(({ id, state }) => id === work && state === 'running');
  const askAgain = useAskAgain();
  const latest = useRef(onGone);
  latest.current = onGone;
  useEffect(() => {
    if (work !== null) latest.current();
  }, [work]);
  const repair = draft === null ? null : repairOf(draft);
  const { data } = preview;
  const sent = data === undefined ? 0 : data.good + data.quarantined + data.duplicates;
  const isTried = data !== undefined && repair !== null && !preview.isFetching;
  const isReady = isTried && isOfUse(effectOf(data));
  const verdict = useId();
  const send = () => {
    if (repair === null) return;
    const order = { where, repair, because: '', records: data?.records ?? 0 };
    setWork(startReplay(order, askAgain));
    onDone();
  };
  return (
    <footer className={classes['foot']}>
      <div className={classes['verdict']} id={verdict} role="status" aria-live="polite">
        <Verdict preview={preview} draft={draft} cause={cause} isRunning={isRunning} />
      </div>
      <div className={classes['footButtons']}>
        <Button variant="default" disabled={isRunning} onClick={() => setAsked(true)}>
          {words.giveUp(cause.open)}
        </Button>
        <Button
          disabled={!isReady || isRunning}
          loading={isRunning}
          aria-describedby={verdict}
          onClick={send}
        >
          {isReady ? words.sendRowsAgain(sent) : words.sendAgain}
        </Button>
      </div>
      {isAsked ? (
        <Decision
          title={words.giveUp(cause.open)}
          confirm={words.giveUp(cause.open)}
          isReasonNeeded
          isBusy={false}
          error={null}
          onClose={() => setAsked(false)}
          onConfirm={(because) => {
            setAsked(false);
            setWork(startGivingUp({ where, because, records: cause.open }, askAgain));
          }}
        >
          <p>{words.giveUpHelp}</p>
        </Decision>
      ) : null}
    </footer>
  );
}

interface VerdictProps {
  preview: PreviewState;
  draft: RepairDraft | null;
  cause: Cause;
  isRunning: boolean;
}

function Verdict({ preview, draft, cause, isRunning }: VerdictProps) {
  if (isRunning) return <>{words.underWay}</>;
  if (preview.error !== null) return <ProblemBox error={preview.error} />;
  if (draft === null) return <>{words.rowsWait(cause.open)}</>;
  if (!preview.isWritten) return <>{words.sayNew}</>;
  if (preview.data === undefined) return <>{words.tryingAll(cause.open)}</>;
  const { data } = preview;
  const effect = effectOf(data);
  return (
    <>
      <strong>{effectWords(effect)}.</strong> {isOfUse(effect) ? passWords(data) : words.nonePasses}
    </>
  );
}

function passWords({ batches }: Preview): string {
  const held = batches.find(({ state }) => state === 'held');
  return held === undefined ? words.passes : words.wouldHold(held.because ?? '');
}
