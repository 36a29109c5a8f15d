/**
 * The proof of an answer: which release, under which rule, what it cost, who signed it. Copied as lines of text.
 */
import { IconCertificate } from '@tabler/icons-react';
import { useId } from 'react';
import { Breakable } from './Breakable.tsx';
import classes from './Certificate.module.css';
import { CopyButton } from './CopyButton.tsx';
import { words } from './words-room.ts';

export interface CertificateProps {
  rows: readonly CertificateRow[];
}

export interface CertificateRow {
  term: string;
  value: string;
  /** An id or a hash: what is read by its letters. */
  isCode?: boolean;
}

export function Certificate({ rows }: CertificateProps) {
  const id = useId();
  return (
    <section className={classes['certificate']} aria-labelledby={id}>
      <header className={classes['head']}>
        <IconCertificate size={17} stroke={1.7} aria-hidden="true" />
        <h3 id={id}>{words.certificate}</h3>
        <CopyButton label={words.copyCertificate} text={() => certificateText(rows)} />
      </header>
      <dl className={classes['rows']}>
        {rows.map(({ term, value, isCode = false }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              {isCode ? (
                <code>
                  <Breakable text={value} />
                </code>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A line for each; what has lines of its own stays on its line. */
export function certificateText(rows: readonly CertificateRow[]): string {
  return rows.map(({ term, value }) => `${term}: ${value.replaceAll(/\s+/g, ' ')}`).join('\n');
}
