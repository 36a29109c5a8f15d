/**
 * Where files are dropped or chosen.
 */
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useId, useState } from 'react';
import classes from './FileDrop.module.css';

export interface FileDropProps {
  title: string;
  hint: string;
  isMultiple?: boolean;
  isSmall?: boolean;
  onFiles: (files: File[]) => void;
}

/** What the API tells by name; others are chosen as well, and it says what it thinks of them. */
const ACCEPT = '.csv,.tsv,.ndjson,.jsonl,.json,.parquet,.avro,.gz,.zst';

export function FileDrop({
  title,
  hint,
  isMultiple = false,
  isSmall = false,
  onFiles,
}: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const id = useId();
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1));
  };
  return (
    <label
      className={classes['drop']}
      data-over={isOver || undefined}
      data-small={isSmall || undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={isSmall ? 18 : 28} stroke={1.5} aria-hidden="true" />
      <span>
        <strong>{title}</strong>
        <small id={id}>{hint}</small>
      </span>
      <input
        type="file"
        accept={ACCEPT}
        multiple={isMultiple}
        aria-describedby={id}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // Why: the same file can be chosen again after it was changed.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
