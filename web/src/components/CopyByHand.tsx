/**
 * What could not be put on the clipboard, in a field to copy it from: a browser gives none to a page without a secure
 * address, or when its user said no.
 *
 * Invariant: the text is shown whole, as it would have been copied.
 */
import { useEffect, useRef } from 'react';
import classes from './CopyByHand.module.css';
import { Dialog, KEEPS_ESCAPE } from './Dialog.tsx';
import { words } from './words.ts';

export interface CopyByHandProps {
  text: string;
  onClose: () => void;
}

const ROWS_MAX = 12;
/** A line of the field has about so many letters. */
const LETTERS = 60;

export function CopyByHand({ text, onClose }: CopyByHandProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <Dialog title={words.notCopied} onClose={onClose} size={560} isOnTop>
      <p className={classes['lead']}>{words.copyByHand}</p>
      <textarea
        ref={field}
        className={classes['field']}
        aria-label={words.toCopy}
        readOnly
        data-autofocus
        rows={Math.min(ROWS_MAX, Math.ceil(text.length / LETTERS) + text.split('\n').length)}
        value={text}
        spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
        {...KEEPS_ESCAPE}
      />
    </Dialog>
  );
}
