/**
 * The editor on CodeMirror. Loaded lazily by `Editor.tsx`; nothing else imports it.
 *
 * It lives in a shadow root: there its styles are constructed sheets, which the content policy of the app allows, while
 * style elements in the page are refused. Tokens are inherited into it, so it follows light and dark by itself.
 */
import { Compartment, EditorState, Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import classes from './CodeEditor.module.css';
import type { EditorHandle, EditorProps } from './Editor.tsx';
import { markDiagnostics } from './editor-diagnostics.ts';
import { languageOf } from './editor-languages.ts';
import { basics, keysOf } from './editor-setup.ts';
import { editorTheme } from './editor-theme.ts';
import { changeOf } from './text-change.ts';

/** What of the editor changes while it is in sight. */
interface Slots {
  language: Compartment;
  access: Compartment;
}

export function CodeEditor(props: EditorProps) {
  const { language, schema, diagnostics, readOnly = false, value, isFilling = false } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const slots = useRef<Slots>({ language: new Compartment(), access: new Compartment() });
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (host.current === null) return;
    const made = mount(host.current, slots.current, latest);
    view.current = made;
    latest.current.onReady?.(handleOf(made));
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const effects = slots.current.language.reconfigure(languageOf(language, schema));
    view.current?.dispatch({ effects });
  }, [language, schema]);
  useEffect(() => {
    view.current?.dispatch({ effects: slots.current.access.reconfigure(accessOf(readOnly)) });
  }, [readOnly]);
  useEffect(() => {
    if (view.current !== null) replaceText(view.current, value);
  }, [value]);
  useEffect(() => {
    if (view.current !== null) markDiagnostics(view.current, diagnostics ?? []);
  }, [diagnostics]);
  return (
    <div
      ref={host}
      className={classes['host']}
      data-filling={isFilling || undefined}
      style={{ minHeight: props.minHeight }}
    />
  );
}

function mount(host: HTMLElement, slots: Slots, latest: { current: EditorProps }): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const { language, schema, value, label, readOnly = false } = latest.current;
  const state = EditorState.create({
    doc: value,
    extensions: [
      keysOf(() => latest.current.onRun),
      basics,
      editorTheme,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      slots.language.of(languageOf(language, schema)),
      slots.access.of(accessOf(readOnly)),
      EditorView.updateListener.of((update) => {
        const isOwn = update.transactions.some(
          (one) => one.annotation(Transaction.remote) === true,
        );
        if (update.docChanged && !isOwn) latest.current.onChange?.(update.state.doc.toString());
      }),
    ],
  });
  return new EditorView({ state, parent: root, root });
}

const accessOf = (readOnly: boolean) => [
  EditorState.readOnly.of(readOnly),
  EditorView.editable.of(!readOnly),
  // Why written even where it can be edited: what scrolls must say that the keyboard reaches it, to be scrolled and copied.
  EditorView.contentAttributes.of({
    tabindex: '0',
    ...(readOnly ? { role: 'textbox', 'aria-readonly': 'true' } : {}),
  }),
];

/** Takes a text from outside, without telling it back and without an entry in the history of its own words. */
function replaceText(view: EditorView, value: string): void {
  const now = view.state.doc.toString();
  if (now === value) return;
  view.dispatch({
    changes: changeOf(now, value),
    annotations: Transaction.remote.of(true),
  });
}

function handleOf(view: EditorView): EditorHandle {
  return {
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true });
      view.focus();
    },
    reveal: (line, column = 1) => {
      const { doc } = view.state;
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      const anchor = Math.min(at.from + column - 1, at.to);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    selected: () => {
      const { from, to } = view.state.selection.main;
      return view.state.sliceDoc(from, to);
    },
  };
}
