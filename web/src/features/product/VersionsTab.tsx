/**
 * The versions of a contract, and the one in sight in words or as it was published.
 */
import { Button, Menu, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { mayDecide } from '../../api/rights.ts';
import { useMe } from '../../app/session.tsx';
import { Code } from '../../components/Code.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { ScrollArea } from '../../components/ScrollArea.tsx';
import { TimeText } from '../../components/TimeText.tsx';
import { present } from '../../lib/search-params.ts';
import { ReadableContract } from './ReadableContract.tsx';
import { useOpenProduct } from './use-product.ts';
import classes from './VersionsTab.module.css';
import { sortVersions } from './versions.ts';
import { makerWords, standingText } from './words.ts';
import { words } from './words-versions.ts';

const TARGETS = [
  ['json-schema', words.jsonSchema],
  ['typescript', 'TypeScript'],
  ['sql:duckdb', words.ddlDuckdb],
  ['sql:postgres', words.ddlPostgres],
  ['sql:trino', words.ddlTrino],
  ['avro', words.avro],
  ['iceberg', words.iceberg],
  ['markdown', 'Markdown'],
  ['html', 'HTML'],
  ['odcs', 'ODCS'],
] as const;

export function VersionsTab() {
  const { product } = useOpenProduct();
  const versions = sortVersions(product.contracts);
  const title = words.count(versions.length);
  return (
    <div className={classes['page']}>
      <Panel title={title} aside={<NewVersion />} isFlush>
        <ScrollArea className={classes['scroll']} label={words.table}>
          <table className={classes['table']}>
            <caption className="unseen">{words.tableHelp}</caption>
            <thead>
              <tr>
                <th scope="col">{words.version}</th>
                <th scope="col">{words.published}</th>
                <th scope="col">{words.by}</th>
                <th scope="col">{words.hash}</th>
                <th scope="col">{words.compare}</th>
              </tr>
            </thead>
            <tbody>
              {versions.map((one, at) => {
                const { version, publishedAt, publishedBy, hash } = one;
                return (
                  <tr key={version}>
                    <th scope="row">
                      <Link
                        to="/p/$product/versions"
                        params={{ product: `${product.product}@${version}` }}
                      >
                        {version}
                      </Link>
                      <span className="caption"> {standingText(one)}</span>
                    </th>
                    <td>
                      <TimeText at={publishedAt} />
                    </td>
                    <td>
                      <PersonName id={publishedBy} />
                    </td>
                    <td className={classes['hash']}>
                      <code>{`${hash.slice(0, 8)}…${hash.slice(-4)}`}</code>
                      <CopyButton label={words.copyHash(version)} text={`sha256:${hash}`} />
                    </td>
                    <td>
                      <Before
                        product={product.product}
                        version={version}
                        before={versions[at + 1]?.version}
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollArea>
      </Panel>
      <InSight />
    </div>
  );
}

function NewVersion() {
  const { product } = useOpenProduct();
  const me = useMe();
  if (product.status === 'retired' || !mayDecide(me, product.domain)) return null;
  return (
    <Link to="/make/$product/version" params={{ product: product.product }}>
      {makerWords.newVersion}
    </Link>
  );
}

function Before({
  product,
  version,
  before,
}: {
  product: string;
  version: string;
  before: string | undefined;
}) {
  if (before === undefined) return <span className="caption">{words.first}</span>;
  return (
    <Link to="/p/$product/versions/$pair" params={{ product, pair: `${before}...${version}` }}>
      {words.with(before)}
    </Link>
  );
}

function InSight() {
  const { contract } = useOpenProduct();
  const { view = 'words' } = useSearch({ strict: false }) as { view?: 'words' | 'source' };
  const navigate = useNavigate();
  return (
    <Panel
      title={words.contract(contract.version)}
      aside={
        <div className={classes['doing']}>
          <SegmentedControl
            aria-label={words.shownAs}
            data={[
              { value: 'words', label: words.inWords },
              { value: 'source', label: words.source },
            ]}
            value={view}
            onChange={(value) =>
              void navigate({
                to: '.',
                search: (old) =>
                  present({
                    ...old,
                    view: value === 'source' ? ('source' as const) : undefined,
                  }),
                replace: true,
              })
            }
          />
          <ExportMenu />
        </div>
      }
    >
      {view === 'source' ? <Source text={contract.source} /> : <ReadableContract />}
    </Panel>
  );
}

function Source({ text }: { text: string }) {
  return (
    <div className={classes['source']}>
      <Code text={text} label={words.sourceText} />
      <span className={classes['copy']}>
        <CopyButton label={words.copySource} text={text} />
      </span>
    </div>
  );
}

function ExportMenu() {
  const { product, contract } = useOpenProduct();
  const ref = `${product.product}@${contract.version}`;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} stroke={1.7} />}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TARGETS.map(([target, label]) => (
          <Menu.Item
            key={target}
            component="a"
            href={`/api/v1/contracts/${encodeURIComponent(ref)}/exports/${encodeURIComponent(target)}`}
            target="_blank"
            rel="noreferrer"
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
