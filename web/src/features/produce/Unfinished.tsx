/**
 * Uploads that were begun in this browser and not finished: choosing the same file again goes on where they were.
 */
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { giveUploadUp, unfinishedUploads } from '../../api/transfer.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatBytes } from '../../lib/format.ts';
import { isOver, useWork } from '../../lib/work.ts';
import classes from './UploadPage.module.css';

export function Unfinished({ product }: { product: string }) {
  const client = useQueryClient();
  const { id: subject } = useMe();
  const isSending = useWork().some((work) => work.product === product && !isOver(work));
  const { data = [] } = useQuery({
    queryKey: ['unfinished', subject, product],
    queryFn: () => unfinishedUploads({ subject, product }),
    enabled: !isSending,
    staleTime: 0,
  });
  if (isSending || data.length === 0) return null;
  const giveUp = async (key: string) => {
    await giveUploadUp(key);
    await client.invalidateQueries({ queryKey: ['unfinished'] });
  };
  return (
    <Panel title="Not finished" aside="Kept for a day after the last byte">
      <ul className={classes['works']}>
        {data.map(({ key, name, size, begun }) => (
          <li key={key}>
            <strong>{name}</strong>, {formatBytes(size)}, begun <TimeText at={begun} />. Choose the
            same file again to go on where it was.{' '}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => void giveUp(key)}
              aria-label={`Give ${name} up`}
            >
              Give it up
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
