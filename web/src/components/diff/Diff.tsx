/**
 * Two texts side by side with what differs marked, by CodeMirror. Loaded lazily; it shares its core with the editor.
 */
import { yaml } from '@codemirror/lang-yaml';
import { defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import classes from './Diff.module.css';

export interface DiffProps {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
}

export function Diff({ before, after, beforeLabel, afterLabel }: DiffProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const view = new MergeView({
      parent: box.current,
      a: { doc: before, extensions: readOnly(beforeLabel) },
      b: { doc: after, extensions: readOnly(afterLabel) },
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel]);
  return <div ref={box} className={classes['diff']} />;
}

function readOnly(label: string): Extension[] {
  return [
    lineNumbers(),
    yaml(),
    syntaxHighlighting(defaultHighlightStyle),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
  ];
}
