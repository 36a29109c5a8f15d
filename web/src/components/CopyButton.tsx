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
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  const copy = async () => {
    const value = typeof text === 'string' ? text : text();
    // Why both ends: without a secure context there is no clipboard, and a person must know that nothing was copied.
    setSaid(await writeClipboard(value));
    setTimeout(() => setSaid(null), SAID_MS);
  };
  const shown = said === 'copied' ? words.copied : said === 'failed' ? words.noClipboard : label;
  return (
    <>
      <Tooltip label={shown}>
        <ActionIcon variant="default" size={26} aria-label={label} onClick={() => void copy()}>
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

async function writeClipboard(value: string): Promise<'copied' | 'failed'> {
  try {
    await navigator.clipboard.writeText(value);
    return 'copied';
  } catch {
    return 'failed';
  }
}
