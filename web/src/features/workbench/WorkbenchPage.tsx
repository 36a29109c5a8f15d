/**
 * The workbench: what I can query, the query, and its answer with what shaped it.
 */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { savedQuery } from '../../api/saved.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Empty } from '../../components/Empty.tsx';
import {
  Editor,
  type EditorDiagnostic,
  type EditorHandle,
} from '../../components/editor/Editor.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { Split } from '../../components/Split.tsx';
import { present } from '../../lib/search-params.ts';
import { hasStatement } from '../../lib/sql-text.ts';
import type { Run } from './bench.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { fileName } from './file-name.ts';
import { History } from './History.tsx';
import { useOwnBench } from './own-bench.ts';
import { placesOf } from './query-places.ts';
import { ResultPane } from './ResultPane.tsx';
import { RunBar } from './RunBar.tsx';
import { SaveButton } from './SaveButton.tsx';
import { Tree } from './Tree.tsx';
import { type Catalog, firstQuery, type Start, startOf, useCatalog } from './use-catalog.ts';
import { usePurpose } from './use-purpose.ts';
import { useBench, useProblem, useShaping, useStatus } from './use-result.ts';
import classes from './WorkbenchPage.module.css';
import { words } from './words.ts';
import { workbenchSearch } from './workbench-search.ts';

export function WorkbenchPage() {
  const { purpose: asked } = useSearch({ strict: false });
  const { saved: id, from } = useSearch({ from: '/workbench' });
  const catalog = useCatalog(asked, from);
  const opened = useQuery({ ...savedQuery(id ?? ''), enabled: id !== undefined });
  const kept = id === undefined ? null : (opened.data ?? null);
  const first = kept === null ? catalog.purposes : [kept.body.purpose];
  const purpose = usePurpose(first, id === undefined || !opened.isPending);
  const title = kept?.name ?? words.title;
  return (
    <div className={classes['page']}>
      <h1 className="unseen">{title}</h1>
      {catalog.error === null ? null : (
        <ProblemBox error={catalog.error} onRetry={catalog.refetch} />
      )}
      {opened.error === null ? null : <ProblemBox error={opened.error} />}
      <Content
        catalog={catalog}
        purpose={purpose}
        kept={kept}
        onReload={() => void opened.refetch()}
      />
    </div>
  );
}

interface ContentProps {
  catalog: Catalog;
  purpose: string | undefined;
  kept: Parameters<typeof SaveButton>[0]['open'];
  onReload: () => void;
}

function Content({ catalog, purpose, kept, onReload }: ContentProps) {
  if (catalog.isLoading) return <Skeleton height={600} lines={10} />;
  // Why not where it could not be asked: then nobody knows whether there is anything.
  if (catalog.tables.length === 0 && purpose === undefined && catalog.error === null) {
    return (
      <Empty
        title={words.nothingTitle}
        action={
          <Button renderRoot={(props) => <Link to="/market" {...props} />}>{words.toMarket}</Button>
        }
      >
        {words.nothing}
      </Empty>
    );
  }
  return <Bench catalog={catalog} purpose={purpose} kept={kept} onReload={onReload} />;
}

function Bench({ catalog, purpose, kept, onReload }: ContentProps) {
  const bench = useOwnBench();
  const { sql, current, shown, past } = useBench();
  const { chart, x, y, by, from } = useSearch({ from: '/workbench' });
  const isPhone = useMediaQuery('(max-width: 640px)') ?? false;
  const editor = useRef<EditorHandle | null>(null);
  const canRun = purpose !== undefined && hasStatement(sql);
  const run = useCallback(() => {
    const { sql: written } = bench.state();
    if (purpose !== undefined && hasStatement(written)) bench.run(written, purpose);
  }, [bench, purpose]);
  const start = useFirstText(catalog, kept);
  useBenchActions(run, bench.cancel);
  const insert = useCallback((text: string) => editor.current?.insert(text), []);
  const drawn = x === undefined || y === undefined ? {} : { chart: { kind: chart, x, y, by } };
  const text = (
    <Text
      catalog={catalog}
      sql={sql}
      run={current}
      isReadOnly={isPhone}
      onRun={run}
      editor={editor}
    />
  );
  const answer = <ResultPane run={shown} next={current} tables={catalog.tables} />;
  return (
    <div className={classes['bench']}>
      <aside className={classes['aside']}>
        <Tree
          tables={catalog.tables}
          from={from}
          isKnown={catalog.error === null}
          onInsert={insert}
        />
        <div className={classes['history']}>
          <History past={past} onChoose={bench.write} />
        </div>
      </aside>
      <div className={classes['work']}>
        <div>
          <RunBar
            name={kept?.name ?? null}
            current={current}
            canRun={canRun}
            onRun={run}
            onCancel={bench.cancel}
          >
            <SaveButton
              body={{ sql, purpose: purpose ?? '', ...drawn }}
              open={kept}
              onReload={onReload}
            />
            <CopyButton label={words.copyLink} text={() => location.href} />
            <ExportOf run={shown} name={kept?.name ?? null} tables={catalog.tables} />
          </RunBar>
          {from === undefined || kept !== null || start !== 'nothing' ? null : (
            <Nothing from={from} />
          )}
        </div>
        <Panes isPhone={isPhone} text={text} answer={answer} />
      </div>
    </div>
  );
}

