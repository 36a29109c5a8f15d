/**
 * Agreements as rows: what for, how they stand, and the way in. j and k move, ↵ opens.
 */

import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Agreement } from '../../api/types.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { Status } from '../../components/Status.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { formatName } from '../../lib/format.ts';
import classes from './AgreementsPage.module.css';
import { stateWords, termsText, words } from './words.ts';

export interface AgreementTableProps {
  items: readonly Agreement[];
  hasSubject: boolean;
}

export function AgreementTable({ items, hasSubject }: AgreementTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <ScrollArea className={classes['scroll']} label={words.agreements}>
      <table className={classes['table']}>
        <caption className="unseen">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            {hasSubject ? <th scope="col">{words.who}</th> : null}
            <th scope="col">{words.purpose}</th>
            <th scope="col">{words.terms}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.asked}</th>
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
                    </Link>{' '}
                    <span className="caption">{words.ofMajor(agreement.major)}</span>
                  </span>
                </th>
                {hasSubject ? (
                  <td>
                    <PersonName id={agreement.subject} />
                  </td>
                ) : null}
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
      { id: 'agreement-next', label: words.next, group: 'here', shortcut: 'j', run: move(1) },
      {
        id: 'agreement-last',
        label: words.before,
        group: 'here',
        shortcut: 'k',
        run: move(-1),
      },
    ];
  }, [body]);
  useActions(actions);
}
