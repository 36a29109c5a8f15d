/**
 * Rows that were mended by hand: an export comes back with new texts or values, is tried, and sent again.
 */

import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { reach } from '../../api/client.ts';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { formatBytes } from '../../lib/format.ts';
import { startWork } from '../../lib/work.ts';
import { FileDrop } from './FileDrop.tsx';
import classes from './Produce.module.css';
import panel from './RefusedPanel.module.css';
import { RepairTable } from './RepairPreview.tsx';
import { effectOf, previewAll } from './repair.ts';
import type { Preview, Replay } from './types.ts';
import { useAskAgain } from './use-repair.ts';
import { effectWords } from './words.ts';
import { words } from './words-quarantine.ts';

export function FixesPanel({ product }: { product: string }) {
  const [file, setFile] = useState<File | null>(null);
  const askAgain = useAskAgain();
  const preview = useMutation({
    mutationFn: async (fixes: File) =>
      await previewAll(
        async ({ after }) => await sendFixes<Preview>(product, fixes, { isPreview: true, after }),
        { samples: 0, onPart: () => {} },
      ),
  });
  const choose = ([chosen]: File[]) => {
    if (chosen === undefined) return;
    setFile(chosen);
    preview.mutate(chosen);
  };
  const send = () => {
    if (file === null) return;
    startFixes(product, file, preview.data?.records ?? 0, askAgain);
    setFile(null);
    preview.reset();
  };
  const sent = preview.data === undefined ? 0 : effectOf(preview.data);
  const count = sent === 0 ? 0 : sent.passes + sent.stays + sent.duplicates;
  return (
    <section className={classes['card']} aria-label={words.mendedRows}>
      <header className={panel['head']}>
        <h2>{words.mended}</h2>
        <span className={panel['aside']}>
          <Phrase parts={words.mendHow} />
        </span>
      </header>
      <div className={classes['note']}>
        <FileDrop
          title={file === null ? words.dropMended : `${file.name}, ${formatBytes(file.size)}`}
          hint={words.dropHelp}
          isSmall
          onFiles={choose}
        />
      </div>
      {preview.error === null ? null : <ProblemBox error={preview.error} />}
      {preview.data === undefined || file === null ? null : (
        <>
          <RepairTable preview={preview.data} where={{ product }} isOld={false} />
          <footer className={panel['foot']}>
            <p className={panel['verdict']} role="status">
              <strong>{effectWords(effectOf(preview.data))}.</strong>
            </p>
            <Button variant="default" disabled={count === 0} onClick={send}>
              {words.sendRowsAgain(count)}
            </Button>
          </footer>
        </>
      )}
      {preview.isPending ? <p className={classes['note']}>{words.trying}</p> : null}
    </section>
  );
}

async function sendFixes<T>(
  product: string,
  file: File,
  {
    isPreview,
    after,
    signal,
  }: { isPreview: boolean; after?: string | undefined; signal?: AbortSignal },
): Promise<T> {
  const query = new URLSearchParams({
    product,
    ...(isPreview ? { preview: 'true' } : {}),
    ...(after === undefined ? {} : { after }),
  });
  const response = await reach(`/api/v1/quarantine/fixes?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: file,
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.json()) as T;
}

function startFixes(product: string, file: File, records: number, onRound: () => void): void {
  const title = words.repairBy(records, file.name);
  startWork(
    { title, product, phase: words.repairing, unit: 'rows', total: records },
    async (work) => {
      let done = 0;
      let after: string | undefined;
      for (;;) {
        const round = { isPreview: false, after, signal: work.signal };
        const replay = await sendFixes<Replay>(product, file, round);
        after = replay.next ?? undefined;
        const effect = effectOf(replay);
        done += effect.passes + effect.stays + effect.duplicates;
        work.report({ done, batch: replay.batches[0]?.batch ?? null });
        onRound();
        if (after === undefined) return effectWords(effect);
      }
    },
  );
}
