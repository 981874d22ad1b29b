import { isLegacy } from '../chain/chain-context';
import { encode, PREFIX } from '../kit/base58';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import type { NodeState } from './node-state';
import { findBlock, header, iso, metadata, operationPasses, payloadHash, shellHeader } from './rpc-blocks';
import { dalBlockRoutes } from './rpc-dal';
import { delegateRoutes } from './rpc-delegates';
import { attestationRights, bakingRights, constants, currentLevel } from './rpc-rights';
import type { Route } from './rpc-routes';

type Found = NonNullable<ReturnType<typeof findBlock>>;
type BlockAnswer = (request: Request, block: Found, ...words: string[]) => Reply;

/** `/chains/main/blocks/<block>/...` (octez.md 3.3, 5). */
export function blockRoutes(state: NodeState): Route[] {
  return Object.entries({
    ...contentRoutes(state),
    ...contextRoutes(state),
    ...delegateRoutes(state),
    ...dalBlockRoutes(state),
  }).map(([path, answer]) => [
    'GET',
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
    '/operation_hashes': (_, block) => ok([block.operations.map(({ hash }) => hash)]),
    '/payload_hash': (_, block) => ok(encode(PREFIX.payload, payloadHash(block, chainId))),
    '/timestamp': (_, block) => ok(iso(block.timeMs)),
  };
}

function contextRoutes(state: NodeState): Record<string, BlockAnswer> {
  const votingRights =
    (legacy: boolean): BlockAnswer =>
    (request, block) =>
      isLegacy(block.protocol) === legacy ? attestationRights(state, block, request) : failure(404, 'rpc.not_found');
  return {
    '/helpers/baking_rights': (request, block) => bakingRights(state, block, request),
    '/helpers/endorsing_rights': votingRights(true),
    '/helpers/attestation_rights': votingRights(false),
    '/helpers/current_level': (_, block) => currentLevel(state, block),
    '/context/constants': () => constants(state),
    '/context/constants/parametric': () => constants(state),
    '/context/delegates/:delegate': (_, _block, delegate) => delegateFacts(state, delegate),
    '/context/contracts/:address/balance': (_, _block, address) => ok(balanceOf(state, address) ?? '0'),
  };
}

const balanceOf = (state: NodeState, address: string) =>
  state.context?.delegates.find(({ delegate }) => delegate === address)?.balance;

function delegateFacts(state: NodeState, address: string): Reply {
  const balance = balanceOf(state, address);
  if (balance === undefined) return failure(404, 'contract.manager.unregistered_delegate', { delegate: address });
  return ok({
    deactivated: false,
    full_balance: balance,
    current_frozen_deposits: balance,
    staking_balance: balance,
    grace_period: 0,
  });
}
