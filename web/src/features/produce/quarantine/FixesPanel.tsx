/**
 * Rows that were mended by hand: an export comes back with new texts or values, is tried, and sent again.
 */

import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { sendRaw } from '../../../api/answers.ts';
import { Phrase } from '../../../components/Phrase.tsx';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { useSending } from '../../../components/use-sending.ts';
import { formatBytes } from '../../../lib/format.ts';
import { startWork } from '../../../lib/work.ts';
import { FileDrop } from '../FileDrop.tsx';
import classes from '../Produce.module.css';
import type { Preview, Replay } from '../types.ts';
import { effectWords } from '../words.ts';
import panel from './RefusedPanel.module.css';
import { RepairTable } from './RepairPreview.tsx';
import { effectOf, isOfUse, previewAll } from './repair.ts';
import { useAskAgain } from './use-repair.ts';
import { words } from './words-quarantine.ts';

export function FixesPanel({ product }: { product: string }) {
  const [file, setFile] = useState<File | null>(null);
  const askAgain = useAskAgain();
  const preview = useSending({
    mutationFn: (fixes: File) =>
      previewAll(({ after }) => tryFixes(product, fixes, after), { samples: 0, onPart: () => {} }),
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
          <RepairTable preview={preview.data} isOld={false} />
          <FixesFoot preview={preview.data} onSend={send} />
        </>
      )}
      {preview.isPending ? <p className={classes['note']}>{words.trying}</p> : null}
    </section>
  );
}

function FixesFoot({ preview, onSend }: { preview: Preview; onSend: () => void }) {
  const verdict = useId();
  const effect = effectOf(preview);
  const { passes, stays, duplicates } = effect;
  return (
    <footer className={panel['foot']}>
      <p className={panel['verdict']} id={verdict} role="status">
        <strong>{effectWords(effect)}.</strong> {isOfUse(effect) ? null : words.nonePasses}
      </p>
      <Button
        variant="default"
        disabled={!isOfUse(effect)}
        aria-describedby={verdict}
        onClick={onSend}
      >
        {words.sendRowsAgain(passes + stays + duplicates)}
      </Button>
    </footer>
  );
}

const FIXES = '/api/v1/quarantine/fixes';
const headers = { 'content-type': 'application/x-ndjson' };

async function tryFixes(product: string, body: File, after?: string): Promise<Preview> {
  const query = { product, preview: 'true', ...(after === undefined ? {} : { after }) };
  const { document } = await sendRaw(FIXES, { query, headers, body });
  if ('sample' in document) return document;
  throw new Error('A preview was answered by a replay');
}

async function sendFixes(
  { product, body }: { product: string; body: File },
  after: string | undefined,
  signal: AbortSignal,
): Promise<Replay> {
  const query = { product, ...(after === undefined ? {} : { after }) };
  const { document } = await sendRaw(FIXES, { query, headers, body, signal });
  if (!('sample' in document)) return document;
  throw new Error('A replay was answered by a preview');
}

function startFixes(product: string, file: File, records: number, onRound: () => void): void {
  const title = words.repairBy(records, file.name);
  startWork(
    { title, product, phase: words.repairing, unit: 'rows', total: records },
    async (work) => {
      let done = 0;
      let after: string | undefined;
      for (;;) {
        const replay = await sendFixes({ product, body: file }, after, work.signal);
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
