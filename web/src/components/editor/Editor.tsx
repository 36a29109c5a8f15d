/**
 * A text editor for SQL, YAML, Cedar and JSON. The editor itself comes in a chunk of its own; its place is kept until then.
 *
 * Not a checker: diagnostics come from whoever knows the language (the API) and are marked in the text.
 */
import { Suspense } from 'react';
import { latePart } from '../late.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { words } from '../words.ts';

export type EditorLanguage = 'sql' | 'yaml' | 'cedar' | 'json';

/** A place in the text, counted from 1, and what is wrong there. Without an end it is the word at that place. */
export interface EditorDiagnostic {
  line: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
  message: string;
  remedy?: string;
  severity?: 'error' | 'warning';
}

/** Products by name (`domain.table`) with their columns, for completion. */
export type EditorSchema = Readonly<Record<string, readonly string[]>>;

/** What can be done with an editor from outside. */
export interface EditorHandle {
  /** Puts the text at the caret, in place of what is selected, and focuses. */
  insert(text: string): void;
  /** Moves the caret there, scrolls to it and focuses. */
  reveal(line: number, column?: number): void;
  focus(): void;
  /** What is selected; empty when nothing is. */
  selected(): string;
}

export interface EditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: EditorLanguage;
  /** What is written here, for readers that do not see. */
  label: string;
  schema?: EditorSchema;
  diagnostics?: readonly EditorDiagnostic[];
  readOnly?: boolean;
  /** ⌘↵ or Ctrl ↵. */
  onRun?: () => void;
  onReady?: (handle: EditorHandle) => void;
  /** Height in pixels while the editor is on its way, and at least afterwards. */
  minHeight?: number;
  /** Whether it fills the height of its container instead of growing with the text. */
  isFilling?: boolean;
}

const CodeEditor = latePart(() => import('./CodeEditor.tsx').then((module) => module.CodeEditor));

export function Editor(props: EditorProps) {
  const { minHeight = 160 } = props;
  return (
    <Suspense fallback={<Skeleton height={minHeight} lines={4} label={words.editorLoading} />}>
      <CodeEditor {...props} />
    </Suspense>
  );
}
