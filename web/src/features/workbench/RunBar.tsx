/**
 * Above the text: run or cancel, and what can be done with the query as a whole.
 */
import { Button } from '@mantine/core';
import { IconBookmark, IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatShortcut } from '../../app/keys.ts';
import type { Run } from './bench.ts';
import classes from './RunBar.module.css';
import { useElapsed, useStatus } from './use-result.ts';
import { words } from './words.ts';

export interface RunBarProps {
  /** Of the kept query that is open; null where none is. */
  name: string | null;
  current: Run | null;
  canRun: boolean;
  onRun: () => void;
  onCancel: () => void;
  children: ReactNode;
}

export function RunBar({ name, current, canRun, onRun, onCancel, children }: RunBarProps) {
  return (
    <div className={classes['bar']}>
      {current === null ? (
        <RunButton canRun={canRun} onRun={onRun} />
      ) : (
        <Running run={current} canRun={canRun} onRun={onRun} onCancel={onCancel} />
      )}
      {name === null ? null : (
        <span className={classes['name']} title={name}>
          <IconBookmark size={15} stroke={1.7} aria-hidden="true" /> <b>{name}</b>
        </span>
      )}
      <div className={classes['aside']}>{children}</div>
    </div>
  );
}

function RunButton({ canRun, onRun }: Pick<RunBarProps, 'canRun' | 'onRun'>) {
  return (
    <Button
      disabled={!canRun}
      onClick={onRun}
      leftSection={<IconPlayerPlayFilled size={12} aria-hidden="true" />}
      rightSection={<kbd className={classes['key']}>{formatShortcut('mod+enter').join('')}</kbd>}
    >
      {words.run}
    </Button>
  );
}

function Running({
  run,
  canRun,
  onRun,
  onCancel,
}: Omit<RunBarProps, 'name' | 'current' | 'children'> & { run: Run }) {
  const status = useStatus(run.store);
  const elapsedMs = useElapsed(status);
  if (status.state !== 'running') return <RunButton canRun={canRun} onRun={onRun} />;
  return (
    <>
      <Button
        variant="default"
        onClick={onCancel}
        leftSection={<IconPlayerStopFilled size={12} aria-hidden="true" />}
        rightSection={<kbd className={classes['key']}>{formatShortcut('mod+.').join('')}</kbd>}
      >
        {words.cancel}
      </Button>
      <span className={classes['progress']}>
        {words.running(status.rowCount, status.bytes, elapsedMs)}
      </span>
    </>
  );
}
