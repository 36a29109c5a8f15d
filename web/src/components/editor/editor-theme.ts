/**
 * The looks of the editor, from the tokens of the app alone: words of a language are ink and bold, values have the colour of
 * what is measured. Light and dark are the tokens' affair.
 */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const looks = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'transparent',
    color: 'var(--w-ink)',
    fontSize: '12.5px',
  },
  '&.cm-focused': { outline: '2px solid var(--w-weft)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'var(--w-mono)',
    lineHeight: '17.5px',
    wordSpacing: '0',
    overflow: 'auto',
  },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--w-ink)' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    border: 'none',
    color: 'var(--w-ink-3)',
    paddingLeft: '8px',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--w-sunken) 55%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--w-ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    {
      backgroundColor: 'var(--w-weft-bg)',
    },
  '.cm-selectionMatch': { backgroundColor: 'var(--w-sunken)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--w-edge)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--w-line-2)',
    borderRadius: 'var(--w-radius-control)',
    backgroundColor: 'var(--w-surface)',
    color: 'var(--w-ink)',
    boxShadow: 'var(--w-shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--w-mono)',
    fontSize: '12px',
    maxHeight: '15em',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '18px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--w-sunken)',
    color: 'var(--w-ink)',
  },
  '.cm-completionDetail': { color: 'var(--w-ink-3)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--w-font)', fontSize: '12.5px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--w-broken)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--w-risk)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--w-broken) 1.5px',
    textUnderlineOffset: '3px',
    backgroundColor: 'var(--w-broken-bg)',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--w-risk) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-panels': { backgroundColor: 'var(--w-canvas)', color: 'var(--w-ink)', border: 'none' },
  '.cm-panel.cm-search': { fontFamily: 'var(--w-font)', fontSize: '12.5px' },
  '.cm-textfield': {
    border: '1px solid var(--w-edge)',
    borderRadius: 'var(--w-radius-chip)',
    backgroundColor: 'var(--w-surface)',
    color: 'var(--w-ink)',
  },
  '.cm-button': {
    border: '1px solid var(--w-line-2)',
    borderRadius: 'var(--w-radius-chip)',
    backgroundImage: 'none',
    backgroundColor: 'var(--w-surface)',
    color: 'var(--w-ink)',
  },
});

const words = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier],
    fontWeight: '600',
    color: 'var(--w-ink)',
  },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--w-weft)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--w-weft)' },
  {
    tag: [tags.comment, tags.lineComment, tags.blockComment],
    fontStyle: 'italic',
    color: 'var(--w-ink-3)',
  },
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName), tags.labelName],
    fontWeight: '600',
  },
  { tag: [tags.meta, tags.annotation], color: 'var(--w-veil)' },
  { tag: [tags.typeName, tags.className, tags.standard(tags.name)], color: 'var(--w-ink-2)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.operator], color: 'var(--w-ink-2)' },
]);

export const editorTheme: Extension = [looks, syntaxHighlighting(words)];
