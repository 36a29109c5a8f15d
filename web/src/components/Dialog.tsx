/**
 * A question above the page, with its name and a way out. For what has no address of its own.
 *
 * Its head is no landmark: the page has its own banner.
 */
import { Modal } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import classes from './Dialog.module.css';
import { useReturnedFocus } from './use-returned-focus.ts';
import { words } from './words.ts';

export interface DialogProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
  size?: number;
  /** Whether it may stand above a menu or another dialog: Escape then closes it alone. */
  isOnTop?: boolean;
}

/** What has the focus in a dialog on top keeps Escape from the one below, which would hear it first. */
export const KEEPS_ESCAPE = { 'data-mantine-stop-propagation': 'true' };

/** Menus and what else floats stand at 300. */
const ABOVE_MENUS = 400;

export function Dialog({ title, children, onClose, size = 440, isOnTop = false }: DialogProps) {
  useReturnedFocus();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isOnTop && event.key === 'Escape') onClose();
  };
  return (
    // Why no lock: it writes a style element, which the content policy refuses.
    <Modal.Root
      opened
      onClose={onClose}
      centered
      lockScroll={false}
      size={size}
      {...(isOnTop ? { zIndex: ABOVE_MENUS } : {})}
    >
      <Modal.Overlay />
      <Modal.Content onKeyDownCapture={onKeyDown} {...(isOnTop ? KEEPS_ESCAPE : {})}>
        <div className={classes['head']}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={words.close} {...(isOnTop ? KEEPS_ESCAPE : {})} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
