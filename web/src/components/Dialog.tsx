/**
 * A question above the page, with its name and a way out. For what has no address of its own.
 *
 * Its head is no landmark: the page has its own banner.
 */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Dialog.module.css';
import { useReturnedFocus } from './use-returned-focus.ts';
import { words } from './words.ts';

export interface DialogProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
  size?: number;
}

export function Dialog({ title, children, onClose, size = 440 }: DialogProps) {
  useReturnedFocus();
  return (
    // Why no lock: it writes a style element, which the content policy refuses.
    <Modal.Root opened onClose={onClose} centered lockScroll={false} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes['head']}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={words.close} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
