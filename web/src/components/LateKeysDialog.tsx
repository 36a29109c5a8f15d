/**
 * The dialog of API keys, whose code comes when somebody opens it.
 */
import { Suspense } from 'react';
import { Dialog } from './Dialog.tsx';
import type { KeysDialogProps } from './KeysDialog.tsx';
import { latePart } from './late.tsx';
import { keyWords } from './words-keys.ts';

const Keys = latePart<KeysDialogProps>(
  () => import('./KeysDialog.tsx').then((module) => module.KeysDialog),
  ({ onClose }, trouble) => (
    <Dialog title={keyWords.title} onClose={onClose}>
      {trouble}
    </Dialog>
  ),
);

export function LateKeysDialog(props: KeysDialogProps) {
  return (
    <Suspense fallback={null}>
      <Keys {...props} />
    </Suspense>
  );
}
