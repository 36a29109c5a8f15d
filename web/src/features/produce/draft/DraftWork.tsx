/**
 * The draft as a form and as text, side by side: what is typed in one is at once in the other, and the mesh says what is
 * missing, with its line.
 */
import { Button } from '@mantine/core';
import { parseVersion } from '@weft/core/contract/version';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { ProblemPart } from '../../../api/problem.ts';
import { remedyHere } from '../../../api/remedies.ts';
import type { EditorHandle } from '../../../components/editor/Editor.tsx';
import { ProblemBox } from '../../../components/ProblemBox.tsx';
import { Status } from '../../../components/Status.tsx';
import { useAskBeforeClosing } from '../../../lib/at-stake.ts';
import page from '../Produce.module.css';
import type { Published } from '../types.ts';
import {
  type ContractForm,
  editDraft,
  hasAnchors,
  type Period,
  parseDraft,
  put,
  readFacts,
} from './contract-draft.ts';
import { DraftColumns } from './DraftColumns.tsx';
import { DraftSource } from './DraftSource.tsx';
import { DraftTerms } from './DraftTerms.tsx';
import classes from './DraftWork.module.css';
import { faultsByField, fieldId, fieldOf, type TermField } from './drafted-faults.ts';
import { NextChanges } from './NextChanges.tsx';
import { type Evidence, type Trial, usePublish, useTrial } from './new-product.ts';
import { type Base, useFreeNumber } from './next-version.ts';
import { type OpenColumns, useOpenPersonal } from './use-open-personal.ts';
import { columnLabel, termLabel, words } from './words-draft.ts';

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
  const facts = useMemo(() => (document === null ? null : readFacts(document)), [document]);
  const form = document === null || hasAnchors(document) ? null : facts;
  const trial = useTrial(text);
  const publish = usePublish(onPublished);
  const editor = useRef<EditorHandle | null>(null);
  // Why kept: a row of the form is drawn anew only where something of it is another.
  const latest = useRef(onText);
  latest.current = onText;
  const edit: Edit = useCallback(
    (change, filled) => latest.current((before) => editDraft(before, change, filled)),
    [],
  );
  useAskBeforeClosing(isChanged);
  const { isOld } = trial;
  const diagnostics = useMemo(() => (isOld ? [] : marksOf(trial.faults)), [trial.faults, isOld]);
  const version = facts?.version ?? '';
  const free = useFreeNumber(product, { base, version, text: trial.settled });
  const faults = useMemo(
    () =>
      trial.faults.map((fault) =>
        inWords(fault, { version, free, field: fieldIn(document, form, fault) }),
      ),
    [trial.faults, version, free, document, form],
  );
  const open = useOpenPersonal(product, facts, base);
  const callIt = (next: string) => edit((draft) => put(draft, ['version'], next));
  const atFields = useMemo(() => faultsByField(document, faults), [document, faults]);
  return (
    <div className={classes['page']}>
      <header className={page['head']}>
        <div className={`${page['titles']} ${page['big']}`}>
          <h1>{facts === null || facts.title === '' ? product : facts.title}</h1>
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
            <NextChanges product={product} base={base} text={trial.settled} />
          )}
          {form === null ? (
            <p className={page['note']}>{document === null ? words.noYaml : words.anchors}</p>
          ) : (
            <>
              <DraftTerms form={form} faults={atFields.terms} edit={edit} />
              <DraftColumns
                columns={form.columns}
                evidence={evidence}
                faults={atFields.columns}
                edit={edit}
              />
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
        faults={faults}
        free={form === null ? null : free}
        open={open}
        onNumber={callIt}
        base={base}
        isBusy={publish.isPending}
        error={publish.error}
        onPublish={() => publish.mutate(text)}
        fieldOf={(fault) => fieldIn(document, form, fault)}
        onLine={(line, column) => editor.current?.reveal(line, column)}
      />
    </div>
  );
}

/** Where the form shows what a fault is about, and how readers hear that field called. */
function fieldIn(
  document: ReturnType<typeof parseDraft>,
  form: ContractForm | null,
  fault: ProblemPart,
): NamedField | null {
  const field = document === null ? null : fieldOf(document, fault);
  if (field === null || form === null) return null;
  if (field.column === null) {
    const label = termLabel(field.field);
    return { id: fieldId(null, field.field), label, isEmpty: isTermEmpty(form, field.field) };
  }
  const column = form.columns[field.column];
  if (column === undefined) return null;
  const { field: name } = field;
  const label = columnLabel(name, column.name);
  const isEmpty = name in column && column[name as keyof typeof column] === '';
  return { id: fieldId(field.column, name), label, isEmpty };
}

function isTermEmpty(form: ContractForm, field: TermField): boolean {
  const value: unknown = form[field as keyof ContractForm];
  return value === '' || (value as Partial<Period> | null | undefined)?.value === '';
}

interface NamedField {
  id: string;
  label: string;
  isEmpty: boolean;
}

/** Why in the middle: at the edge it would lie below the foot of the page. */
function goTo({ id }: NamedField): void {
  const field = window.document.getElementById(id);
  field?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: 'center' });
}

