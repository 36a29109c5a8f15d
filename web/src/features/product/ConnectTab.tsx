/**
 * Every door through which the product is read today, as text that works as it stands.
 */
import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../../app/session.tsx';
import { keyWords } from '../../components/key-words.ts';
import { Panel } from '../../components/Panel.tsx';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { Snippets } from './Snippets.tsx';
import { useOpenProduct, usePurposeHere } from './use-product.ts';
import { useSnippets } from './use-snippets.ts';
import classes from './VersionsTab.module.css';
import { connectWords } from './words.ts';

const KeysDialog = lazy(() =>
  import('../../components/KeysDialog.tsx').then((module) => ({ default: module.KeysDialog })),
);

export function ConnectTab() {
  const { product } = useOpenProduct();
  const { purpose } = usePurposeHere(product.product);
  const { door = 'weft' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const me = useMe();
  const [isAtKeys, setAtKeys] = useState(false);
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
      <Panel
        title="What the code needs"
        aside={
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconKey size={14} stroke={1.7} />}
            onClick={() => setAtKeys(true)}
          >
            {keyWords.open}
          </Button>
        }
      >
        <ul className={classes['words']}>
          <li>
            <code>WEFT_TOKEN</code>
            {connectWords.needsKey}
          </li>
          <li>
            The purpose is part of each question: what an answer holds is decided by it, each time
            anew.
          </li>
          <li>{connectWords.doors}</li>
          <li>A result beyond the mesh’s limits is cut and says so; ask for less, or in parts.</li>
        </ul>
      </Panel>
      {isAtKeys ? (
        <Suspense fallback={null}>
          <KeysDialog subject={me.id} onClose={() => setAtKeys(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
