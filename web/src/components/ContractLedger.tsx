/**
 * All promises as sentences beside what was measured: one warp line runs through them, and each thread crosses it or not.
 */
import type { ReactNode } from 'react';
import type { PromiseState } from '../api/promises.ts';
import classes from './ContractLedger.module.css';
import { Phrase, type PhraseParts, plainText } from './Phrase.tsx';
import { Status } from './Status.tsx';
import { Thread } from './Thread.tsx';
import { words } from './words.ts';

export interface LedgerRow {
  id: string;
  sentence: PhraseParts;
  headroom: number | null;
  state: PromiseState;
  finding: string;
  note: ReactNode;
}

export interface ContractLedgerProps {
  rows: readonly LedgerRow[];
  /** For readers that do not see. */
  caption: string;
}

export function ContractLedger({ rows, caption }: ContractLedgerProps) {
  return (
    <table className={classes['ledger']}>
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.contractPromises}</th>
          <th scope="col" className={classes['warpHead']}>
            <span>{words.thePromise}</span>
          </th>
          <th scope="col">{words.weMeasured}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, sentence, headroom, state, finding, note }) => (
          <tr key={id} data-state={state}>
            <th scope="row">
              <Phrase parts={sentence} />
            </th>
            <td className={classes['warp']}>
              <Thread
                headroom={headroom}
                state={state}
                label={plainText(sentence)}
                hasMark={false}
              />
            </td>
            <td>
              <div className={classes['finding']}>
                {state === 'missed' || state === 'close' ? (
                  <Status kind={state}>{finding}</Status>
                ) : (
                  finding
                )}
              </div>
              {note === null ? null : <div className="caption">{note}</div>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
