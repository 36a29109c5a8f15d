/**
 * A policy that somebody else changed meanwhile: both texts, and what to do with one's own.
 */
import { Button } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { TextPair } from '../../components/TextPair.tsx';
import { contentOf, type DraftHandle } from './draft.ts';
import classes from './PolicyPage.module.css';
import type { Policy, PolicyContent, Tagged } from './policy-queries.ts';
import { words } from './words-change.ts';

export interface ConflictPanelProps {
  conflict: Tagged<Policy>;
  draft: DraftHandle<PolicyContent>;
}

export function ConflictPanel({ conflict, draft }: ConflictPanelProps) {
  const { version, updatedBy } = conflict.policy;
  return (
    <Panel title={words.overtaken(updatedBy, version)}>
      <TextPair
        label={words.bothTexts}
        left={{ title: words.inForceVersion(version), text: textOf(contentOf(conflict)) }}
        right={{ title: words.yourDraft, text: textOf(draft.content) }}
      />
      <div className={classes['choice']}>
        <Button variant="default" onClick={() => draft.rebase(conflict.etag)}>
          {words.goOnOver(version)}
        </Button>
        <Button variant="subtle" onClick={draft.drop}>
          {words.takeTheirs}
        </Button>
      </div>
    </Panel>
  );
}

/** All of a policy as one text, so that nothing that differs is out of sight. */
function textOf({ cedar, ...rest }: PolicyContent): string {
  return `${JSON.stringify(rest, null, 2)}\n\n${(cedar ?? '').trimEnd()}`;
}
