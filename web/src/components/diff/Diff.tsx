/**
 * Two texts side by side with what differs marked, by CodeMirror. Loaded lazily; it shares its core with the editor.
 *
 * Like the editor it lives in a shadow root, where its styles are constructed sheets that the content policy allows.
 */
import { yaml } from '@codemirror/lang-yaml';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme } from '../editor/editor-theme.ts';
import classes from './Diff.module.css';

export interface DiffProps {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
}

export function Diff({ before, after, beforeLabel, afterLabel }: DiffProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const view = new MergeView({
      parent: root,
      root,
      a: { doc: before, extensions: readOnly(beforeLabel) },
      b: { doc: after, extensions: readOnly(afterLabel) },
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel]);
  return <div ref={host} className={classes['diff']} />;
}

const marks = EditorView.theme({
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--w-del)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--w-add)' },
  '&.cm-merge-a .cm-changedText': {
    background: 'var(--w-broken-bg)',
    boxShadow: 'inset 0 -2px 0 var(--w-broken)',
  },
  '&.cm-merge-b .cm-changedText': {
    background: 'var(--w-weft-bg)',
    boxShadow: 'inset 0 -2px 0 var(--w-weft)',
  },
  '&.cm-merge-a .cm-changedLineGutter': { backgroundColor: 'var(--w-broken)' },
  '&.cm-merge-b .cm-changedLineGutter': { backgroundColor: 'var(--w-weft)' },
  // Why other signs: the font of the app has none of the library's.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"…"' },
  '.cm-collapsedLines': {
    background: 'var(--w-sunken)',
    color: 'var(--w-ink-2)',
  },
});

function readOnly(label: string): Extension[] {
  return [
    lineNumbers(),
    yaml(),
    editorTheme,
    marks,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-readonly': 'true',
      role: 'textbox',
      tabindex: '0',
    }),
  ];
}
