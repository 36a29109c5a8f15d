/**
 * Uploads that were begun in this browser and not finished: choosing the same file again goes on where they were.
 */

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { giveUploadUp, unfinishedUploads } from '../../api/transfer.ts';
import { useMe } from '../../app/session.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { isOver, useWork } from '../../lib/work.ts';
import classes from './UploadPage.module.css';
import { words } from './words-make.ts';

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
    <Panel title={words.unfinished} aside={words.unfinishedHelp}>
      <ul className={classes['works']}>
        {data.map(({ key, name, size, begun }) => (
          <li key={key}>
            <Phrase parts={words.begun(name, size, begun)} />{' '}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => void giveUp(key)}
              aria-label={words.giveUpOf(name)}
            >
              {words.giveUp}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
