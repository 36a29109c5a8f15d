/**
 * The draft as a form and as text, side by side: what is typed in one is at once in the other, and the mesh says what is
 * missing, with its line.
 */
import { Button } from '@mantine/core';
import { parseVersion } from '@weft/core/contract/version';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { EditorHandle } from '../../components/editor/Editor.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { useAskBeforeClosing } from '../../lib/at-stake.ts';
import { editDraft, parseDraft, put, readForm } from './contract-draft.ts';
import { DraftColumns } from './DraftColumns.tsx';
import { DraftSource } from './DraftSource.tsx';
import { DraftTerms } from './DraftTerms.tsx';
import classes from './DraftWork.module.css';
import { NextChanges } from './NextChanges.tsx';
import { type Evidence, type Trial, usePublish, useTrial } from './new-product.ts';
import type { Base } from './next-version.ts';
import page from './Produce.module.css';
import type { Published } from './types.ts';
import { words } from './words-draft.ts';

export interface DraftWorkProps {
  product: string;
  text: string;
  onText: (change: (before: string) => string) => void;
  /** Whether there is something to lose. */
  isChanged: boolean;
  /** Where it comes from, beside the name. */
  origin: string;
  /** What a sample shows of its columns; null where there is none. */
  evidence: readonly Evidence[] | null;
  /** The version in force that the draft is to follow; null for a first version. */
  base: Base | null;
  /** What leads away from here. */
  back: ReactNode;
  onPublished: (published: Published) => void;
}

export type Edit = (change: Parameters<typeof editDraft>[1], filled?: readonly string[]) => void;

export function DraftWork({
  product,
  text,
  onText,
  isChanged,
  origin,
  evidence,
  base,
  back,
  onPublished,
}: DraftWorkProps) {
  const document = useMemo(() => parseDraft(text), [text]);
  const form = useMemo(() => (document === null ? null : readForm(document)), [document]);
  const trial = useTrial(text);
  const publish = usePublish(onPublished);
  const editor = useRef<EditorHandle | null>(null);
  const edit: Edit = (change, filled) => onText((before) => editDraft(before, change, filled));
  useAskBeforeClosing(isChanged);
  const diagnostics = useMemo(() => marksOf(trial), [trial]);
  return (
    <div className={classes['page']}>
      <header className={page['head']}>
        <div className={`${page['titles']} ${page['big']}`}>
          <h1>{form === null || form.title === '' ? product : form.title}</h1>
          <p className={page['meta']}>
            <span className="mono">{product}</span>
            <span>{origin}</span>
          </p>
        </div>
        <div className={page['buttons']}>{back}</div>
      </header>
      <div className={classes['sides']}>
        <div className={classes['form']}>
          {base === null ? null : (
            <NextChanges
              product={product}
              base={base}
              text={trial.settled}
              version={form?.version ?? ''}
              onVersion={(version) => edit((draft) => put(draft, ['version'], version))}
            />
          )}
          {form === null ? (
            <p className={page['note']}>{words.noYaml}</p>
          ) : (
            <>
              <DraftTerms form={form} edit={edit} />
              <DraftColumns columns={form.columns} evidence={evidence} edit={edit} />
            </>
          )}
        </div>
        <div className={classes['source']}>
          <DraftSource
            text={text}
            onText={(next) => onText(() => next)}
            settled={trial.settled}
            base={base}
            diagnostics={diagnostics}
            onReady={(handle) => {
              editor.current = handle;
            }}
          />
        </div>
      </div>
      <Verdict
        trial={trial}
        base={base}
        isBusy={publish.isPending}
        error={publish.error}
        onPublish={() => publish.mutate(text)}
        onLine={(line, column) => editor.current?.reveal(line, column)}
      />
    </div>
  );
}

function marksOf({ faults, isOld }: Trial) {
  if (isOld) return [];
  return faults.flatMap(({ line, column, message, remedy }) =>
    line === undefined
      ? []
      : [
          {
            line,
            message,
            ...(column === undefined ? {} : { column }),
            ...(remedy === undefined ? {} : { remedy }),
          },
        ],
  );
}

interface VerdictProps {
  trial: Trial;
  base: Base | null;
  isBusy: boolean;
  error: Error | null;
  onPublish: () => void;
  onLine: (line: number, column?: number) => void;
}

const FAULTS_SHOWN = 4;

function Verdict({ trial, base, isBusy, error, onPublish, onLine }: VerdictProps) {
  const { published, faults, isOld } = trial;
  const isSame = published !== null && published.hash === base?.hash;
  const isReady = published !== null && !isOld && !isSame;
  const [asked, setAsked] = useState<string | null>(null);
  const isMajor =
    published !== null && base !== null && isNewMajor(base.version, published.version);
  const isAsked = published !== null && asked === published.hash;
  const press = () => (isMajor && !isAsked ? setAsked(published.hash) : onPublish());
  return (
    <footer className={classes['verdict']}>
      <div role="status" aria-live="polite" data-old={isOld || undefined}>
        {error === null && trial.error === null ? null : (
          <ProblemBox error={error ?? trial.error} />
        )}
        {faults.length === 0 ? null : (
          <>
            <Status kind="missed">{words.faults(faults.length)}</Status>
            <ul className={classes['faults']}>
              {faults.slice(0, FAULTS_SHOWN).map(({ line, column, message, remedy }) => (
                <li key={`${line ?? 0} ${message}`}>
                  {line === undefined ? null : (
                    <button type="button" onClick={() => onLine(line, column)}>
                      {words.line(line)}
                    </button>
                  )}{' '}
                  {message}. <span className={page['dim']}>{remedy}</span>
                </li>
              ))}
              {faults.length > FAULTS_SHOWN ? (
                <li>{words.moreFaults(faults.length - FAULTS_SHOWN)}</li>
              ) : null}
            </ul>
          </>
        )}
        {isSame ? words.nothingChanged(published.version) : null}
        {published === null || isSame ? null : <Ready published={published} base={base} />}
        {published === null && faults.length === 0 && trial.error === null ? words.trying : null}
        {isReady && isMajor && isAsked ? (
          <p>
            <Status kind="close">{words.newMajor(published.version, base.version)}</Status>
          </p>
        ) : null}
      </div>
      <Button disabled={!isReady} loading={isBusy} onClick={press}>
        {buttonWords(isSame ? null : published, isMajor && isAsked)}
      </Button>
    </footer>
  );
}

/** It cannot be taken back, and breaks who reads the old one: asked twice. */
function isNewMajor(before: string, next: string): boolean {
  const [old, now] = [parseVersion(before), parseVersion(next)];
  return old !== null && now !== null && now.major > old.major;
}

function buttonWords(published: Published | null, isSure: boolean): string {
  if (published === null) return words.publish;
  return isSure ? words.publishSure(published.version) : words.publishVersion(published.version);
}

function Ready({
  published: { version, predecessor, diagnostics },
  base,
}: {
  published: Published;
  base: Base | null;
}) {
  return (
    <>
      <Status kind="kept">
        {predecessor === null
          ? words.becomesFirst(version)
          : words.becomesNext(version, base?.version ?? null)}
      </Status>
      <ul className={classes['faults']}>
        {diagnostics.slice(0, FAULTS_SHOWN).map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            <Status kind="close">{message}</Status>
          </li>
        ))}
      </ul>
    </>
  );
}
