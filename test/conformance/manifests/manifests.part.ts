import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Part } from '../part';
import { kubernetesVersion } from '../tools/tools';
import { judgeByCheckov } from './checkov-verdict';
import { type DistObject, distBakeries, distObjects, objectFiles } from './dist-objects';
import { EXCEPTIONS_FILE, exceptionsOf } from './exceptions';
import type { Finding } from './findings';
import { kubeScore } from './kube-score';
import { judgeSchemas } from './kubeconform';
import { judgeKustomization } from './kustomize';
import { privilegedPod } from './privileged-pod';
import { judgeNode, judgeShell, nodeScripts, shellScripts } from './scripts';
import { reportProof, reportTableProof, reportVerdict } from './verdict';

/**
 * What others think of dist/charts: the API server's own schemas (kubeconform), good practice (kube-score, checkov),
 * the scripts in it (shellcheck, node), and whether kustomize brings in what lies there.
 */
export const manifests: Part = {
  name: 'manifests',
  budgetSeconds: 60,
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'bakery-manifests-'));
    try {
      await judge(context, distObjects(context.root), folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function judge(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  await judgeSchemas(context, objects, folder);
  await judgeShell(context, shellScripts(objects), folder);
  await judgeNode(context, nodeScripts(objects), folder);
  reportTableProof(context.report, 'exceptions of manifests');
  await judgeScores(context, folder);
  await judgeByCheckov(context, objects, folder);
  for (const bakery of distBakeries(context.root)) {
    await judgeKustomization(
      context,
      bakery,
      objects.filter((object) => object.bakery === bakery),
    );
  }
}

/** Bakery by bakery: kube-score must not take another bakery's object for the one that is missing here. */
async function judgeScores(context: Context, folder: string): Promise<void> {
  const { report, root } = context;
  const findings: Finding[] = [];
  let isRead = true;
  for (const bakery of distBakeries(root)) {
    const scores = await kubeScore(context, objectFiles(root, bakery), kubernetesVersion);
    findings.push(...scores.findings);
    if (scores.unread) {
      report.fail(`kube-score cannot read ${bakery}`, `dist/charts/${bakery}: ${scores.unread}`);
      isRead = false;
    } else report.pass('kube-score: objects judged', scores.objects);
  }
  // Of what it has not read, nobody can say which exceptions are needed.
  if (isRead)
    reportVerdict(report, { judge: 'kube-score', findings, rows: exceptionsOf('kube-score'), table: EXCEPTIONS_FILE });
  const proofFile = join(folder, 'privileged.yaml');
  writeFileSync(proofFile, privilegedPod);
  const proof = await kubeScore(context, [proofFile], kubernetesVersion);
  const refusal = proof.findings.find(({ check }) => check === 'container-security-context-privileged');
  reportProof(report, 'kube-score: a privileged container', refusal?.words);
}
