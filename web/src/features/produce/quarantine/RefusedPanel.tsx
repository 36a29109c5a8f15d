/**
 * Refused rows by cause, and what can be done about them: look at the rows, try a repair, send them again, give them up.
 *
 * Not the decision about a held batch (`BatchDecision.tsx`): its rows can only be looked at until then.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { Skeleton } from '../../../components/Skeleton.tsx';
import { useKeptRepair } from '../draft/kept-draft.ts';
import table from '../Produce.module.css';
import { causesQuery } from '../produce-queries.ts';
import type { Cause, RowState, Where } from '../types.ts';
import { CauseList, isWaiting, type ShareOf } from './CauseList.tsx';
import classes from './RefusedPanel.module.css';
import { RefusedRows, ROWS_TALL } from './RefusedRows.tsx';
import { RepairForm } from './RepairForm.tsx';
import { RepairFoot, RepairTable } from './RepairPreview.tsx';
import { draftFor, kindsFor } from './repair.ts';
import { usePreview } from './use-repair.ts';
import { words } from './words-quarantine.ts';

/** The ways to repair, and what comes of them with its buttons, in pixels; a foot is lower. */
const FORM_TALL = 196;

export interface CauseRef {
  rule?: string | undefined;
  column?: string | undefined;
}

export interface RefusedPanelProps {
  title: string;
  aside?: ReactNode;
  where: Where;
  state?: RowState | undefined;
  selected: CauseRef;
  onSelect: (cause: Cause) => void;
  shareOf: ShareOf;
  /** Whether values may be read and rows decided about. */
  mayAct: boolean;
  isHeld?: boolean;
  /** What stands at the foot while the rows of a cause can only be looked at. */
  footOf: (cause: Cause) => ReactNode;
  /** What is shown when there is no cause. */
  empty: ReactNode;
}

export function RefusedPanel(props: RefusedPanelProps) {
  const { title, aside, where, selected, empty } = props;
  const causes = useQuery({ ...causesQuery(where), placeholderData: keepPreviousData });
  const items = causes.data?.items ?? [];
  const cause = findCause(items, selected) ?? items.find(isWaiting) ?? items[0];
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <section className={table['card']} aria-label={title}>
      <header className={classes['head']}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {aside === undefined ? null : <div className={classes['aside']}>{aside}</div>}
      </header>
      {causes.isPending ? <Skeleton height={ROWS_TALL + FORM_TALL} lines={9} /> : null}
      {causes.error === null ? null : (
        <ProblemBox error={causes.error} onRetry={() => void causes.refetch()} />
      )}
      {causes.data !== undefined && cause === undefined ? empty : null}
      {cause === undefined ? null : (
        <div className={causes.isPlaceholderData ? table['dimmed'] : undefined}>
          <OneCause
            {...props}
            key={`${cause.rule} ${cause.column ?? ''} ${cause.message}`}
            causes={items}
            cause={cause}
            onGone={() => heading.current?.focus({ preventScroll: true })}
          />
          {causes.data?.truncated === true ? <p className={table['note']}>{words.capped}</p> : null}
        </div>
      )}
    </section>
  );
}

function findCause(causes: readonly Cause[], { rule, column }: CauseRef): Cause | undefined {
  if (rule === undefined) return undefined;
  return causes.find(
    (cause) => cause.rule === rule && (column === undefined || cause.column === column),
  );
}

interface OneCauseProps extends RefusedPanelProps {
  causes: readonly Cause[];
  cause: Cause;
  /** The rows are being decided about: where the focus was is no place any more. */
  onGone: () => void;
}

function OneCause(props: OneCauseProps) {
  const { where, state, causes, cause, onSelect, shareOf, mayAct, isHeld = false } = props;
  const { footOf, onGone } = props;
  const own = whereOf(where, cause);
  const { value: draft = null, put } = useKeptRepair(own);
  const canRepair = mayAct && !isHeld && cause.open > 0;
  const preview = usePreview(own, canRepair ? draft : null);
  return (
    <>
      <div className={classes['body']}>
        <div className={classes['causes']}>
          <CauseList
            causes={causes}
            selected={cause}
            onSelect={onSelect}
            shareOf={shareOf}
            isWhole={state !== undefined}
          />
        </div>
        <div className={classes['rows']}>
          {canRepair ? (
            <>
              <RepairForm
                cause={cause}
                kinds={kindsFor(cause)}
                draft={draft}
                preview={preview}
                onKind={(kind) => put(kind === null ? undefined : draftFor(cause, kind))}
                onDraft={put}
              />
              <RepairFoot
                where={own}
                cause={cause}
                draft={draft}
                preview={preview}
                onDone={() => put(undefined)}
                onGone={onGone}
              />
            </>
          ) : null}
          {draft !== null && preview.data !== undefined ? (
            <RepairTable preview={preview.data} isOld={preview.isFetching} />
          ) : (
            <RefusedRows
              where={own}
              state={state ?? (isHeld ? undefined : 'open')}
              expected={state === undefined && !isHeld ? cause.open : cause.records}
              mayRead={mayAct}
            />
          )}
        </div>
      </div>
      {canRepair ? null : footOf(cause)}
    </>
  );
}

/** The rows of one cause among those that the page is about. */
function whereOf(where: Where, { product, rule, column, message }: Cause): Where {
  return {
    ...where,
    product: where.product ?? product,
    rule,
    reason: message,
    ...(column === null ? {} : { column }),
  };
}
