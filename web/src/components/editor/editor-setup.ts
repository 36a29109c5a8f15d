/**
 * What every editor of the app can do: history, brackets, completion, search, marks of faults.
 *
 * The Tab key is left to the browser, so that nobody is caught in an editor.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';

export const basics: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorView.lineWrapping,
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...lintKeymap,
    ...defaultKeymap,
  ]),
];

/** ⌘↵ runs, where there is something to run; elsewhere it keeps its meaning in the text. */
export function keysOf(onRun: () => (() => void) | undefined): Extension {
  const run = (view: EditorView): boolean => {
    const action = onRun();
    if (action !== undefined) closeCompletion(view);
    action?.();
    return action !== undefined;
  };
  return Prec.highest(keymap.of([{ key: 'Mod-Enter', run }]));
}
