/**
 * A policy that somebody else changed meanwhile: both texts, and what to do with one's own.
 */
import { Button } from '@mantine/core';
import { usePersonNames } from '../../api/names.ts';
import { Panel } from '../../components/Panel.tsx';
import { TextPair } from '../../components/TextPair.tsx';
import type { DraftHandle } from './draft.ts';
import classes from './PolicyPage.module.css';
import type { Tagged } from './policy-queries.ts';
import { words } from './words-change.ts';

export interface ConflictPanelProps {
  stored: Tagged<{ version: number; updatedBy: string }>;
  draft: Pick<DraftHandle<object>, 'rebase' | 'drop'>;
  /** All of each, so that nothing that differs is out of sight. */
  texts: { theirs: string; mine: string };
}

export function ConflictPanel({ stored, draft, texts }: ConflictPanelProps) {
  const { version, updatedBy } = stored.policy;
  const colleague = usePersonNames([updatedBy])(updatedBy);
  return (
    <Panel title={words.overtaken(colleague, version)}>
      <TextPair
        label={words.bothTexts}
        left={{ title: words.inForceVersion(version), text: texts.theirs }}
        right={{ title: words.yourDraft, text: texts.mine }}
      />
      <div className={classes['choice']}>
        <Button variant="default" onClick={() => draft.rebase(stored.etag)}>
          {words.goOnOver(version)}
        </Button>
        <Button variant="subtle" onClick={draft.drop}>
          {words.takeTheirs}
        </Button>
      </div>
    </Panel>
  );
}
