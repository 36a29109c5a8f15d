/**
 * The files that were chosen and not sent yet.
 */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFileText, IconX } from '@tabler/icons-react';
import { formatBytes } from '../../lib/format.ts';
import classes from './ChosenFiles.module.css';
import { words } from './words-make.ts';

export interface ChosenFilesProps {
  files: readonly File[];
  onRemove: (file: File) => void;
}

export function ChosenFiles({ files, onRemove }: ChosenFilesProps) {
  return (
    <ul className={classes['files']} aria-label={words.chosen}>
      {files.map((file) => (
        <li key={`${file.name} ${file.size} ${file.lastModified}`}>
          <IconFileText size={16} stroke={1.7} aria-hidden="true" />
          <span className={classes['name']}>{file.name}</span>
          <span className={classes['size']}>{formatBytes(file.size)}</span>
          <Tooltip label={words.leaveOut}>
            <ActionIcon
              variant="subtle"
              size={28}
              aria-label={words.leave(file.name)}
              onClick={() => onRemove(file)}
            >
              <IconX size={15} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
