import { protocolAt } from '../chain/chain-context';
import { decode, decodeAny, encode, PREFIX } from '../kit/base58';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import { forgeManager, type ManagerContent, parseManager } from '../kit/manager-bytes';
import { signatureBytes, verifies } from '../kit/secret-keys';
import type { NodeState } from './node-state';
import type { BlockAnswer } from './rpc-block-routes';

interface Given {
  readonly branch: string;
  readonly contents: readonly ManagerContent[];
  readonly signature?: string;
  readonly protocol?: string;
}

/** `.../helpers/...` that are asked by POST: forging, simulations, pre-application. None changes anything. */
export function helperRoutes(state: NodeState): Record<string, BlockAnswer> {
  const { book } = state.gossip;
  const run: BlockAnswer = ({ body }, block) => {
    const { operation, chain_id } = JSON.parse(body) as { operation?: Given; chain_id?: string };
    if (!operation || !chain_id || !operation.signature) return unreadable('operation, chain_id, signature');
    return simulate(state, operation, block.hash);
  };
  return {
    '/helpers/forge/operations': ({ body }, block) =>
      readable(() => {
        const { branch, contents } = JSON.parse(body) as Given;
        if (contents.some(({ kind }) => (kind as string) === EVIDENCE.kind)) return ok(evidence(branch, contents));
        return ok(forgeManager(branch, contents, book.factsAfter(block).proofs).toString('hex'));
      }),
    '/helpers/scripts/run_operation': run,
    // Since 012 (RPC.ml): 7.5 has no such RPC. Where caches are, more gas may be used than there; here there are none.
    '/helpers/scripts/simulate_operation': (request, block) =>
      book.factsAfter(block).legacy ? failure(404, 'rpc.not_found') : run(request, block),
    '/helpers/preapply/operations': (request, block) => preapply(state, request, block.hash),
  };
}

/** dal_entrapment_evidence_case of operation_repr.ml. */
const EVIDENCE = { kind: 'dal_entrapment_evidence', tag: 24 };

/** Its tag where Octez has it, and behind it the words themselves: nobody here reads them. */
function evidence(branch: string, contents: unknown): string {
  const words = Buffer.from(JSON.stringify(contents));
  return Buffer.concat([decode(PREFIX.block, branch), Buffer.from([EVIDENCE.tag]), words]).toString('hex');
}

/** Everything but the signature is checked. */
function simulate(state: NodeState, given: Given, at: string): Reply {
  return readable(() => {
    const outcome = outcomeOf(state, given, at);
    return 'error' in outcome ? { status: 500, json: [outcome.error] } : ok({ contents: outcome.contents });
  });
}

function outcomeOf(
  { gossip }: NodeState,
  { branch, contents }: Given,
  at: string,
): { error: object } | { contents: object[] } {
  const block = gossip.tree.get(at) ?? gossip.tree.head;
  const facts = gossip.book.factsAfter(block);
  // Through its bytes: what they do not hold is no part of an operation.
  const unsigned = forgeManager(branch, contents, facts.proofs);
  const operation = parseManager(Buffer.concat([unsigned, Buffer.alloc(64)]), facts.proofs);
  const receipts = gossip.book.simulated(operation, block);
  if (!Array.isArray(receipts)) return { error: receipts };
  return { contents: operation.contents.map((content, i) => ({ ...content, metadata: receipts[i] })) };
}

/** A list of signed operations, each with its protocol: also their signatures are checked. */
function preapply(state: NodeState, { body }: Request, at: string): Reply {
  const { gossip, context } = state;
  const block = gossip.tree.get(at) ?? gossip.tree.head;
  const { proofs, name } = gossip.book.factsAfter(block);
  return readable(() => {
    const results: object[] = [];
    for (const given of JSON.parse(body) as Given[]) {
      if (context && given.protocol !== protocolAt(context, block.level + 1)) return unreadable('protocol');
      const signature = given.signature && decodeAny(given.signature) ? signatureBytes(given.signature) : undefined;
      if (!signature) return unreadable('signature');
      const outcome = outcomeOf(state, given, at);
      if ('error' in outcome) return { status: 500, json: [outcome.error] };
      const [first] = given.contents;
      const key = first.public_key ?? gossip.book.after(block).get(first.source)?.key ?? '';
      const signed = Buffer.concat([Buffer.from([3]), forgeManager(given.branch, given.contents, proofs)]);
      if (!verifies(key, signed, signature)) return failure(500, `proto.${name}.operation.invalid_signature`);
      results.push({ contents: outcome.contents, signature: encode(PREFIX.sig, signature) });
    }
    return ok(results);
  });
}

const unreadable = (what: string): Reply => ({ status: 400, text: `Failed to parse the request body: ${what}` });

/** What cannot be read is the asker's fault: 400 (resto). */
function readable(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    return unreadable((error as Error).message);
  }
}
