/**
 * The versions of the contract along a thread, the newest on top; below them how long an older one still serves.
 */
import { Link } from '@tanstack/react-router';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { SunsetLine } from '../../components/SunsetLine.tsx';
import { sunsetsOf } from './sunset.ts';
import { useOpenProduct } from './use-product.ts';
import classes from './VersionRail.module.css';
import { sortVersions } from './versions.ts';
import { standingText, words } from './words.ts';

const SHOWN = 5;

export function VersionRail() {
  const { product, contract } = useOpenProduct();
  const versions = sortVersions(product.contracts).slice(0, SHOWN);
  const [newest, before] = versions;
  const aside =
    newest === undefined || before === undefined ? null : (
      <Link
        to="/p/$product/versions/$pair"
        params={{ product: product.product, pair: `${before.version}...${newest.version}` }}
      >
        {words.compare}
      </Link>
    );
  return (
    <Panel title={words.versions} aside={aside}>
      <ol className={classes['rail']}>
        {versions.map((version) => (
          <li key={version.version} data-shown={version.version === contract.version || undefined}>
            <Link to="/p/$product" params={{ product: `${product.product}@${version.version}` }}>
              {version.version}
            </Link>
            <span className={classes['when']}>
              <Phrase parts={words.published(version.publishedAt)} />
            </span>
            <span className="caption">{standingText(version)}</span>
          </li>
        ))}
      </ol>
      {sunsetsOf(product.contracts, new Date().toISOString()).map((times) => (
        <div key={times.from.version} className={classes['sunset']}>
          <SunsetLine {...times} />
        </div>
      ))}
    </Panel>
  );
}
