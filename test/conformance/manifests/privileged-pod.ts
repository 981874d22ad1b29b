import { stringify } from 'yaml';

/** A pod that must not pass any judge. */
export const privilegedPod = stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'a' },
  spec: { containers: [{ name: 'a', image: 'a:1', securityContext: { privileged: true } }] },
});
