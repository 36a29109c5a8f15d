/**
 * Every door through which the product is read today, as text that works as it stands.
 */
import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../../app/session.tsx';
import { LateKeysDialog } from '../../components/LateKeysDialog.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { keyWords } from '../../components/words-keys.ts';
import { formatName } from '../../lib/format.ts';
import { present } from '../../lib/search-params.ts';
import { Snippets } from './Snippets.tsx';
import { useOpenProduct, usePurposeHere } from './use-product.ts';
import { useSnippets } from './use-snippets.ts';
import classes from './VersionsTab.module.css';
import { connectWords, words } from './words.ts';

export function ConnectTab() {
  const { product } = useOpenProduct();
  const { purpose, isKnown } = usePurposeHere(product.product);
  const { door = 'weft' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const me = useMe();
  const [isAtKeys, setAtKeys] = useState(false);
  const snippets = useSnippets();
  return (
    <div className={classes['page']}>
      <Panel
        title={words.ownTools}
        isFlush
        aside={
          purpose !== null
            ? words.forPurpose(formatName(purpose).toLowerCase())
            : isKnown
              ? words.needsAgreement
              : '\u00a0'
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
        title={words.codeNeeds}
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
            <Phrase parts={words.tokenNeeded} />
          </li>
          <li>{words.purposeNeeded}</li>
          <li>{connectWords.doors}</li>
          <li>{words.cutNeeded}</li>
        </ul>
      </Panel>
      {isAtKeys ? <LateKeysDialog subject={me.id} onClose={() => setAtKeys(false)} /> : null}
    </div>
  );
}