/** Why the text is empty: nothing of the product that one comes from can be queried. */
function Nothing({ from }: { from: string }) {
  return (
    <p className={classes['nothing']} role="status">
      {words.nothingFrom(from)}{' '}
      <Link to="/p/$product/request" params={{ product: from }}>
        {words.askMore}
      </Link>
    </p>
  );
}

interface PanesProps {
  isPhone: boolean;
  text: ReactNode;
  answer: ReactNode;
}

function Panes({ isPhone, text, answer }: PanesProps) {
  if (!isPhone) {
    return (
      <Split direction="column" initial={25} label={words.between} first={text} second={answer} />
    );
  }
  return (
    <div className={classes['stack']}>
      <p className={classes['note']}>{words.readOnly}</p>
      <div className={classes['text']}>{text}</div>
      <div className={classes['answer']}>{answer}</div>
    </div>
  );
}

interface TextProps {
  catalog: Catalog;
  sql: string;
  run: Run | null;
  isReadOnly: boolean;
  onRun: () => void;
  editor: { current: EditorHandle | null };
}

/** Marks what the last run says is wrong, as long as the text is the one that was run. */
function Text({ catalog, sql, run, isReadOnly, onRun, editor }: TextProps) {
  const bench = useOwnBench();
  const problem = useProblem(run);
  const isSame = run !== null && sql === run.sql && run.order === null;
  const diagnostics = useMemo(
    () => (problem === null || !isSame ? NO_FAULTS : placesOf(problem, sql)),
    [problem, isSame, sql],
  );
  const onReady = useCallback(
    (handle: EditorHandle) => {
      editor.current = handle;
    },
    [editor],
  );
  return (
    <Editor
      value={sql}
      onChange={bench.write}
      language="sql"
      label={words.editor}
      schema={catalog.schema}
      diagnostics={diagnostics}
      readOnly={isReadOnly}
      onRun={onRun}
      onReady={onReady}
      isFilling
    />
  );
}

const NO_FAULTS: readonly EditorDiagnostic[] = [];

interface ExportOfProps {
  run: Run | null;
  /** Of the kept query that is open. */
  name: string | null;
  tables: Catalog['tables'];
}

function ExportOf({ run, ...rest }: ExportOfProps) {
  return run === null ? (
    <ExportMenu run={null} name="" refusal={null} />
  ) : (
    <ExportOfRun run={run} {...rest} />
  );
}

function ExportOfRun({ run, name, tables }: ExportOfProps & { run: Run }) {
  const status = useStatus(run.store);
  const { exportRefusal } = useShaping(run, status, tables);
  const products = status.tail?.products.map(({ product }) => product) ?? [];
  return (
    <ExportMenu
      run={status.rowCount === 0 ? null : run}
      name={fileName(name, products)}
      refusal={exportRefusal}
    />
  );
}

/** The kept query that is opened, a query on the product that one comes from, or a first one. */
function useFirstText(catalog: Catalog, kept: ContentProps['kept']): Start['kind'] {
  const bench = useOwnBench();
  const { from } = useSearch({ from: '/workbench' });
  const { purpose } = useSearch({ strict: false });
  const navigate = useNavigate({ from: '/workbench' });
  const opened = kept === null ? null : `${kept.saved} ${kept.version}`;
  // Why by its version: what is fetched again and is the same must not overwrite what was typed since.
  const body = useRef(kept?.body);
  body.current = kept?.body;
  useEffect(() => {
    if (opened === null || body.current === undefined) return;
    const { sql, purpose, chart } = body.current;
    bench.openText(opened, sql);
    const search = present({ ...workbenchSearch({ ...chart, chart: chart?.['kind'] }) });
    void navigate({ search: (old) => ({ ...old, ...search, purpose }), replace: true });
  }, [bench, opened, navigate]);
  const start = startOf(catalog, { from, purpose });
  const text =
    start.kind === 'table' ? firstQuery(start.name) : start.kind === 'nothing' ? '' : null;
  useEffect(() => {
    if (text === null) return;
    if (from === undefined) bench.suggest(text);
    else bench.comeFrom(from, text);
  }, [bench, text, from]);
  return start.kind;
}

function useBenchActions(run: () => void, cancel: () => void): void {
  const actions = useMemo(
    (): Action[] => [
      { id: 'bench-run', label: words.runKey, group: 'here', shortcut: 'mod+enter', run },
      {
        id: 'bench-cancel',
        label: words.cancelKey,
        group: 'here',
        shortcut: 'mod+.',
        run: cancel,
      },
    ],
    [run, cancel],
  );
  useActions(actions);
}
