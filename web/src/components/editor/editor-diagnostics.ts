/**
 * Marks faults in the text. Places come from an API and may lie outside of what is written meanwhile.
 */
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { EditorDiagnostic } from './Editor.tsx';

export function markDiagnostics(view: EditorView, faults: readonly EditorDiagnostic[]): void {
  const { doc } = view.state;
  view.dispatch(
    setDiagnostics(
      view.state,
      faults.map((fault) => toMark(doc, fault)),
    ),
  );
}

export function toMark(doc: Text, fault: EditorDiagnostic): Diagnostic {
  const { from, to } = rangeOf(doc, fault);
  const message = fault.remedy === undefined ? fault.message : `${fault.message} ${fault.remedy}`;
  return { from, to, severity: fault.severity ?? 'error', message };
}

function rangeOf(doc: Text, fault: EditorDiagnostic): { from: number; to: number } {
  const line = doc.line(clamp(fault.line, 1, doc.lines));
  if (fault.column === undefined) return { from: line.from, to: line.to };
  const from = clamp(line.from + fault.column - 1, line.from, line.to);
  if (fault.endColumn === undefined)
    return { from, to: endOfWord(line.text, from - line.from) + line.from };
  const last = doc.line(clamp(fault.endLine ?? fault.line, 1, doc.lines));
  return { from, to: clamp(last.from + fault.endColumn - 1, from, last.to) };
}

/** The end of the word that starts there, or of one character. */
function endOfWord(text: string, start: number): number {
  const word = /^[\p{L}\p{N}_]+/u.exec(text.slice(start));
  return Math.min(start + (word?.[0].length ?? 1), text.length);
}

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
