import { isLegacy } from '../chain/chain-context';
import { encode, PREFIX } from '../kit/base58';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import type { NodeState } from './node-state';
import { findBlock, header, iso, metadata, operationPasses, passesOf, payloadHash, shellHeader } from './rpc-blocks';
import { contractRoutes, delegateBalance } from './rpc-contracts';
import { dalBlockRoutes } from './rpc-dal';
import { delegateRoutes } from './rpc-delegates';
import { helperRoutes } from './rpc-helpers';
import { attestationRights, bakingRights, constants, currentLevel, levelsInCurrentCycle } from './rpc-rights';
import type { Route } from './rpc-routes';

type Found = NonNullable<ReturnType<typeof findBlock>>;
export type BlockAnswer = (request: Request, block: Found, ...words: string[]) => Reply;

/** `/chains/main/blocks/<block>/...` (octez.md 3.3, 5). */
export function blockRoutes(state: NodeState): Route[] {
  const read = {
    ...contentRoutes(state),
    ...contextRoutes(state),
    ...contractRoutes(state),
    ...delegateRoutes(state),
    ...dalBlockRoutes(state),
  };
  return [...routesOf(state, 'GET', read), ...routesOf(state, 'POST', helperRoutes(state))];
}

function routesOf(state: NodeState, method: string, answers: Record<string, BlockAnswer>): Route[] {
  return Object.entries(answers).map(([path, answer]) => [
    method,
    `/chains/:chain/blocks/:block${path}`,
    (request, _chain, name, ...words) => {
      const block = findBlock(state, name);
      return block ? answer(request, block, ...words) : failure(404, 'store.not_found', { block: name });
    },
  ]);
}

function contentRoutes(state: NodeState): Record<string, BlockAnswer> {
  const { chainId } = state.config.network;
  const whole = (block: Found) => ({
    chain_id: chainId,
    hash: block.hash,
    header: header(state, block),
    metadata: metadata(state, block),
    operations: operationPasses(state, block),
  });
  const protocols = (block: Found) => ({
    protocol: block.protocol,
    next_protocol: metadata(state, block).next_protocol,
  });
  return {
    '': (_, block) => ok(whole(block)),
    '/hash': (_, block) => ok(block.hash),
    '/header': (_, block) => ok(header(state, block)),
    '/header/shell': (_, block) => ok(shellHeader(state, block)),
    '/metadata': (_, block) => ok(metadata(state, block)),
    '/protocols': (_, block) => ok(protocols(block)),
    '/operations': (_, block) => ok(operationPasses(state, block)),
    '/operations/:pass': (_, block, pass) => {
      const operations = operationPasses(state, block)[Number(pass)];
      return operations ? ok(operations) : failure(404, 'rpc.not_found');
    },
    '/operations/:pass/:index': (_, block, pass, index) =>
      found(operationPasses(state, block)[Number(pass)]?.[Number(index)]),
    '/operation_hashes': (_, block) => ok(hashesOf(block)),
    '/operation_hashes/:pass': (_, block, pass) => found(hashesOf(block)[Number(pass)]),
    '/operation_hashes/:pass/:index': (_, block, pass, index) => found(hashesOf(block)[Number(pass)]?.[Number(index)]),
    '/payload_hash': (_, block) => ok(encode(PREFIX.payload, payloadHash(block, chainId))),
    '/timestamp': (_, block) => ok(iso(block.timeMs)),
  };
}

const hashesOf = (block: Found) => passesOf(block).map((pass) => pass.map(({ hash }) => hash));
const found = (value: unknown): Reply => (value === undefined ? failure(404, 'rpc.not_found') : ok(value));

function contextRoutes(state: NodeState): Record<string, BlockAnswer> {
  const votingRights =
    (legacy: boolean): BlockAnswer =>
    (request, block) =>
      isLegacy(block.protocol) === legacy ? attestationRights(state, block, request) : failure(404, 'rpc.not_found');
  return {
    '/helpers/baking_rights': (request, block) => bakingRights(state, block, request),
    '/helpers/endorsing_rights': votingRights(true),
    '/helpers/attestation_rights': votingRights(false),
    '/helpers/levels_in_current_cycle': (request, block) => levelsInCurrentCycle(state, block, request),
    '/helpers/current_level': (_, block) => currentLevel(state, block),
    '/context/constants': () => constants(state),
    '/context/constants/parametric': () => constants(state),
    '/context/delegates/:delegate': (_, _block, delegate) => delegateFacts(state, delegate),
  };
}

function delegateFacts(state: NodeState, address: string): Reply {
  const balance = delegateBalance(state, address);
  if (balance === undefined) return failure(404, 'contract.manager.unregistered_delegate', { delegate: address });
  return ok({
    deactivated: false,
    full_balance: balance,
    current_frozen_deposits: balance,
    staking_balance: balance,
    grace_period: 0,
  });
}
