import { type LeftOutRow, type PostedRow, type RowKey, rowKinds } from '../payout-guard/payout-guard.contract';
import type { Json } from '../runtime/json';
import { type ComputedCycle, type ComputedFile, listOf, mutezOf, objectOf } from './computed-plan';

/**
 * What `generate-payouts --to-file` writes and `pay --from-file` reads: a list with one blueprint for each cycle, each
 * with all recipes, those that are not to be paid too.
 *
 * Source (tez-capital/tezpay a02dfa3): common/payouts.go (CyclePayoutBlueprint, PayoutRecipe), core/generate,
 * constants/enums/common.go (EPayoutInvalidReason).
 */
export function tezpayFile(text: string): ComputedFile {
  const blueprints = listOf(JSON.parse(text), 'the plan').map((each, i) => objectOf(each, `blueprint ${i}`));
  return {
    cycles: blueprints.map(cycleOf),
    approved: (isToBeSent) => {
      const kept = blueprints.map((blueprint) => ({
        ...blueprint,
        payouts: recipesOf(blueprint).filter((recipe) => isValid(recipe) && isToBeSent(keyOf(recipe))),
      }));
      return JSON.stringify(kept.filter(({ payouts }) => payouts.length > 0));
    },
  };
}

function cycleOf(blueprint: Json): ComputedCycle {
  const { cycle } = blueprint;
  if (!Number.isSafeInteger(cycle)) throw new Error('a blueprint is of no cycle');
  const recipes = recipesOf(blueprint);
  const stranger = recipes.find((recipe) => recipe.cycle !== cycle);
  if (stranger) throw new Error(`in the blueprint of cycle ${cycle} stands a recipe of cycle ${stranger.cycle}`);
  const delegators = recipes.filter(({ kind }) => kind === 'delegator reward');
  const sum = delegators.reduce((all, each) => all + mutezOf(each.delegator_balance, 'delegator_balance'), 0n);
  const total = mutezOf(blueprint.external_delegated_balance, 'external_delegated_balance');
  const isOwed = (recipe: Json) => isValid(recipe) || isOnlyUnsent(recipe);
  return {
    cycle: cycle as number,
    rows: recipes.filter(isOwed).map(rowOf),
    leftOut: recipes.filter((recipe) => !isOwed(recipe)).flatMap(leftOutOf),
    delegated: { sum, total },
  };
}

function recipesOf({ payouts = [] }: Json): readonly Json[] {
  return listOf(payouts ?? [], 'payouts').map((each, i) => objectOf(each, `payouts[${i}]`));
}

/** Tokens are never paid: the guard signs plain transfers alone. */
function isValid({ valid, tx_kind: kind }: Json): boolean {
  return valid === true && kind === 'tez';
}

/** Why tezpay does not send it now, which is no reason not to owe it: nobody decided that. */
const passing: readonly unknown[] = [
  'FAILED_TO_ESTIMATE_TX_COSTS',
  'FAILED_TO_ESTIMATE_BATCH',
  'NOT_ENOUGH_BONDS_FOR_TX_FEES',
  'NOT_ENOUGH_BONDS_FOR_BAKER_FEE',
];

/** It is posted, and not sent: it stays open, and is told, until a later run sends it, or a person closes it. */
function isOnlyUnsent({ valid, tx_kind: kind, note, amount, recipient }: Json): boolean {
  const isPayable = kind === 'tez' && mutezOf(amount ?? '0', 'amount') > 0n && recipient !== '';
  return valid !== true && isPayable && passing.includes(note);
}

function rowOf(recipe: Json): PostedRow {
  const amount = mutezOf(recipe.amount, 'amount');
  return { ...keyOf(recipe), amount: String(amount), bakerFee: String(mutezOf(recipe.fee ?? '0', 'fee')) };
}

/** What has no recipient that could be paid is in no record. */
function leftOutOf(recipe: Json): LeftOutRow[] {
  const key = keyOf(recipe);
  const amount = mutezOf(recipe.amount ?? '0', 'amount');
  const reason = typeof recipe.note === 'string' && recipe.note !== '' ? recipe.note : 'not paid in tez';
  return key.recipient === '' ? [] : [{ ...key, amount: String(amount > 0n ? amount : 0n), reason }];
}

function keyOf({ cycle, kind, delegator = '', recipient = '' }: Json): RowKey {
  const known = rowKinds.find((each) => each === kind);
  if (!known) throw new Error(`a recipe of kind ${JSON.stringify(kind)}`);
  return { cycle: cycle as number, kind: known, delegator: String(delegator), recipient: String(recipient) };
}
