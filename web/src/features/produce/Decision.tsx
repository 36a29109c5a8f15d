/**
 * Asks once before something that cannot be taken back, and takes a reason.
 */
import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { useCalm } from '../../components/use-calm.ts';
import classes from './Decision.module.css';
import { words } from './quarantine/words-quarantine.ts';

export interface DecisionProps {
  title: string;
  children: ReactNode;
  /** What the button does, with the number it acts on. */
  confirm: string;
  isReasonNeeded?: boolean;
  isBusy: boolean;
  error: unknown;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

const REASON_MAX = 500;

export function Decision(props: DecisionProps) {
  const {
    title,
    children,
    confirm,
    isReasonNeeded = false,
    isBusy,
    error,
    onConfirm,
    onClose,
  } = props;
  const [reason, setReason] = useState('');
  const isCalm = useCalm(title, { fromStart: true });
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          // Why with a reason at once: who wrote one has seen the question.
          if (reason !== '' || isCalm()) onConfirm(reason.trim());
        }}
      >
        <div className={classes['text']}>{children}</div>
        <Textarea
          label={isReasonNeeded ? words.why : words.whyRecord}
          required={isReasonNeeded}
          value={reason}
          maxLength={REASON_MAX}
          rows={3}
          data-autofocus
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {error === null ? null : <ProblemBox error={error} />}
        <div className={classes['row']}>
          <Button variant="default" onClick={onClose}>
            {words.notNow}
          </Button>
          <Button type="submit" loading={isBusy} disabled={isReasonNeeded && reason.trim() === ''}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
