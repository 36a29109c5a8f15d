/**
 * Leaves a draft behind: at once where nothing was written, else after a question.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../../components/Dialog.tsx';
import { useCalm } from '../../../components/use-calm.ts';
import classes from '../Decision.module.css';
import { words } from './words-draft.ts';

export interface LeaveDraftProps {
  label: string;
  variant: 'default' | 'subtle';
  /** Whether there is something to lose. */
  isChanged: boolean;
  onLeave: () => void;
}

export function LeaveDraft({ label, variant, isChanged, onLeave }: LeaveDraftProps) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button variant={variant} onClick={() => (isChanged ? setAsked(true) : onLeave())}>
        {label}
      </Button>
      {isAsked ? <Question onLeave={onLeave} onClose={() => setAsked(false)} /> : null}
    </>
  );
}

function Question({ onLeave, onClose }: { onLeave: () => void; onClose: () => void }) {
  const isCalm = useCalm('leave', { fromStart: true });
  return (
    <Dialog title={words.leaveTitle} onClose={onClose}>
      <div className={classes['form']}>
        <p className={classes['text']}>{words.leaveHelp}</p>
        <div className={classes['row']}>
          <Button variant="default" onClick={() => isCalm() && onLeave()}>
            {words.leaveIt}
          </Button>
          <Button onClick={onClose} data-autofocus>
            {words.keepIt}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
