/**
 * Copies a text and says so, also to who does not see it; the button keeps its name.
 */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { words } from './words.ts';

export interface CopyButtonProps {
  label: string;
  text: string | (() => string);
}

const SAID_MS = 1_500;

export function CopyButton({ label, text }: CopyButtonProps) {
  const { said, copy } = useCopy();
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
    </>
  );
}

type Said = 'copied' | 'failed';

/** What to say of it: null when nothing was copied a moment ago. */
export function useCopy(): { said: Said | null; copy(value: string): Promise<void> } {
  const [said, setSaid] = useState<Said | null>(null);
  const copy = async (value: string) => {
    // Why both ends: without a secure context there is no clipboard, and a person must know that nothing was copied.
    setSaid(await writeClipboard(value));
    setTimeout(() => setSaid(null), SAID_MS);
  };
  return { said, copy };
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
