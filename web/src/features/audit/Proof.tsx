/**
 * The proof that nobody changed the log: verify it here, or take it away and verify it without this mesh.
 */
import { Button } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { useSending } from '../../components/use-sending.ts';
import classes from './AuditPage.module.css';
import { type ChainReport, verifyChains } from './audit-queries.ts';
import { wholeWords, words } from './words.ts';

export function Proof() {
  const verify = useSending({ mutationFn: verifyChains });
  return (
    <div className={classes['proof']}>
      <div className={classes['buttons']}>
        <Button
          loading={verify.isPending}
          leftSection={<IconShieldCheck size={16} stroke={1.7} aria-hidden="true" />}
          onClick={() => verify.mutate()}
        >
          {words.verify}
        </Button>
        <Button
          variant="default"
          component="a"
          href="/api/v1/audit/export"
          download="audit.ndjson"
          leftSection={<IconDownload size={16} stroke={1.7} aria-hidden="true" />}
        >
          {words.take}
        </Button>
      </div>
      <div aria-live="polite">
        {verify.error === null ? null : (
          <ProblemBox error={verify.error} onRetry={() => verify.mutate()} />
        )}
        {verify.data === undefined ? null : <Reports reports={verify.data} />}
      </div>
    </div>
  );
}

function Reports({ reports }: { reports: ChainReport[] }) {
  return (
    <ul className={classes['reports']}>
      {reports.map(({ chain, entries, checkpoints, head }) => (
        <li key={chain}>
          <Status kind="kept">{wholeWords({ chain, entries, checkpoints })}</Status>
          <span className="caption mono">{head.hash.slice(0, 16)}</span>
        </li>
      ))}
    </ul>
  );
}
