import { stringify } from 'yaml';

/** The container of both is privileged; the second one asks the judges not to say so. */
export const PLAIN = 'plain';
export const ANNOTATED = 'annotated';

const annotations = {
  'kube-score/ignore': 'container-security-context-privileged',
  'checkov.io/skip1': 'CKV_K8S_16=made up',
};

function privilegedPod(metadata: Readonly<Record<string, unknown>>): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'a', ...metadata },
    spec: { containers: [{ name: 'a', image: 'a:1', securityContext: { privileged: true } }] },
  });
}

/** Pods that must not pass any judge. */
export const privilegedPods = [privilegedPod({ name: PLAIN }), privilegedPod({ name: ANNOTATED, annotations })].join(
  '---\n',
);
