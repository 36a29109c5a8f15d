/**
 * A rule over its last batches: a line, loaded when it is near, and the same as a table.
 */

import { Suspense, useState } from 'react';
import { latePart } from '../late.tsx';
import { ScrollArea } from '../ScrollArea.tsx';
import { Status } from '../Status.tsx';
import { TimeText } from '../TimeText.tsx';
import { formatPoint, type HistoryLine } from './history-line.ts';
import classes from './RuleHistory.module.css';
import { historyFinding, words } from './words.ts';

const HistoryChart = latePart(() =>
  import('./HistoryChart.tsx').then((module) => module.HistoryChart),
);

export interface RuleHistoryProps {
  line: HistoryLine;
  /** Whose history it is. */
  label: string;
  height?: number;
}

export function RuleHistory({ line, label, height = 150 }: RuleHistoryProps) {
  const [isTable, setTable] = useState(false);
  const finding = historyFinding(line);
  const isDrawn = line.points.length > 1 && !isTable;
  return (
    <div className={classes['history']}>
      <p className={classes['finding']}>{finding}</p>
      {isDrawn ? (
        <Suspense fallback={<div style={{ height }} />}>
          <HistoryChart line={line} height={height} label={`${label}. ${finding}`} />
        </Suspense>
      ) : (
        <HistoryTable line={line} label={label} />
      )}
      {line.points.length > 1 ? (
        <button type="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? words.asLine : words.asTable}
        </button>
      ) : null}
    </div>
  );
}

function HistoryTable({ line, label }: { line: HistoryLine; label: string }) {
  return (
    <ScrollArea className={classes['scroll']} label={label}>
      <table className={classes['table']}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{words.batchOf}</th>
            <th scope="col">{words.result}</th>
            <th scope="col" data-number>
              {words.measured}
            </th>
          </tr>
        </thead>
        <tbody>
          {line.points.toReversed().map(({ batch, at, value, isMiss }) => (
            <tr key={batch}>
              <th scope="row">
                <TimeText at={at} />
              </th>
              <td>
                {value === null ? (
                  <Status kind="unknown">{words.notChecked}</Status>
                ) : (
                  <Status kind={isMiss && !line.isSetAside ? 'missed' : 'kept'}>
                    {isMiss ? (line.isSetAside ? words.setAside : words.missed) : words.kept}
                  </Status>
                )}
              </td>
              <td data-number>{value === null ? null : formatPoint(line.unit, value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
