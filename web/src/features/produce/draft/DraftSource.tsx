/**
 * The text of a draft: as it is written, or against the version in force.
 */
import { SegmentedControl } from '@mantine/core';
import { Suspense, useState } from 'react';
import { Editor, type EditorHandle, type EditorProps } from '../../../components/editor/Editor.tsx';
import { latePart } from '../../../components/late.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import classes from './DraftWork.module.css';
import type { Base } from './next-version.ts';
import { words } from './words-draft.ts';

const Diff = latePart(() =>
  import('../../../components/diff/Diff.tsx').then((module) => module.Diff),
);

export interface DraftSourceProps {
  text: string;
  onText: (text: string) => void;
  /** The text as it stood when one last stopped typing. */
  settled: string;
  base: Base | null;
  diagnostics: NonNullable<EditorProps['diagnostics']>;
  onReady: (handle: EditorHandle) => void;
}

export function DraftSource({
  text,
  onText,
  settled,
  base,
  diagnostics,
  onReady,
}: DraftSourceProps) {
  const [isBeside, setBeside] = useState(false);
  return (
    <Panel
      title={words.asText}
      aside={base === null ? words.textKind : <Choice base={base} onBeside={setBeside} />}
      isFlush
    >
      <div className={classes['editor']}>
        {isBeside && base !== null ? (
          <Suspense fallback={<Skeleton height={320} label={words.loadingDiff} />}>
            <Diff
              before={base.source}
              after={settled}
              beforeLabel={words.sourceOf(base.version)}
              afterLabel={words.sourceOfDraft}
            />
          </Suspense>
        ) : (
          <Editor
            value={text}
            onChange={onText}
            language="yaml"
            label={words.asYaml}
            diagnostics={diagnostics}
            onReady={onReady}
            isFilling
          />
        )}
      </div>
    </Panel>
  );
}

function Choice({ base, onBeside }: { base: Base; onBeside: (isBeside: boolean) => void }) {
  return (
    <SegmentedControl
      aria-label={words.howShown}
      data={[
        { value: 'text', label: words.text },
        { value: 'beside', label: words.against(base.version) },
      ]}
      onChange={(value) => onBeside(value === 'beside')}
    />
  );
}
