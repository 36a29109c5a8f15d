/**
 * Name, worst promise, version and hash, owner, and the one thing to do next.
 */

import { Button, Menu } from '@mantine/core';
import {
  IconArchive,
  IconBell,
  IconBellFilled,
  IconCheck,
  IconDots,
  IconKey,
  IconLink,
  IconPackage,
  IconTerminal2,
  IconUpload,
  IconUsers,
  IconVersions,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { promisesQuery } from '../../api/promises.ts';
import { mayDecide } from '../../api/rights.ts';
import { type Action, useActions } from '../../app/actions.ts';
import { useMe } from '../../app/session.tsx';
import { AccessState } from '../../components/AccessState.tsx';
import { Cloth } from '../../components/Cloth.tsx';
import { CopyButton, type Copying, copyWords, useCopy } from '../../components/CopyButton.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { PersonNames } from '../../components/PersonName.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { Status } from '../../components/Status.tsx';
import { type AccessHere, accessHere, refOf, servedOf } from './access-here.ts';
import classes from './ProductHeader.module.css';
import { measuredOf } from './ProductTabs.tsx';
import { RetireDialog } from './RetireDialog.tsx';
import { useFollow } from './use-follow.ts';
import { useKeeps, useOpenProduct, useOwnAgreements, usePurposeHere } from './use-product.ts';
import { tablesOf, useView } from './use-profile.ts';
import { consumersText, makerWords, olderVersion, ownerOf, stateText, words } from './words.ts';

const ICON = { size: 16, stroke: 1.7 };

export function ProductHeader() {
  const { product, contract } = useOpenProduct();
  return (
    <header className={classes['header']}>
      <Cloth domain={product.domain} size={56} />
      <div className={classes['who']}>
        <div className={classes['title']}>
          <h1>{product.title ?? product.product}</h1>
          <WorstPromise product={product.product} />
          {product.status === 'active' ? null : <Status kind="close">{product.status}</Status>}
        </div>
        <Facts />
        {contract.version === product.version ? null : (
          <p className={classes['older']}>
            {olderVersion(contract.version, product.version)}{' '}
            <Link to="/p/$product" params={{ product: product.product }}>
              {words.seeNewest}
            </Link>
          </p>
        )}
      </div>
      <Doing />
    </header>
  );
}

/** As much room as it takes on most pages: what is below it stays where it is. */
const WorstRoom = () => (
  <span className={classes['room']} aria-hidden="true">
    <Status kind="unknown" isRaised>
      {'\u00a0'}
    </Status>
  </span>
);

function WorstPromise({ product }: { product: string }) {
  const { data, isPending } = useQuery(promisesQuery(product));
  if (isPending) return <WorstRoom />;
  const found = data === undefined ? null : stateText(data.promises);
  if (found === null) return null;
  return (
    <Status kind={found.state} isRaised>
      {found.text}
    </Status>
  );
}

function Facts() {
  const { product, contract } = useOpenProduct();
  const { consumers } = measuredOf(product.facts);
  return (
    <div className={classes['facts']}>
      <code>{`${product.product}@${contract.version}`}</code>
      <span className={classes['hash']}>
        <code>{`sha256:${contract.hash.slice(0, 4)}…${contract.hash.slice(-4)}`}</code>
        <CopyButton label={words.copyHash} text={`sha256:${contract.hash}`} />
      </span>
      <span className={classes['owner']}>
        <Owner />
      </span>
      {consumers === null ? null : (
        <Link to="/p/$product/consumers" params={{ product: product.product }}>
          <IconUsers {...ICON} aria-hidden="true" /> {consumersText(consumers)}
        </Link>
      )}
    </div>
  );
}

function Owner() {
  const { product, contract } = useOpenProduct();
  const owner = ownerOf(contract.document, product.facts);
  if ('team' in owner) return owner.team;
  return owner.owners.length === 0 ? words.noOwner : <PersonNames ids={owner.owners} />;
}

/** To the workbench with the major in sight, for the purpose that it is looked at for. */
function useQueryLink(): LinkProps {
  const { product, contract } = useOpenProduct();
  const { purpose } = usePurposeHere(product.product);
  const from = refOf(product.product, contract.major, product.contracts);
  return useMemo(
    () => ({ to: '/workbench', search: { from, ...(purpose === null ? {} : { purpose }) } }),
    [from, purpose],
  );
}

/** Whether policies show the reader nothing of it. Why of one table alone: of several, another may be shown. */
function useIsHidden(): boolean {
  const { product, contract, model } = useOpenProduct();
  const tables = tablesOf(model, { ...contract, product: product.product, domain: product.domain });
  const { product: name, domain } = product;
  const { major } = contract;
  const [sight = { product: name, domain, table: product.name, major, properties: [] }] = tables;
  const { closed } = useView(sight);
  return tables.length === 1 && closed === 'policy';
}

function Doing() {
  const { product, contract, ref } = useOpenProduct();
  const me = useMe();
  const [isRetiring, setRetiring] = useState(false);
  const follow = useFollow(product.product);
  const agreements = useOwnAgreements(product.product);
  const here = accessHere(product, contract.major, agreements);
  const isHidden = useIsHidden() && here.access === 'agreed';
  const mayQuery = (here.access === 'agreed' && !isHidden) || here.access === 'open';
  const query = useQueryLink();
  useActions(useProductActions({ product: product.product, ref }, mayQuery ? query : null, follow));
  return (
    <div className={classes['doing']}>
      <span className={classes['access']}>
        <YourAccess here={here} isOwner={me.domains.includes(product.domain)} isHidden={isHidden} />
      </span>
      {follow?.error == null ? null : <ProblemBox error={follow.error} />}
      <div className={classes['buttons']}>
        <FollowButton follow={follow} />
        {mayQuery ? (
          <LinkButton link={query} leftSection={<IconTerminal2 {...ICON} />}>
            {words.query}
          </LinkButton>
        ) : (
          <LinkButton
            link={{ to: '/p/$product/request', params: { product: ref } }}
            leftSection={<IconKey {...ICON} />}
          >
            {words.request}
          </LinkButton>
        )}
        <More reference={ref} onRetire={() => setRetiring(true)} />
      </div>
      {isRetiring ? (
        <RetireDialog product={product.product} onClose={() => setRetiring(false)} />
      ) : null}
    </div>
  );
}

/** Why there before it is known: the button beside it, and the line below, stay where they are. */
function FollowButton({ follow }: { follow: ReturnType<typeof useFollow> }) {
  const isFollowed = follow?.isFollowed ?? false;
  return (
    <Button
      variant="default"
      className={classes['follow'] ?? ''}
      leftSection={isFollowed ? <IconBellFilled {...ICON} /> : <IconBell {...ICON} />}
      aria-pressed={isFollowed}
      disabled={follow === null}
      onClick={follow?.toggle}
    >
      {isFollowed ? words.following : words.follow}
    </Button>
  );
}

interface YourAccessProps {
  here: AccessHere;
  isOwner: boolean;
  isHidden: boolean;
}

function YourAccess({ here, isOwner, isHidden }: YourAccessProps): ReactNode {
  const { access, until, otherMajor } = here;
  if (isOwner) {
    return (
      <span className={classes['yours']}>
        <IconPackage {...ICON} aria-hidden="true" /> {words.isMine}
      </span>
    );
  }
  if (otherMajor !== null) return <YoursIsOther major={otherMajor} />;
  if (isHidden) {
    return (
      <span className={classes['yours']}>
        <IconKey {...ICON} aria-hidden="true" /> {words.yoursHidden}
      </span>
    );
  }
  if (access !== 'agreed' || until === null) return <AccessState access={access} />;
  return (
    <span className={classes['yours']}>
      <IconKey {...ICON} aria-hidden="true" /> {words.yoursTo(until)}
    </span>
  );
}

function YoursIsOther({ major }: { major: number }) {
  const { product } = useOpenProduct();
  const served = servedOf(product.contracts, major);
  return (
    <span className={classes['yours']}>
      <IconKey {...ICON} aria-hidden="true" />{' '}
      {served === undefined ? (
        words.yoursIs(major)
      ) : (
        <Link to="/p/$product" params={{ product: `${product.product}@${served.version}` }}>
          {words.yoursIs(major)}
        </Link>
      )}
    </span>
  );
}

interface CopyLinkProps {
  path: string;
  copying: Copying;
  children: ReactNode;
}

/** Why the menu stays open: it is where one reads that the link was copied. */
function CopyLink({ path, copying: { said, copy }, children }: CopyLinkProps) {
  const Icon = said === 'copied' ? IconCheck : IconLink;
  return (
    <Menu.Item
      closeMenuOnClick={false}
      leftSection={<Icon {...ICON} />}
      onClick={() => void copy(location.origin + path)}
    >
      {/* Why no role: a name is not made of what stands in a status. */}
      <span aria-live="polite">{said === null ? children : copyWords(said)}</span>
    </Menu.Item>
  );
}

function More({ reference, onRetire }: { reference: string; onRetire: () => void }) {
  const { product, contract } = useOpenProduct();
  const isRetired = product.status === 'retired';
  const isMaker = mayDecide(useMe(), product.domain) && !isRetired;
  const isKeeper = useKeeps(product.domain);
  const navigate = useNavigate();
  const newest = useCopy();
  const version = useCopy();
  const [name = reference] = reference.split('@');
  const byHand = newest.byHand ?? version.byHand;
  return (
    // Why it stays below the field to copy from: the focus comes back to where it was.
    <Menu position="bottom-end" width={260} closeOnClickOutside={byHand === null}>
      <Menu.Target>
        <Button variant="default" className={classes['more'] ?? ''} aria-label={words.more}>
          <IconDots {...ICON} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <CopyLink path={`/p/${name}`} copying={newest}>
          {words.copyNewest}
        </CopyLink>
        <CopyLink path={`/p/${name}@${contract.version}`} copying={version}>
          {words.copyVersion(contract.version)}
        </CopyLink>
        {product.access === 'agreed' ? (
          <Menu.Item
            leftSection={<IconKey {...ICON} />}
            onClick={() =>
              void navigate({ to: '/p/$product/request', params: { product: reference } })
            }
          >
            {words.requestOther}
          </Menu.Item>
        ) : null}
        {isKeeper && !isRetired ? (
          <Menu.Item
            leftSection={<IconUpload {...ICON} />}
            onClick={() =>
              void navigate({
                to: '/make/$product/upload',
                params: { product: name },
                search: contract.version === product.version ? {} : { major: contract.major },
              })
            }
          >
            {words.send}
          </Menu.Item>
        ) : null}
        {isMaker ? (
          <>
            <Menu.Item
              leftSection={<IconVersions {...ICON} />}
              onClick={() =>
                void navigate({ to: '/make/$product/version', params: { product: name } })
              }
            >
              {makerWords.newVersion}
            </Menu.Item>
            <Menu.Item leftSection={<IconArchive {...ICON} />} onClick={onRetire}>
              {makerWords.retire}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
      {byHand}
    </Menu>
  );
}

function useProductActions(
  { product, ref }: { product: string; ref: string },
  queryAt: LinkProps | null,
  follow: ReturnType<typeof useFollow>,
): Action[] {
  const navigate = useNavigate();
  const toggle = follow?.toggle;
  const isFollowed = follow?.isFollowed ?? false;
  return useMemo(() => {
    const request: Action = {
      id: 'product-request',
      label: words.requestOf(product),
      group: 'here',
      shortcut: 'r',
      run: () => void navigate({ to: '/p/$product/request', params: { product: ref } }),
    };
    const query: Action = {
      id: 'product-query',
      label: words.queryOf(product),
      group: 'here',
      shortcut: 'q',
      run: () => void navigate(queryAt ?? { to: '/workbench' }),
    };
    const following: Action[] =
      toggle === undefined
        ? []
        : [
            {
              id: 'product-follow',
              label: isFollowed ? words.unfollowOf(product) : words.followOf(product),
              group: 'here',
              shortcut: 'f',
              run: toggle,
            },
          ];
    return [request, ...(queryAt === null ? [] : [query]), ...following];
    // Why not by `follow`: it is made anew with each render, and so would be the whole registry.
  }, [product, ref, queryAt, navigate, isFollowed, toggle]);
}
