/**
 * Who is signed in, how the app looks, and the way out.
 */
import { Menu } from '@mantine/core';
import { IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useState } from 'react';
import { LateKeysDialog } from '../components/LateKeysDialog.tsx';
import { keyWords } from '../components/words-keys.ts';
import { formatName } from '../lib/format.ts';
import classes from './Account.module.css';
import { chooseScheme } from './scheme.ts';
import { useMe } from './session.tsx';
import { signOut } from './sign-in.ts';
import { words } from './words.ts';

export function Account() {
  const me = useMe();
  const [isAtKeys, setAtKeys] = useState(false);
  return (
    <>
      <Menu position="top-start" width={220}>
        <Menu.Target>
          <button type="button" className={classes['account']}>
            <span className="unseen">{words.account}</span>
            <span className={classes['initials']} aria-hidden="true">
              {initialsOf(me.name)}
            </span>
            <span className={classes['who']}>
              <b>{me.name}</b>
              <span className="caption">{me.roles.map(formatName).join(', ')}</span>
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Items onKeys={() => setAtKeys(true)} />
        </Menu.Dropdown>
      </Menu>
      {isAtKeys ? <AccountKeys onClose={() => setAtKeys(false)} /> : null}
    </>
  );
}

/** Why apart: whoever shows the items elsewhere shows the keys there, too. */
function AccountKeys({ onClose }: { onClose: () => void }) {
  const { id } = useMe();
  return <LateKeysDialog subject={id} onClose={onClose} />;
}

function Items({ onKeys }: { onKeys: () => void }) {
  const icon = { size: 16, stroke: 1.7 };
  return (
    <>
      <Menu.Item leftSection={<IconSun {...icon} />} onClick={() => chooseScheme('light')}>
        {words.light}
      </Menu.Item>
      <Menu.Item leftSection={<IconMoon {...icon} />} onClick={() => chooseScheme('dark')}>
        {words.dark}
      </Menu.Item>
      <Menu.Item leftSection={<IconDeviceDesktop {...icon} />} onClick={() => chooseScheme('auto')}>
        {words.asSystem}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconKey {...icon} />} onClick={onKeys}>
        {keyWords.menu}
      </Menu.Item>
      <Menu.Item leftSection={<IconLogout {...icon} />} onClick={() => void signOut()}>
        {words.signOut}
      </Menu.Item>
    </>
  );
}

Account.Items = Items;
Account.Keys = AccountKeys;

function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== '');
  return parts
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('');
}
