/**
 * The shortest way to use a product with a tool of one's own.
 */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Panel } from '../../components/Panel.tsx';
import type { Door } from './product-search.ts';
import { Snippets } from './Snippets.tsx';
import { useOpenProduct } from './use-product.ts';
import { useSnippets } from './use-snippets.ts';
import { words } from './words.ts';

export function ConnectPanel() {
  const { ref } = useOpenProduct();
  const [door, setDoor] = useState<Door>('weft');
  const snippets = useSnippets();
  return (
    <Panel
      title={words.connect}
      isFlush
      aside={
        <Link to="/p/$product/connect" params={{ product: ref }}>
          {words.allWays}
        </Link>
      }
    >
      <Snippets snippets={snippets} door={door} onDoor={setDoor} />
    </Panel>
  );
}
