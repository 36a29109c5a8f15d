/**
 * What was run in this tab, with its text; and the subject's earlier queries, of which the mesh keeps no text.
 */
import { Button, Popover } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client.ts';
import { TimeText } from '../../components/TimeText.tsx';
import { formatName } from '../../lib/format.ts';
import type { PastRun } from './bench.ts';
import classes from './History.module.css';
import { words } from './words.ts';

const EARLIER_MAX = 20;

export interface HistoryProps {
  past: readonly PastRun[];
  onChoose: (sql: string) => void;
}

export function History({ past, onChoose }: HistoryProps) {
  return (
    <Popover position="top-start" width={380} trapFocus={false}>
      <Popover.Target>
        <Button
          variant="subtle"
          px={6}
          leftSection={<IconHistory size={16} stroke={1.7} aria-hidden="true" />}
        >
          {words.history}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes['list']}>
          {past.length === 0 ? <p className="caption">{words.historyEmpty}</p> : null}
          <ul>
            {past.map((run) => (
              <li key={run.id}>
                <button type="button" className={classes['run']} onClick={() => onChoose(run.sql)}>
                  <code className={classes['sql']}>{run.sql.trim()}</code>
                  <span className="caption">{outcomeOf(run)}</span>
                </button>
              </li>
            ))}
          </ul>
          <Earlier />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

const outcomeOf = ({ outcome, purpose }: PastRun): string => {
  const rows = `${words.rowsIn(outcome.rowCount)} ${words.took(outcome.elapsedMs)}`;
  return `${outcome.state === 'done' ? rows : outcome.state}, ${formatName(purpose)}`;
};

/** Own queries as the mesh remembers them. */
function Earlier() {
  const earlier = useQuery({
    queryKey: ['queries', 'own'],
    queryFn: () => take(api.GET('/api/v1/queries', { params: { query: { limit: EARLIER_MAX } } })),
    staleTime: 0,
  });
  const items = earlier.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <h3 className={classes['older']}>{words.historyOlder}</h3>
      <ul>
        {items.map((item) => (
          <li key={item.query} className={classes['earlier']}>
            <span className="mono">
              {item.products.map(({ product }) => product).join(', ') || '–'}
            </span>
            <span className="caption">
              {item.rowCount === null ? item.state : words.rowsIn(item.rowCount)},{' '}
              {item.cpuSeconds === null ? null : `${words.cpu(item.cpuSeconds)}, `}
              {formatName(item.purpose)}, <TimeText at={item.started} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
