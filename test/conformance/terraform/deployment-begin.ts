import { upgradeByGke } from '../../stand-ins/google/gke-upgrade';
import type { Project } from '../../stand-ins/google/google-world';
import { reportProof } from '../manifests/verdict';
import { listed } from './deployment';
import { passes, type Scene } from './deployment-scene';
import type { Stack } from './stacks';

/** One apply makes everything, unless one of Google's own accounts is not there yet: then a second one does. */
export async function firstApply(scene: Scene): Promise<boolean> {
  const { stack, google, project, deployment, report } = scene;
  const isEarly = scene.late && agentsNamedIn(stack, project).some((agent) => !project.agents.has(agent));
  const refusal = await deployment.apply(stack);
  if (!isEarly) {
    if (!passes(scene, 'apply', refusal)) return false;
    report.pass('deployments that one apply makes');
    return true;
  }
  const isMissed = refusal?.includes('Service account') && refusal.includes('does not exist');
  reportProof(report, "a grant to an account of Google's that is not there yet", isMissed ? refusal : '');
  google.world.makeLateAgents(project);
  if (!passes(scene, "apply, after Google's accounts have come", await deployment.apply(stack))) return false;
  report.pass("deployments that a second apply finishes, where Google's accounts come late");
  return true;
}

/** They carry the number of the project, which Terraform looks up. */
function agentsNamedIn({ text }: Stack, { number }: Project): string[] {
  const found = text.matchAll(/service-\$\{[^}]+\.number\}(@[a-z0-9-]+\.iam\.gserviceaccount\.com)/g);
  return [...new Set([...found].map(([, domain]) => `service-${number}${domain}`))];
}

/** GKE upgrades its clusters, turns features on and shows states that nobody asked for: no plan may follow from it. */
export async function staysAsItIs(scene: Scene): Promise<void> {
  const { stack, google, deployment, report } = scene;
  upgradeByGke(google.world);
  const { refusal, changes } = await deployment.plan(stack);
  if (!passes(scene, 'plan', refusal)) return;
  if (changes.length === 0) report.pass('deployments with nothing to do after an apply and an upgrade by GKE');
  else report.fail(`terraform plan: ${stack.name}, though nothing was edited`, `${stack.file}:\n${listed(changes)}`);
}

/** What Google was asked for, where it does harm that no plan shows. */
export function judgeWhatIsThere(scene: Scene): void {
  const { stack, google, project, report, late } = scene;
  for (const { name, config } of google.world.under('container/').filter((each) => each.config)) {
    if (config.kubeletConfig.cpuCfsQuota !== false) report.pass('node pools whose containers keep to their CPU limits');
    else report.fail(`${stack.name}: no CPU limits`, `${stack.file}: ${name}: GKE was sent cpuCfsQuota: false`);
  }
  const lost = [...project.agents].filter((agent) => isGke(agent) && rolesOf(scene, agent).length === 0);
  if (lost.length > 0) report.fail(`${stack.name}: GKE's account has lost its role`, `${stack.file}: ${lost}`);
  else report.pass("deployments that leave GKE's own grants alone");
  // Which exists in time only where the APIs were on before; the late one is day one's business.
  if (late || !stack.resources.some(({ type }) => takeRolesAway.has(type))) return;
  const left = rolesOf(scene, `${project.number}-compute@developer.gserviceaccount.com`);
  if (left.length === 0) report.pass('default service accounts without a role');
  else report.fail(`${stack.name}: the default service account`, `${stack.file}: it still has ${left}`);
}

/** One stack of a project takes its roles from the account that Google's machines have where nobody says otherwise. */
const takeRolesAway = new Set(['google_project_default_service_accounts', 'google_project_iam_member_remove']);

const isGke = (agent: string) => agent.endsWith('@container-engine-robot.iam.gserviceaccount.com');

function rolesOf({ google, project }: Scene, account: string): string[] {
  const grants = google.world.policies.members(`projects/${project.id}`);
  return grants.filter(({ member }) => member === `serviceAccount:${account}`).map(({ role }) => role);
}
