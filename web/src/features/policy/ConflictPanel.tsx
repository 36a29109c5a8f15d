/**
 * A policy that somebody else changed meanwhile: both texts, and what to do with one's own.
 */
import { Button } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { TextPair } from '../../components/TextPair.tsx';
import { contentOf, type DraftHandle } from './draft.ts';
import classes from './PolicyPage.module.css';
import type { Policy, PolicyContent, Tagged } from './policy-queries.ts';

export interface ConflictPanelProps {
  conflict: Tagged<Policy>;
  draft: DraftHandle<PolicyContent>;
}

export function ConflictPanel({ conflict, draft }: ConflictPanelProps) {
  const { version, updatedBy } = conflict.policy;
  return (
    <Panel title={`${updatedBy} put version ${version} in force while you wrote`}>
      <TextPair
        label="Their version and your draft"
        left={{ title: `Version ${version}, in force`, text: textOf(contentOf(conflict)) }}
        right={{ title: 'Your draft', text: textOf(draft.content) }}
      />
      <div className={classes['choice']}>
        <Button variant="default" onClick={() => draft.rebase(conflict.etag)}>
          Go on with mine, over version {version}
        </Button>
        <Button variant="subtle" onClick={draft.drop}>
          Take theirs, drop mine
        </Button>
      </div>
    </Panel>
  );
}

/** All of a policy as one text, so that nothing that differs is out of sight. */
function textOf({ cedar, ...rest }: PolicyContent): string {
  return `${JSON.stringify(rest, null, 2)}\n\n${(cedar ?? '').trimEnd()}`;
}
