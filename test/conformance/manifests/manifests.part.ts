import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, rowsOf } from '../findings';
import type { Context, Part } from '../part';
import { judgeByCheckov } from './checkov-verdict';
import { kubeScore } from './kube-score';
import { judgeSchemas } from './kubeconform';
import { judgeKustomization } from './kustomize';
import { ANNOTATED, PLAIN, privilegedPods } from './privileged-pods';
import { type DistObject, distBakeries, distObjects, objectFiles, subjectsOf } from './read-objects';
import { judgeEndings, judgeNode, judgeShell, nodeScripts } from './scripts';
import { reportJudged, reportNothingProof, reportProof, reportTableProof, reportVerdict } from './verdict';

/**
 * What others think of dist/charts: the API server's own schemas (kubeconform), good practice (kube-score, checkov),
 * the scripts in it (shellcheck, node), and whether kustomize brings in what lies there.
 */
export const manifests: Part = {
  name: 'manifests',
  budgetSeconds: 20,
  async run(context) {
    const folder = context.scratch('part-manifests');
    await judge(context, distObjects(context.root), folder);
  },
};

async function judge(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  judgeFolders(context);
  await judgeSchemas(context, objects, folder);
  judgeEndings(context, objects);
  await judgeShell(context, objects, folder);
  await judgeNode(context, nodeScripts(objects), folder);
  reportTableProof(context.report, 'exceptions of manifests');
  reportNothingProof(context.report);
  await judgeScores(context, objects, folder);
  await judgeByCheckov(context, objects, folder);
  for (const bakery of distBakeries(context.root)) {
    await judgeKustomization(
      context,
      bakery,
      objects.filter((object) => object.bakery === bakery),
    );
  }
}

/** Whose folder is missing is judged by nobody. */
function judgeFolders({ report, root, bakeries }: Context): void {
  const there = distBakeries(root);
  for (const { name } of bakeries.filter((bakery) => !there.includes(bakery.name))) {
    report.fail(`no charts of ${name}`, `dist/charts/${name}: there is no such folder; run npm run synth`);
  }
}

/** Bakery by bakery: kube-score must not take another bakery's object for the one that is missing here. */
async function judgeScores(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  const { report, root } = context;
  const findings: Finding[] = [];
  let isRead = true;
  for (const bakery of distBakeries(root)) {
    const scores = await kubeScore(context, objectFiles(root, bakery), folder);
    findings.push(...scores.findings);
    if (scores.unread) {
      report.fail(`kube-score cannot read ${bakery}`, `dist/charts/${bakery}: ${scores.unread}`);
      isRead = false;
    } else reportJudged(report, 'kube-score: objects judged', scores.objects);
  }
  // Of what it has not read, nobody can say which exceptions are needed.
  const subjects = objects.flatMap(subjectsOf);
  if (isRead)
    reportVerdict(report, { judge: 'kube-score', subjects, findings, rows: rowsOf('kube-score', context.bakeries) });
  await proveScores(context, folder);
}

async function proveScores(context: Context, folder: string): Promise<void> {
  const proofFile = join(folder, 'privileged.yaml');
  writeFileSync(proofFile, privilegedPods);
  const proof = await kubeScore(context, [proofFile], folder);
  for (const pod of [PLAIN, ANNOTATED]) {
    const refusal = proof.findings.find(
      ({ check, object }) =>
        check === 'container-security-context-privileged' && object.startsWith(`Pod a/${pod} container`),
    );
    reportProof(context.report, `kube-score: a privileged container, ${pod}`, refusal?.words);
  }
}
