/**
 * The rules of a policy: each in words, one at a time as a form. A change is a change of the text, which is the policy.
 */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Empty } from '../../../components/Empty.tsx';
import { addRule, type Rule, readRules, removeRule, replaceRule } from '../cedar/rules.ts';
import type { Fault } from '../policy-queries.ts';
import { useFormFocus } from '../use-form-focus.ts';
import type { Vocabulary } from '../use-vocabulary.ts';
import { NO_POLICY } from '../words.ts';
import { words } from '../words-forms.ts';
import { blankRule } from './choices.ts';
import { placeOfOpen, useOpenRule } from './open-rule.ts';
import { RuleCard } from './RuleCard.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import classes from './RuleList.module.css';

export interface RuleListProps {
  product: string;
  source: string;
  vocabulary: Vocabulary;
  faults: Fault[];
  mayChange: boolean;
  onChange(source: string): void;
}

export function RuleList(props: RuleListProps) {
  const { product, source, vocabulary, faults, mayChange, onChange } = props;
  const { value, put: keep } = useOpenRule(product);
  const rules = readRules(source, vocabulary.scope);
  const begun = mayChange ? value : undefined;
  const open = begun === undefined ? null : placeOfOpen(begun, rules ?? []);
  const list = useFormFocus(open, (before, cards) =>
    before === 'new' ? cards.at(-1) : (cards[before] ?? cards.at(-1)),
  );
  const leave = () => keep(undefined);
  const edit = ({ text, form }: Rule) => {
    if (form !== null) keep({ begun: text, form });
  };
  if (rules === null) {
    return <Empty title={words.noForms}>{words.noFormsHelp}</Empty>;
  }
  const put = (text: string) => {
    onChange(text);
    leave();
  };
  return (
    <div className={classes['list']} ref={list}>
      {rules.length === 0 && open !== 'new' ? (
        <Empty title={words.noRule}>{NO_POLICY}</Empty>
      ) : null}
      {rules.map((rule, at) =>
        open === at && begun !== undefined ? (
          <RuleEditor
            key={`open ${rule.name}`}
            named={rule.form?.id ?? ''}
            form={begun.form}
            vocabulary={vocabulary}
            onForm={(form) => keep({ ...begun, form })}
            onUse={(text) => put(replaceRule(source, rule, text))}
            onRemove={() => put(removeRule(source, rule))}
            onCancel={leave}
          />
        ) : (
          <RuleCard
            key={`${rule.name} ${rule.start}`}
            rule={rule}
            faults={faultsOf(rule, faults)}
            onEdit={mayChange ? () => edit(rule) : null}
          />
        ),
      )}
      {open === 'new' && begun !== undefined ? (
        <RuleEditor
          named={begun.form.id ?? ''}
          form={begun.form}
          vocabulary={vocabulary}
          onForm={(form) => keep({ ...begun, form })}
          onUse={(text) => put(addRule(source, text))}
          onCancel={leave}
        />
      ) : null}
      {mayChange && open === null ? (
        <div className={classes['add']}>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={16} stroke={1.7} aria-hidden="true" />}
            onClick={() => keep({ begun: null, form: blankRule(freshName(rules)) })}
          >
            {words.addRule}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function faultsOf({ line, text }: Rule, faults: readonly Fault[]): Fault[] {
  const last = line + text.split('\n').length - 1;
  return faults.filter((fault) => Number(fault['line']) >= line && Number(fault['line']) <= last);
}

function freshName(rules: readonly Rule[]): string {
  const names = new Set(rules.map(({ name }) => name));
  let number = rules.length + 1;
  while (names.has(`rule-${number}`)) number++;
  return `rule-${number}`;
}
