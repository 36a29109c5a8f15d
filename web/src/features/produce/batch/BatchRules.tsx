/**
 * What was promised of a batch beside what was measured, rule by rule, the worst first.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../../components/Panel.tsx';
import { ScrollArea } from '../../../components/ScrollArea.tsx';
import { Status } from '../../../components/Status.tsx';
import { Thread } from '../../../components/Thread.tsx';
import table from '../Produce.module.css';
import type { RuleResult } from '../types.ts';
import classes from './BatchRules.module.css';
import { byStanding, headroomOfRule, type RuleStanding, standingOf } from './rules.ts';
import { rulesHeadline, words } from './words-batch.ts';
import { CONSEQUENCES, measuredWords, mustWords, ruleSays } from './words-rules.ts';

const SHOWN = 8;

export function BatchRules({ rules }: { rules: readonly RuleResult[] }) {
  const [isWhole, setWhole] = useState(false);
  if (rules.length === 0) return null;
  const ordered = byStanding(rules);
  const count = (standing: RuleStanding) =>
    rules.filter((rule) => standingOf(rule) === standing).length;
  const shown = isWhole ? ordered : ordered.slice(0, SHOWN);
  const title = rulesHeadline({
    missed: count('missed'),
    warned: count('close'),
    unknown: count('unknown'),
    all: rules.length,
  });
  return (
    <Panel title={title} isFlush>
      <ScrollArea label={words.rulesTable}>
        <table className={`${table['table']} ${classes['rules']}`}>
          <caption>{words.rulesTable}</caption>
          <thead>
            <tr>
              <th scope="col">{words.rule}</th>
              <th scope="col">{words.looksAt}</th>
              <th scope="col">{words.against}</th>
              <th scope="col">{words.measured}</th>
              <th scope="col">{words.promised}</th>
              <th scope="col">{words.ifMissed}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((rule) => (
              <RuleRow key={`${rule.id} ${rule.column ?? ''}`} rule={rule} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {rules.length > SHOWN ? (
        <div className={table['note']}>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? words.firstOnly : words.allRules(rules.length)}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function RuleRow({ rule }: { rule: RuleResult }) {
  const standing = standingOf(rule);
  return (
    <tr>
      <th scope="row">
        {ruleSays(rule)}
        <span className={`mono ${classes['id']}`}>{rule.id}</span>
      </th>
      <td className={table['dim']}>{rule.dimension ?? words.valuesOf}</td>
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
