/**
 * Copies a text and says so, also to who does not see it; the button keeps its name. Where the clipboard is refused, the
 * text stands in a field to copy it from.
 */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { CopyByHand } from './CopyByHand.tsx';
import { words } from './words.ts';

export interface CopyButtonProps {
  label: string;
  text: string | (() => string);
}

const SAID_MS = 1_500;

export function CopyButton({ label, text }: CopyButtonProps) {
  const { said, copy, byHand } = useCopy();
  const shown = said === null ? label : copyWords(said);
  return (
    <>
      <Tooltip label={shown}>
        <ActionIcon
          variant="default"
          size={26}
          aria-label={label}
          onClick={() => void copy(typeof text === 'string' ? text : text())}
        >
          {said === 'copied' ? (
            <IconCheck size={15} stroke={1.7} aria-hidden="true" />
          ) : (
            <IconCopy size={15} stroke={1.7} aria-hidden="true" />
          )}
        </ActionIcon>
      </Tooltip>
      <span className="unseen" role="status" aria-live="polite">
        {said === null ? '' : shown}
      </span>
      {byHand}
    </>
  );
}

type Said = 'copied' | 'failed';

export interface Copying {
  /** What to say of it: null when nothing was copied a moment ago. */
  said: Said | null;
  copy(value: string): Promise<void>;
  /** The field to copy from where the clipboard refuses; stands outside of menus, and is null else. */
  byHand: ReactNode;
}

export function useCopy(): Copying {
  const [said, setSaid] = useState<Said | null>(null);
  const [left, setLeft] = useState<string | null>(null);
  const copy = async (value: string) => {
    // Why both ends: without a secure context there is no clipboard, and a person must know that nothing was copied.
    const now = await writeClipboard(value);
    setSaid(now);
    setTimeout(() => setSaid(null), SAID_MS);
    if (now === 'failed') setLeft(value);
  };
  const byHand = left === null ? null : <CopyByHand text={left} onClose={() => setLeft(null)} />;
  return { said, copy, byHand };
}

export function copyWords(said: Said): string {
  return said === 'copied' ? words.copied : words.noClipboard;
}

async function writeClipboard(value: string): Promise<Said> {
  try {
    await navigator.clipboard.writeText(value);
    return 'copied';
  } catch {
    return 'failed';
  }
}
