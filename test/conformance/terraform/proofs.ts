import { reportProof } from '../manifests/verdict';
import type { Report } from '../part';
import { judgeNames, sharedNames } from './judge-names';
import { resolveReferences } from './references';
import { canonical, edited, isCanonical, type Json, type Stack, stackOf } from './stacks';

/** Each judge of ours is shown a copy of a stack with one thing wrong in it. */
export function prove(report: Report, stack: Stack): void {
  const refusals = { ...references(stack), ...names(stack), ...twins(stack), ...format(stack) };
  for (const [what, refusal] of Object.entries(refusals)) reportProof(report, what, refusal);
}

type Refusals = Record<string, string | undefined>;

/** A copy of the stack with blocks of some types in the place of those it has. */
function withBlocks(stack: Stack, blocks: Json): Stack {
  return edited(stack, ({ resource }) => Object.assign(resource, blocks));
}

function references(stack: Stack): Refusals {
  const dangling = (block: Json) =>
    resolveReferences(withBlocks(stack, { made_up: { proof: block } })).dangling.find(({ place }) =>
      place.includes('made_up'),
    )?.words;
  const expression = (text: string) => `\${${text}}`;
  const gone = 'google_compute_network.gone.id';
  return {
    'a dangling reference': dangling({ network: expression(gone) }),
    'a dangling reference deep in an expression': dangling({ a: [`b-${expression(`join("}", [upper(${gone})])`)}`] }),
    'a dangling reference to data': dangling({ project: expression('data.google_project.gone.number') }),
    'a dangling depends_on': dangling({ depends_on: ['google_project_service.gone'] }),
  };
}

function names(stack: Stack): Refusals {
  const refusal = (type: string, block: Json) =>
    judgeNames(withBlocks(stack, { [type]: { proof: block } })).problems.find(
      ({ object }) => object === `${type}.proof`,
    )?.words;
  return {
    'a name that is too long': refusal('google_secret_manager_secret', { secret_id: 'x'.repeat(256) }),
    'a name that is too short': refusal('google_service_account', { account_id: 'short' }),
    'a name with capitals': refusal('google_compute_network', { name: 'Vpc' }),
    'a tag that is no name': refusal('google_container_node_pool', { node_config: { tags: ['a', 'b_c'] } }),
    'a name that no row knows': refusal('google_compute_network', { peering: { peer_name: 'a' } }),
    'a resource type without a row': refusal('google_made_up', { name: 'a' }),
  };
}

function twins(stack: Stack): Refusals {
  const secret = { secret_id: 'same' };
  const both = withBlocks(stack, { google_secret_manager_secret: { one: secret, two: secret } });
  return {
    'two resources of one name': sharedNames([both])[0]?.words,
    'two stacks of a project with one name': sharedNames([stack, { ...stack, name: `${stack.name}-2` }])[0]?.words,
  };
}

function format(stack: Stack): Refusals {
  const reread = (text: string) => (isCanonical(stackOf(stack.name, stack.file, text)) ? undefined : 'not canonical');
  return {
    'a stack on one line': reread(JSON.stringify(stack.json)),
    'a block that is there twice': reread(
      canonical(stack.json).replace(/\n {2}"resource": \{/, '\n  "resource": {},$&'),
    ),
  };
}
