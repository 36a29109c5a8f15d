/**
 * A policy as it stands and as it would be: the rules or their text, beside them who is touched and what happens next.
 */
import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import type { Domain } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { Editor, type EditorDiagnostic } from '../../components/editor/Editor.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ConflictPanel } from './ConflictPanel.tsx';
import { contentOf } from './draft.ts';
import { distinct } from './FaultList.tsx';
import { NextStep } from './NextStep.tsx';
import { PlanPanel } from './PlanTable.tsx';
import classes from './PolicyPage.module.css';
import { mayChange } from './people.ts';
import type { Fault, Policy, Tagged } from './policy-queries.ts';
import { policyText } from './policy-text.ts';
import { RuleList } from './rules/RuleList.tsx';
import { ShortForms } from './ShortForms.tsx';
import { SetList } from './sets/SetList.tsx';
import type { PolicyChange } from './use-policy.ts';
import { type Vocabulary, withSets } from './use-vocabulary.ts';
import { words } from './words.ts';

export interface PolicyDraftProps {
  change: PolicyChange;
  stored: Tagged<Policy>;
  vocabulary: Vocabulary;
  domain: Domain | null;
  /** Whether the rules are shown as their text. */
  isSource: boolean;
}

export function PolicyDraft({ change, stored, vocabulary, domain, isSource }: PolicyDraftProps) {
  const me = useMe();
  const isPhone = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const { draft, faults, warnings, plan, conflict } = change;
  const isOwner = domain !== null && mayChange(me, domain);
  const canChange = isOwner && !isPhone;
  const source = draft.content.cedar ?? '';
  const put = (cedar: string) => draft.change({ cedar: cedar.trim() === '' ? null : cedar });
  return (
    <div className={classes['two']}>
      <div className={classes['main']}>
        {conflict === null ? null : (
          <ConflictPanel
            stored={conflict}
            draft={draft}
            texts={{ theirs: policyText(contentOf(conflict)), mine: policyText(draft.content) }}
          />
        )}
        {plan === null ? null : <PlanPanel key={plan.plan} plan={plan} />}
        {isSource ? (
          <SourceEditor
            source={source}
            faults={faults}
            warnings={warnings}
            readOnly={!canChange}
            onChange={put}
          />
        ) : (
          <Panel title={words.rules} isFlush>
            <RuleList
              product={stored.policy.product}
              source={source}
              vocabulary={withSets(vocabulary, draft.content.sets)}
              faults={faults}
              mayChange={canChange}
              onChange={put}
            />
          </Panel>
        )}
        <ShortForms
          content={draft.content}
          vocabulary={vocabulary}
          mayChange={canChange}
          onChange={draft.change}
        />
        <SetList
          product={stored.policy.product}
          sets={draft.content.sets}
          faults={faults}
          purposes={vocabulary.purposes}
          readers={vocabulary.readers}
          mayChange={canChange}
          onChange={(sets) => draft.change({ sets })}
        />
      </div>
      <NextStep
        change={change}
        stored={stored}
        domain={domain}
        isOwner={isOwner}
        isPhone={isPhone}
      />
    </div>
  );
}

interface SourceEditorProps {
  source: string;
  faults: Fault[];
  warnings: Fault[];
  readOnly: boolean;
  onChange(source: string): void;
}

export function SourceEditor({ source, faults, warnings, readOnly, onChange }: SourceEditorProps) {
  const diagnostics = useMemo(
    () => [
      ...distinct(faults).flatMap((fault) => toDiagnostic(fault, 'error')),
      ...distinct(warnings).flatMap((fault) => toDiagnostic(fault, 'warning')),
    ],
    [faults, warnings],
  );
  return (
    <section className={classes['source']} aria-label={words.source}>
      <Editor
        language="cedar"
        label={words.sourceOf}
        value={source}
        onChange={onChange}
        readOnly={readOnly}
        diagnostics={diagnostics}
        minHeight={320}
      />
    </section>
  );
}

function toDiagnostic(
  { line, column, message, remedy }: Fault,
  severity: 'error' | 'warning',
): EditorDiagnostic[] {
  if (typeof line !== 'number') return [];
  return [
    {
      line,
      ...(typeof column === 'number' ? { column } : {}),
      message,
      ...(typeof remedy === 'string' ? { remedy } : {}),
      severity,
    },
  ];
}
