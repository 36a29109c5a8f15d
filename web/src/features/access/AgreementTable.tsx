/**
 * Agreements as rows: what for, how they stand, and the way in. j and k move, ↵ opens.
 */

import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Agreement } from '../../api/types.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './AgreementsPage.module.css';
import { stateWords, termsText } from './words.ts';

export interface AgreementTableProps {
  items: readonly Agreement[];
  hasSubject: boolean;
}

export function AgreementTable({ items, hasSubject }: AgreementTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <ScrollArea className={classes['scroll']} label="Agreements">
      <table className={classes['table']}>
        <caption className="unseen">Agreements: what waits first, then what is in force</caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            {hasSubject ? <th scope="col">Who</th> : null}
            <th scope="col">Purpose</th>
            <th scope="col">Terms</th>
            <th scope="col">State</th>
            <th scope="col">Asked</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {items.map((agreement) => {
            const { kind, word } = stateWords(agreement.state);
            return (
              <tr key={agreement.agreement}>
                <th scope="row">
                  <span className={classes['product']}>
                    <Cloth domain={agreement.product.split('.')[0] ?? ''} size={16} />
                    <Link to="/agreements/$agreement" params={{ agreement: agreement.agreement }}>
                      <code>{agreement.product}</code>
                    </Link>
                  </span>
                </th>
                {hasSubject ? <td>{agreement.subject}</td> : null}
                <td>{formatName(agreement.purpose)}</td>
                <td>{termsText(agreement)}</td>
                <td>
                  <Status kind={kind}>{word}</Status>
                </td>
                <td>
                  <TimeText at={agreement.requestedAt} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function useRowKeys(body: { readonly current: HTMLTableSectionElement | null }): void {
  const actions = useMemo((): Action[] => {
    const move = (step: number) => () => {
      const rows = [...(body.current?.children ?? [])];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.querySelector('a')?.focus();
    };
    return [
      { id: 'agreement-next', label: 'Next agreement', group: 'Here', shortcut: 'j', run: move(1) },
      {
        id: 'agreement-last',
        label: 'Agreement before',
        group: 'Here',
        shortcut: 'k',
        run: move(-1),
      },
    ];
  }, [body]);
  useActions(actions);
}
