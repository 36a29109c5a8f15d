/**
 * Who is signed in, how the app looks, and the way out.
 */
import { Menu } from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { formatName } from '../lib/format.ts';
import classes from './Account.module.css';
import { chooseScheme } from './scheme.ts';
import { useMe } from './session.tsx';
import { signOut } from './sign-in.ts';

export function Account() {
  const me = useMe();
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className={classes['account']}>
          <span className="unseen">Account: </span>
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
        <Items />
      </Menu.Dropdown>
    </Menu>
  );
}

function Items() {
  const icon = { size: 16, stroke: 1.7 };
  return (
    <>
      <Menu.Item leftSection={<IconSun {...icon} />} onClick={() => chooseScheme('light')}>
        Light
      </Menu.Item>
      <Menu.Item leftSection={<IconMoon {...icon} />} onClick={() => chooseScheme('dark')}>
        Dark
      </Menu.Item>
      <Menu.Item leftSection={<IconDeviceDesktop {...icon} />} onClick={() => chooseScheme('auto')}>
        As the system
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout {...icon} />} onClick={() => void signOut()}>
        Sign out
      </Menu.Item>
    </>
  );
}

Account.Items = Items;

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
