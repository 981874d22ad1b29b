import { reportProof } from '../manifests/verdict';
import { type Change, listed, type Plan } from './deployment';
import { largerPool, otherCluster, unguarded, withoutBudget } from './deployment-edits';
import { passes, type Scene } from './deployment-scene';

const GRANT = 'google_project_iam_member';

/** One line of the stack, and one grant that somebody has taken away by hand: a plan of these two, which applies. */
export async function editInPlace(scene: Scene): Promise<void> {
  const { deployment, report } = scene;
  const grant = scene.stack.resources.find(({ type }) => type === GRANT);
  if (grant) scene.google.world.policies.revoke(`projects/${scene.project.id}`, grant.config.role);
  const { stack, address } = largerPool(scene.stack);
  const { refusal, changes } = await deployment.plan(stack);
  if (!passes(scene, 'plan of an edit', refusal)) return;
  const missed = changes.filter((change) => change.address.startsWith(`${GRANT}.`));
  if (grant) reportProof(report, 'a grant that somebody took away by hand', listed(missed));
  const isInPlace = onlyUpdates(changes, address) && missed.every(({ actions }) => `${actions}` === 'create');
  if (isInPlace) report.pass('edits that change a node pool in place and nothing else');
  else report.fail(`terraform plan: ${stack.name} with a larger pool`, `${stack.file}:\n${listed(changes)}`);
  if (!(await applyAmongOthers(scene, () => deployment.applyPlan(stack)))) return;
  nothingToDo(scene, await deployment.plan(stack));
}

function onlyUpdates(changes: readonly Change[], address: string): boolean {
  const others = changes.filter((change) => !change.address.startsWith(`${GRANT}.`));
  return others.length === 1 && others[0]?.address === address && `${others[0]?.actions}` === 'update';
}

/** Somebody else changes the project's policy between the provider's reading and its writing. */
async function applyAmongOthers(scene: Scene, apply: () => Promise<string | undefined>): Promise<boolean> {
  const { google, project, report, stack } = scene;
  const { policies } = google.world;
  const [place, role, member] = [`projects/${project.id}`, 'roles/viewer', 'user:other@example.com'];
  policies.meanwhile = () => policies.grant(place, role, member);
  if (!passes(scene, 'apply of an edit', await apply())) return false;
  const wasRead = policies.meanwhile === undefined;
  policies.meanwhile = undefined;
  if (!wasRead) report.pass('edits that touch no policy of the project');
  else if (policies.has(place, role, member))
    report.pass('grants of others, made during an apply, that are still there');
  else report.fail(`${stack.name}: a grant of somebody else`, `${stack.file}: an apply has overwritten it`);
  return true;
}

function nothingToDo(scene: Scene, { refusal, changes }: Plan): void {
  const { report, stack } = scene;
  if (!passes(scene, 'plan after an edit', refusal)) return;
  if (changes.length === 0) report.pass('deployments with nothing to do after an edit');
  else report.fail(`terraform plan: ${stack.name} after an edit`, `${stack.file}:\n${listed(changes)}`);
}

/** Another cluster would mean other nodes; without the guard Terraform would plan exactly that. */
export async function refuseReplacement(scene: Scene): Promise<void> {
  const { deployment, report } = scene;
  const { stack, address } = otherCluster(scene.stack);
  const { refusal, changes } = await deployment.plan(stack, { remembered: true });
  const isRefused = refusal?.includes('Instance cannot be destroyed') && refusal.includes(address);
  const said = refusal ?? listed(changes);
  if (isRefused) report.pass('plans to replace a cluster that Terraform refuses as a whole');
  else report.fail(`terraform plan: ${stack.name} would replace its cluster`, `${stack.file}: ${said}`);
  const bare = await deployment.plan(unguarded(stack), { remembered: true });
  const isReplaced = bare.changes.some((each) => each.address === address && each.actions.includes('delete'));
  reportProof(report, 'a cluster without prevent_destroy that is replaced', isReplaced ? listed(bare.changes) : '');
}

/** A budget goes with its line in the bakery file, and only while the provider that made it is there. */
export async function takeBudgetAway(scene: Scene): Promise<void> {
  const { deployment, report, stack } = scene;
  if (!stack.resources.some(({ type }) => type === 'google_billing_budget')) return;
  const bare = await deployment.plan(withoutBudget(stack, { provider: false }), { remembered: true });
  reportProof(report, 'a budget that goes together with its provider', bare.refusal);
  const { refusal, changes } = await deployment.plan(withoutBudget(largerPool(stack).stack, { provider: true }));
  if (!passes(scene, 'plan without a budget', refusal)) return;
  const said = listed(changes);
  if (changes.length !== 1 || !said.startsWith('google_billing_budget.budget: delete '))
    return report.fail(`terraform plan: ${stack.name} without its budget`, `${stack.file}:\n${said}`);
  if (passes(scene, 'apply without a budget', await deployment.applyPlan(stack))) report.pass('budgets that go again');
}
