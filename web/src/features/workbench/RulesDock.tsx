/**
 * Why the answer looks as it does: each rule in a sentence, then under which agreement, policy and snapshot it was given.
 */
import { ActionIcon } from '@mantine/core';
import {
  IconEyeOff,
  IconFilter,
  IconLayoutGrid,
  IconRulerMeasure,
  IconStack2,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ResultProduct } from '../../lib/result-splitter.ts';
import classes from './RulesDock.module.css';
import type { Rule } from './shaping.ts';
import { words } from './words.ts';

const ICONS = {
  mask: IconEyeOff,
  hidden: IconEyeOff,
  rows: IconFilter,
  cells: IconLayoutGrid,
  limit: IconRulerMeasure,
};

export interface RulesDockProps {
  rules: readonly Rule[];
  products: readonly ResultProduct[];
  onClose: () => void;
}

export function RulesDock({ rules, products, onClose }: RulesDockProps) {
  return (
    <aside className={classes['dock']} aria-labelledby="rules-dock">
      <header className={classes['head']}>
        <h2 id="rules-dock">{words.whyStriped}</h2>
        <ActionIcon variant="subtle" size={26} aria-label={words.close} onClick={onClose}>
          <IconX size={16} stroke={1.7} />
        </ActionIcon>
      </header>
      <ul className={classes['rules']}>
        {rules.length === 0 ? <li>{words.unshaped}</li> : null}
        {rules.map((rule) => (
          <RuleLine key={`${rule.kind} ${rule.product} ${rule.subject}`} rule={rule} />
        ))}
        {products.map((product) => (
          <ProductLine key={`${product.product} ${product.contract}`} product={product} />
        ))}
      </ul>
    </aside>
  );
}

function RuleLine({ rule }: { rule: Rule }) {
  const Icon = ICONS[rule.kind];
  return (
    <li className={classes['rule']}>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      <span>
        <b className="mono">{rule.subject}</b>
        {rule.kind === 'rows' || rule.kind === 'cells' || rule.kind === 'limit' ? ': ' : ' '}
        {rule.text}
      </span>
    </li>
  );
}

function ProductLine({ product }: { product: ResultProduct }) {
  const { agreement, policy, snapshot } = product;
  return (
    <li className={classes['terms']}>
      <IconStack2 size={16} stroke={1.7} aria-hidden="true" />
      <span>
        <Link to="/p/$product" params={{ product: product.product }} className="mono">
          {product.product}
        </Link>
        :{' '}
        {agreement === null ? (
          words.ownProduct
        ) : (
          <>
            {words.agreement}{' '}
            <Link
              to="/agreements/$agreement"
              params={{ agreement }}
              className="mono"
              title={agreement}
            >
              {shortId(agreement)}
            </Link>
          </>
        )}
        , {words.policy(policy)}
        {snapshot === null ? null : (
          <>
            , {words.snapshot} <span className="mono">{snapshot}</span>
          </>
        )}
        {agreement === null ? null : (
          <>
            {'. '}
            <Link to="/p/$product/request" params={{ product: product.product }}>
              {words.askMore}
            </Link>
          </>
        )}
      </span>
    </li>
  );
}

/** Both ends of an id; the whole is in the title and behind the link. */
const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 7)}…${id.slice(-3)}` : id);