function marksOf(faults: Trial['faults']) {
  return faults.flatMap(({ code, line, column, message, remedy }) => {
    if (line === undefined) return [];
    const advice = remedyHere(code, remedy);
    return [
      {
        line,
        message,
        ...(column === undefined ? {} : { column }),
        ...(advice === undefined ? {} : { remedy: advice }),
      },
    ];
  });
}

interface Around {
  version: string;
  /** A number that is free. */
  free: string | null;
  field: NamedField | null;
}

/** In words of the page, instead of hashes and of names in the text, where the page has a field or a button for it. */
function inWords(fault: ProblemPart, { version, free, field }: Around): ProblemPart {
  const { remedy: _, ...rest } = fault;
  if (fault.code === 'CONTRACT_VERSION_FROZEN' && free !== null)
    return { ...rest, message: words.numberTaken(version, free) };
  return field?.isEmpty === true && fault.code?.startsWith('REQUIRED_') === true
    ? { ...rest, message: words.isEmpty(field.label) }
    : fault;
}

interface VerdictProps {
  trial: Trial;
  faults: readonly ProblemPart[];
  /** A number that the draft can bear. */
  free: string | null;
  /** Personal-looking columns that no policy hides for certain; null while that is not known. */
  open: OpenColumns | null;
  onNumber: (version: string) => void;
  base: Base | null;
  isBusy: boolean;
  error: Error | null;
  onPublish: () => void;
  fieldOf: (fault: ProblemPart) => NamedField | null;
  onLine: (line: number, column?: number) => void;
}

const FAULTS_SHOWN = 4;

function Verdict(props: VerdictProps) {
  const { trial, faults, open, base, isBusy, error, onPublish } = props;
  const { published, isOld } = trial;
  const isSame = published !== null && published.hash === base?.hash;
  const isReady = published !== null && !isOld && !isSame && open !== null;
  const [asked, setAsked] = useState<string[]>([]);
  const questions = published === null ? [] : questionsOf(published, base, open);
  const isAsked = questions.length > 0 && questions.every(({ about }) => asked.includes(about));
  const press = () =>
    questions.length > 0 && !isAsked ? setAsked(questions.map(({ about }) => about)) : onPublish();
  return (
    <footer className={classes['verdict']}>
      <div role="status" aria-live="polite" data-old={isOld || undefined}>
        {error === null && trial.error === null ? null : (
          <ProblemBox error={error ?? trial.error} />
        )}
        {faults.length === 0 ? null : <Faults {...props} />}
        {isSame ? words.nothingChanged(published.version) : null}
        {published === null || isSame ? null : <Ready published={published} base={base} />}
        {published === null && faults.length === 0 && trial.error === null ? words.trying : null}
        {isReady && isAsked
          ? questions.map(({ about, says }) => (
              <p key={about}>
                <Status kind="close">{says}</Status>
              </p>
            ))
          : null}
      </div>
      <Button disabled={!isReady} loading={isBusy} onClick={press}>
        {buttonWords(isSame ? null : published, isAsked)}
      </Button>
    </footer>
  );
}

function Faults({ faults, free, onNumber, fieldOf, onLine }: VerdictProps) {
  return (
    <>
      <Status kind="missed">{words.faults(faults.length)}</Status>
      <ul className={classes['faults']}>
        {faults.slice(0, FAULTS_SHOWN).map((fault) => {
          const { code, line, column, message, remedy } = fault;
          const field = fieldOf(fault);
          const isOfNumber = code?.startsWith('CONTRACT_VERSION_') === true;
          return (
            <li key={`${line ?? 0} ${message}`}>
              {line === undefined ? null : (
                <button type="button" onClick={() => onLine(line, column)}>
                  {words.line(line)}
                </button>
              )}{' '}
              {message}. <span className={page['dim']}>{remedyHere(code, remedy)}</span>{' '}
              {field === null ? null : (
                <button type="button" onClick={() => goTo(field)}>
                  {words.toField(field.label)}
                </button>
              )}{' '}
              {isOfNumber && free !== null ? (
                <button type="button" onClick={() => onNumber(free)}>
                  {words.callIt(free)}
                </button>
              ) : null}
            </li>
          );
        })}
        {faults.length > FAULTS_SHOWN ? (
          <li>{words.moreFaults(faults.length - FAULTS_SHOWN)}</li>
        ) : null}
      </ul>
    </>
  );
}

/** What is asked once before it is published; about the same thing never twice. */
function questionsOf(
  { version, hash }: Published,
  base: Base | null,
  open: OpenColumns | null,
): { about: string; says: string }[] {
  const { columns, isRuled } = open ?? { columns: [], isRuled: false };
  const isMajor = base !== null && isNewMajor(base.version, version);
  return [
    ...(isMajor ? [{ about: hash, says: words.newMajor(version, base.version) }] : []),
    ...(columns.length > 0
      ? [{ about: columns.join(), says: words.askOpen(columns, isRuled) }]
      : []),
  ];
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
