/**
 * What was promised of a batch beside what was measured, rule by rule, the worst first.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../components/Panel.tsx';
import { Status } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import classes from './BatchRules.module.css';
import table from './Produce.module.css';
import {
  byStanding,
  headroomOfRule,
  measuredWords,
  mustWords,
  ruleSays,
  standingOf,
} from './rules.ts';
import type { RuleResult } from './types.ts';

const SHOWN = 8;

export function BatchRules({ rules }: { rules: readonly RuleResult[] }) {
  const [isWhole, setWhole] = useState(false);
  if (rules.length === 0) return null;
  const ordered = byStanding(rules);
  const missed = rules.filter((rule) => standingOf(rule) === 'missed').length;
  const shown = isWhole ? ordered : ordered.slice(0, SHOWN);
  const title =
    missed === 0
      ? `All ${formatNumber(rules.length)} rules kept`
      : `${formatNumber(missed)} of ${plural(rules.length, { one: '# rule', other: '# rules' })} missed`;
  return (
    <Panel title={title} isFlush>
      <div className={table['scroll']}>
        <table className={`${table['table']} ${classes['rules']}`}>
          <caption>What must be, and what was measured</caption>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Looks at</th>
              <th scope="col">Against the promise</th>
              <th scope="col">Measured</th>
              <th scope="col">Promised</th>
              <th scope="col">If missed</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((rule) => (
              <RuleRow key={`${rule.id} ${rule.column ?? ''}`} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
      {rules.length > SHOWN ? (
        <div className={table['note']}>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? 'Show the first only' : `Show all ${formatNumber(rules.length)} rules`}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

const CONSEQUENCES: Record<RuleResult['consequence'], string> = {
  quarantine: 'the row is refused',
  warn: 'warned only',
  hold: 'the batch is held',
  reject: 'the batch is not taken',
};

function RuleRow({ rule }: { rule: RuleResult }) {
  const standing = standingOf(rule);
  return (
    <tr>
      <th scope="row">
        {ruleSays(rule)}
        <span className={`mono ${classes['id']}`}>{rule.id}</span>
      </th>
      <td className={table['dim']}>{rule.dimension ?? 'values'}</td>
      <td className={classes['thread']}>
        <Thread headroom={headroomOfRule(rule)} label={ruleSays(rule)} />
      </td>
      <td>
        {standing === 'kept' ? (
          measuredWords(rule)
        ) : (
          <Status kind={standing}>{measuredWords(rule)}</Status>
        )}
        {rule.message === undefined ? null : <p className="caption">{rule.message}</p>}
      </td>
      <td className={table['dim']}>{mustWords(rule.must)}</td>
      <td className={table['dim']}>{CONSEQUENCES[rule.consequence]}</td>
    </tr>
  );
}
