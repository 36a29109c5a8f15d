/**
 * The draft as a form and as text, side by side: what is typed in one is at once in the other, and the mesh says what is
 * missing, with its line.
 */
import { Button } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { Editor, type EditorHandle } from '../../components/editor/Editor.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import { editDraft, parseDraft, readForm } from './contract-draft.ts';
import { DraftColumns } from './DraftColumns.tsx';
import { DraftTerms } from './DraftTerms.tsx';
import classes from './DraftWork.module.css';
import type { Draft } from './NewProductPage.tsx';
import { type Trial, usePublish, useTrial } from './new-product.ts';
import page from './Produce.module.css';
import type { Published } from './types.ts';

export interface DraftWorkProps {
  draft: Draft;
  onPublished: (published: Published) => void;
  onBack: () => void;
}

export type Edit = (change: Parameters<typeof editDraft>[1], filled?: readonly string[]) => void;

export function DraftWork({ draft, onPublished, onBack }: DraftWorkProps) {
  const [text, setText] = useState(draft.inference.document);
  const document = useMemo(() => parseDraft(text), [text]);
  const form = useMemo(() => (document === null ? null : readForm(document)), [document]);
  const trial = useTrial(text);
  const publish = usePublish(onPublished);
  const editor = useRef<EditorHandle | null>(null);
  const edit: Edit = (change, filled) => setText((before) => editDraft(before, change, filled));
  const diagnostics = useMemo(() => marksOf(trial), [trial]);
  return (
    <div className={classes['page']}>
      <header className={page['head']}>
        <div className={`${page['titles']} ${page['big']}`}>
          <h1>{form === null || form.title === '' ? draft.product : form.title}</h1>
          <p className={page['meta']}>
            <span className="mono">{draft.product}</span>
            <span>{draftedFrom(draft)}</span>
          </p>
        </div>
        <div className={page['buttons']}>
          <Button variant="default" onClick={onBack}>
            Another sample
          </Button>
        </div>
      </header>
      <div className={classes['sides']}>
        <div className={classes['form']}>
          {form === null ? (
            <p className={page['note']}>
              The text is no YAML right now. Mend it beside, and the form comes back.
            </p>
          ) : (
            <>
              <DraftTerms form={form} edit={edit} />
              <DraftColumns
                columns={form.columns}
                evidence={draft.inference.evidence}
                edit={edit}
              />
            </>
          )}
        </div>
        <div className={classes['source']}>
          <Panel title="The contract as text" aside="ODCS, YAML" isFlush>
            <div className={classes['editor']}>
              <Editor
                value={text}
                onChange={setText}
                language="yaml"
                label="The contract as YAML"
                diagnostics={diagnostics}
                onReady={(handle) => {
                  editor.current = handle;
                }}
                isFilling
              />
            </div>
          </Panel>
        </div>
      </div>
      <Verdict
        trial={trial}
        isBusy={publish.isPending}
        error={publish.error}
        onPublish={() => publish.mutate(text)}
        onLine={(line, column) => editor.current?.reveal(line, column)}
      />
    </div>
  );
}

function draftedFrom({ sample, inference: { rows, truncated } }: Draft): string {
  const seen = plural(rows, { one: '# row', other: '# rows' });
  return `drafted from ${truncated ? `the first ${seen}` : seen} of ${sample.name}`;
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
  isBusy: boolean;
  error: Error | null;
  onPublish: () => void;
  onLine: (line: number, column?: number) => void;
}

const FAULTS_SHOWN = 4;

function Verdict({ trial, isBusy, error, onPublish, onLine }: VerdictProps) {
  const { published, faults, isOld } = trial;
  const isReady = published !== null && !isOld;
  return (
    <footer className={classes['verdict']}>
      <div role="status" aria-live="polite" data-old={isOld || undefined}>
        {error === null && trial.error === null ? null : (
          <ProblemBox error={error ?? trial.error} />
        )}
        {faults.length === 0 ? null : (
          <>
            <Status kind="missed">
              {plural(faults.length, {
                one: '# thing is missing or wrong',
                other: '# things are missing or wrong',
              })}
            </Status>
            <ul className={classes['faults']}>
              {faults.slice(0, FAULTS_SHOWN).map(({ line, column, message, remedy }) => (
                <li key={`${line ?? 0} ${message}`}>
                  {line === undefined ? null : (
                    <button type="button" onClick={() => onLine(line, column)}>
                      line {formatNumber(line)}
                    </button>
                  )}{' '}
                  {message}. <span className={page['dim']}>{remedy}</span>
                </li>
              ))}
              {faults.length > FAULTS_SHOWN ? (
                <li>and {formatNumber(faults.length - FAULTS_SHOWN)} more, marked in the text</li>
              ) : null}
            </ul>
          </>
        )}
        {published === null ? null : <Ready published={published} />}
        {published === null && faults.length === 0 && trial.error === null
          ? 'Trying it against the mesh…'
          : null}
      </div>
      <Button disabled={!isReady} loading={isBusy} onClick={onPublish}>
        {published === null ? 'Publish' : `Publish ${published.version}`}
      </Button>
    </footer>
  );
}

function Ready({
  published: { version, predecessor, changes, diagnostics },
}: {
  published: Published;
}) {
  const breaks = changes.filter(({ consumer }) => consumer === 'break').length;
  return (
    <>
      <Status kind="kept">
        {predecessor === null
          ? `Nothing is missing. It becomes ${version}, the first version.`
          : `Nothing is missing. It becomes ${version}, with ${plural(changes.length, { one: '# change', other: '# changes' })}, ${formatNumber(breaks)} that break readers.`}
      </Status>
      <ul className={classes['faults']}>
        {changes.slice(0, FAULTS_SHOWN).map(({ path, message }) => (
          <li key={`${path} ${message}`}>{message}</li>
        ))}
        {diagnostics.slice(0, FAULTS_SHOWN).map(({ code, message }) => (
          <li key={`${code} ${message}`}>
            <Status kind="close">{message}</Status>
          </li>
        ))}
      </ul>
    </>
  );
}
