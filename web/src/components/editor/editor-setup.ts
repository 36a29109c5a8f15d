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

/**
 * Who leaves the text is done with its suggestions, those that are still on their way, too.
 * Why later: the focus also leaves while the editor itself is being changed, when it takes no change.
 */
const calmness = EditorView.domEventHandlers({
  blur: (_event, view) => {
    setTimeout(() => {
      if (!view.hasFocus) closeCompletion(view);
    });
  },
});

/**
 * Typing over a selection.
 * Why not left to the browser: Chromium then writes the looks of what was there into the markup, which the content policy of
 * the app refuses and reports.
 */
const ownTyping = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { inputType, data, isComposing } = event;
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== 'insertText' || isComposing || view.composing || empty) return false;
    if (data === null || data === '') return false;
    event.preventDefault();
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), {
        scrollIntoView: true,
        userEvent: 'input.type',
      });
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handler) => handler(view, from, to, data, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});

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
  calmness,
  ownTyping,
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
