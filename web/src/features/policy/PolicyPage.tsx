/**
 * One policy: its rules in words and as forms, its source, and who sees what by it.
 */

import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { productQuery } from '../../api/queries.ts';
import type { Domain } from '../../api/types.ts';
import { Cloth } from '../../components/Cloth.tsx';
import { PersonName } from '../../components/PersonName.tsx';
import { Phrase } from '../../components/Phrase.tsx';
import { ProblemBox } from '../../components/ProblemBox.tsx';
import { ProductRef } from '../../components/ProductRef.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useAskBeforeClosing } from '../../lib/at-stake.ts';
import { readStatements } from '../../lib/cedar-text.ts';
import { MeshPolicyPage } from './MeshPolicyPage.tsx';
import { PolicyDraft } from './PolicyDraft.tsx';
import classes from './PolicyPage.module.css';
import { domainQuery, type Policy, policyQuery, type Tagged } from './policy-queries.ts';
import { POLICY_VIEWS, type PolicyView } from './policy-search.ts';
import { usePolicyChange } from './use-policy.ts';
import { useVocabulary, type Vocabulary } from './use-vocabulary.ts';
import { WhoSees } from './WhoSees.tsx';
import { inForce, MESH, NO_POLICY, rulesDecide, words } from './words.ts';

export function PolicyPage() {
  const { product } = useParams({ from: '/policies/$product' });
  return product === MESH ? <MeshPolicyPage /> : <ProductPolicy key={product} product={product} />;
}

const VIEW_NAMES: Record<PolicyView, string> = {
  rules: words.rules,
  source: words.sourceView,
  who: words.who,
};

function ProductPolicy({ product }: { product: string }) {
  const stored = useQuery(policyQuery(product));
  const about = useQuery(productQuery(product));
  const domain = useQuery({ ...domainQuery(about.data?.domain ?? ''), enabled: about.isSuccess });
  const { vocabulary, error } = useVocabulary(product);
  const failed = stored.error ?? about.error ?? domain.error ?? error;
  if (failed !== null) {
    return (
      <ProblemBox
        error={failed}
        onRetry={() => void stored.refetch()}
        elsewhere={<Link to="/policies">{words.seeAll}</Link>}
      />
    );
  }
  if (
    stored.data === undefined ||
    about.data === undefined ||
    vocabulary === null ||
    domain.data === undefined
  )
    return <Skeleton height={600} lines={10} />;
  return (
    <div className={classes['page']}>
      <Header title={about.data.title} product={product} policy={stored.data.policy} />
      <Views product={product} stored={stored.data} vocabulary={vocabulary} domain={domain.data} />
    </div>
  );
}

interface ViewsProps {
  product: string;
  stored: Tagged<Policy>;
  vocabulary: Vocabulary;
  domain: Domain | null;
}

/** Why one change for all: a plan that was made over the rules holds over their text, too. */
function Views({ product, stored, vocabulary, domain }: ViewsProps) {
  const { view = 'rules' } = useSearch({ from: '/policies/$product' });
  const navigate = useNavigate({ from: '/policies/$product' });
  const change = usePolicyChange(product, stored);
  useAskBeforeClosing(change.draft.isChanged);
  const shown = { change, stored, vocabulary, domain };
  return (
    <Tabs
      value={view}
      onChange={(next) => {
        const chosen = POLICY_VIEWS.find((one) => one === next) ?? 'rules';
        void navigate({ search: (old) => ({ ...old, view: chosen }), replace: true });
      }}
      keepMounted={false}
    >
      <Tabs.List aria-label={words.viewAs}>
        {POLICY_VIEWS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {VIEW_NAMES[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <View of="rules">
        <PolicyDraft {...shown} isSource={false} />
      </View>
      <View of="source">
        <PolicyDraft {...shown} isSource />
      </View>
      <View of="who">
        <WhoSees product={product} columns={vocabulary.columns} />
      </View>
    </Tabs>
  );
}

function View({ of, children }: { of: PolicyView; children: ReactNode }) {
  return (
    <Tabs.Panel value={of} className={classes['view'] ?? ''}>
      {children}
    </Tabs.Panel>
  );
}

function Header({ title, product, policy }: { title: string; product: string; policy: Policy }) {
  const [domain = ''] = product.split('.');
  return (
    <header className={classes['head']}>
      <Cloth domain={domain} size={40} />
      <div>
        <h1>{finding(title, policy)}</h1>
        <p className={classes['facts']}>
          <ProductRef product={product} />
          {policy.version === 0 ? (
            <span>{NO_POLICY}</span>
          ) : (
            <span>
              <Phrase
                parts={inForce(
                  policy.version,
                  policy.updatedAt,
                  <PersonName id={policy.updatedBy} hasId={false} />,
                )}
              />
            </span>
          )}
        </p>
      </div>
    </header>
  );
}

function finding(title: string, { version, cedar }: Policy): string {
  const count = readStatements(cedar ?? '')?.length ?? 0;
  if (version === 0 || count === 0) return words.openTo(title);
  return rulesDecide(count, title);
}
