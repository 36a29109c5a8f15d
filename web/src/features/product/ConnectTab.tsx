/**
 * Every door through which the product is read today, as text that works as it stands.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Panel } from '../../components/Panel.tsx';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { Snippets } from './Snippets.tsx';
import { useOpenProduct, usePurposeHere } from './use-product.ts';
import { useSnippets } from './use-snippets.ts';
import classes from './VersionsTab.module.css';

export function ConnectTab() {
  const { product } = useOpenProduct();
  const { purpose } = usePurposeHere(product.product);
  const { door = 'weft' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const snippets = useSnippets();
  return (
    <div className={classes['page']}>
      <Panel
        title="Read it with your own tools"
        isFlush
        aside={
          purpose === null ? 'needs an agreement first' : `for ${formatName(purpose).toLowerCase()}`
        }
      >
        <Snippets
          snippets={snippets}
          door={door}
          onDoor={(chosen) =>
            void navigate({
              to: '.',
              search: (old) => present({ ...old, door: chosen }),
              replace: true,
            })
          }
        />
      </Panel>
      <Panel title="What the code needs">
        <ul className={classes['words']}>
          <li>
            <code>WEFT_TOKEN</code> in the environment: a token, or an API key that{' '}
            <code>weft key create</code> shows once. Keep it out of code.
          </li>
          <li>
            The purpose is part of each question: what an answer holds is decided by it, each time
            anew.
          </li>
          <li>A result beyond the mesh’s limits is cut and says so; ask for less, or in parts.</li>
        </ul>
      </Panel>
    </div>
  );
}
