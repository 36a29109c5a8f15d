/**
 * The bench of this tab: it asks the mesh.
 */
import { openResult } from '../../api/open-result.ts';
import { stake } from '../../lib/at-stake.ts';
import { Bench } from './bench.ts';

export const bench = new Bench(openResult);

stake(() => bench.state().current?.store.status().state === 'running');
