/**
 * One rule in words, or as text where the forms cannot say it; with what the API says is wrong with it.
 */
import { Button } from '@mantine/core';
import { IconBan, IconCircleCheck, IconPencil } from '@tabler/icons-react';
import { veilOf } from '../../../components/ColumnVeil.tsx';
import { ScrollArea } from '../../../components/ScrollArea.tsx';
import { Veil } from '../../../components/Veil.tsx';
import type { Clause, Rule, RuleForm } from '../cedar/rules.ts';
import { FaultList } from '../FaultList.tsx';
import type { Fault } from '../policy-queries.ts';
import { limitsOf, words } from '../words-forms.ts';
import { conditionWords, granularityWords, maskWords, selectorWords } from '../words-rules.ts';
import classes from './RuleCard.module.css';

export interface RuleCardProps {
  rule: Rule;
  faults: Fault[];
  /** Null where it may not be changed here. */
  onEdit: (() => void) | null;
}

export function RuleCard({ rule, faults, onEdit }: RuleCardProps) {
  const { form, name, text } = rule;
  const isForbid = (form?.effect ?? effectOf(text)) === 'forbid';
  const Icon = isForbid ? IconBan : IconCircleCheck;
  return (
    <article
      className={classes['card']}
      aria-label={words.rule(name)}
      data-effect={isForbid ? 'forbid' : 'permit'}
    >
      <header className={classes['head']}>
        <Icon size={17} stroke={1.7} aria-hidden="true" />
        <h3>{isForbid ? words.forbids : words.permits}</h3>
        <code>{name}</code>
        {form?.table == null ? null : <span className="caption">{words.ofTable(form.table)}</span>}
        {form === null || onEdit === null ? null : (
          <Button
            className={classes['edit'] ?? ''}
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPencil size={15} stroke={1.7} aria-hidden="true" />}
            aria-label={words.changeRule(name)}
            onClick={onEdit}
          >
            {words.change}
          </Button>
        )}
      </header>
      {form === null ? <AsText text={text} /> : <Words form={form} />}
      {faults.length === 0 ? null : <FaultList faults={faults} />}
    </article>
  );
}

const effectOf = (text: string): 'permit' | 'forbid' =>
  /\bforbid\s*\(/.test(text) ? 'forbid' : 'permit';

function AsText({ text }: { text: string }) {
  return (
    <>
      <p className={classes['why']}>{words.asWritten}</p>
      <ScrollArea className={classes['text']} label={words.ruleText}>
        <pre>{text}</pre>
      </ScrollArea>
    </>
  );
}

function Words({ form }: { form: RuleForm }) {
  return (
    <dl className={classes['words']}>
      {form.description === null ? null : (
        <>
          <dt>{words.for}</dt>
          <dd>{form.description}</dd>
        </>
      )}
      {form.clauses.length === 0 ? (
        <>
          <dt>{words.when}</dt>
          <dd>{words.always}</dd>
        </>
      ) : (
        form.clauses.map((clause) => <ClauseWords key={JSON.stringify(clause)} clause={clause} />)
      )}
      <Shown form={form} />
    </dl>
  );
}

function ClauseWords({ clause: { kind, join, conditions } }: { clause: Clause }) {
  const glue = join === 'any' && conditions.length > 1 ? words.or : words.and;
  return (
    <>
      <dt>{kind === 'when' ? words.when : words.exceptWhen}</dt>
      <dd>
        {conditions.map((condition, at) => (
          <span key={conditionWords(condition)} className={classes['condition']}>
            {at === 0 ? null : <i>{glue} </i>}
            {conditionWords(condition)}
          </span>
        ))}
      </dd>
    </>
  );
}

function Shown({ form }: { form: RuleForm }) {
  const { columns, masks, granularity, effect } = form;
  const selected = columns === null ? null : columns.map(selectorWords).join(', ');
  if (effect === 'forbid') {
    return (
      <>
        <dt>{words.forbids}</dt>
        <dd>{selected ?? words.theseRows}</dd>
      </>
    );
  }
  const limits = limitsOf(form);
  return (
    <>
      <dt>{words.shows}</dt>
      <dd>
        {granularity === null || selected !== null || masks.length > 0 ? (
          <p>{words.columnsWith(selected, masks.length > 0)}</p>
        ) : null}
        {masks.length === 0 ? null : (
          <ul className={classes['masks']}>
            {masks.map(({ of, mask, rows }) => (
              <li key={`${selectorWords(of)} ${rows?.condition ?? ''}`}>
                {selectorWords(of)} <Veil kind={veilOf(mask.kind)}>{maskWords(mask)}</Veil>
                {rows === null ? null : (
                  <>
                    {` ${rows.word} `}
                    <code>{rows.condition}</code>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
        {granularity === null ? null : (
          <p>
            <Veil kind="grouped">{granularityWords(granularity)}</Veil>
          </p>
        )}
        {limits.length === 0 ? null : <p>{limits.join(', ')}</p>}
      </dd>
    </>
  );
}
