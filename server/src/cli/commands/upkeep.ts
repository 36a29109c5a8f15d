/**
 * `upkeep status`: how the tables of a product are kept up.
 */
import type { UpkeepDeed, UpkeepStatus } from '../../services/upkeep-status.ts';
import type { CommandContext } from '../command.ts';
import { renderFacts } from '../document-text.ts';
import { nodeOfProduct } from '../nodes.ts';
import { countOf, formatBytes, formatCount, type Listing } from '../output.ts';
import { argument } from '../text.ts';

export async function status(context: CommandContext): Promise<undefined> {
  const product = argument(context, 0);
  const node = await nodeOfProduct(context, product);
  const found = await node.call<Listing<UpkeepStatus>>('GET', '/api/v1/upkeep', {
    query: { product },
  });
  context.out.document(found, () => found.items.map(renderTable).join('\n\n'));
  return undefined;
}

function renderTable(status: UpkeepStatus): string {
  const { files, snapshots, unreachable, orphans, last, next } = status;
  const facts = [
    [
      'files',
      `${formatCount(files.count)} (${formatBytes(files.bytes)}), ${formatCount(files.small)} small; the next merge takes ${formatCount(files.mergeable)}`,
    ],
    [
      'snapshots',
      `${formatCount(snapshots.count)}${snapshots.oldest === null ? '' : ` since ${snapshots.oldest}`}; ${formatCount(snapshots.due)} due to go`,
    ],
    [
      'unreachable',
      `${countOf(unreachable.count, 'file')} that no version names any more, ${formatCount(unreachable.due)} due to go`,
    ],
    ['orphans', `${formatCount(orphans.due)} due to go`],
    [
      'merged',
      deedText(
        last.merged,
        ({ filesBefore, filesAfter }) => `${filesBefore} files into ${filesAfter}`,
      ),
    ],
    [
      'expired',
      deedText(
        last.expired,
        ({ snapshots: gone, files: freed }) => `${gone} snapshots, ${freed} files`,
      ),
    ],
    ['swept', deedText(last.swept, ({ files: gone }) => `${gone} files`)],
    ['visited', visitText(last.visited)],
    [
      'next visit',
      `after ${countOf(next.commitsLeft, 'more commit')}${next.round === null ? '' : `, or with the round at ${next.round}`}`,
    ],
  ] as const;
  return `${status.table}@${status.major}\n${renderFacts(facts)}`;
}

function deedText(deed: UpkeepDeed | null, say: (deed: UpkeepDeed) => string): string {
  return deed === null ? 'never' : `${deed.at}: ${say(deed)}`;
}

function visitText(visited: UpkeepStatus['last']['visited']): string {
  if (visited === null) return 'not since the node started';
  return visited.failed === null ? visited.at : `${visited.at}, failed: ${visited.failed}`;
}
