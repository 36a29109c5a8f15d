/**
 * The end of a form of which a policy gets nothing before it is whole: use it, leave it, take out what it stands for.
 */
import { Button } from '@mantine/core';
import classes from './FormFoot.module.css';
import { words } from './words-forms.ts';

export interface FormFootProps {
  use: string;
  takeOut: string;
  /** What is still to be said; null when the form is whole. */
  missing: string | null;
  onCancel(): void;
  /** Left out where there is nothing to take out yet. */
  onRemove?: (() => void) | undefined;
}

export function FormFoot({ use, takeOut, missing, onCancel, onRemove }: FormFootProps) {
  return (
    <footer className={classes['foot']}>
      <Button type="submit" variant="default" disabled={missing !== null}>
        {use}
      </Button>
      <Button variant="subtle" onClick={onCancel}>
        {words.leave}
      </Button>
      <span className={classes['missing']} aria-live="polite">
        {missing}
      </span>
      {onRemove === undefined ? null : (
        <Button variant="subtle" onClick={onRemove}>
          {takeOut}
        </Button>
      )}
    </footer>
  );
}
