import type { k8s } from 'cdk8s-plus-27';

/** User and group of the Octez images (`USER tezos`, by name: the kubelet wants the number). */
const OCTEZ_UID = 1000;

/** Of images without a user of their own: above all that a host gives to somebody. */
export const STRANGER_UID = 65532;

/** A pod that Pod Security `restricted` accepts. The user is a number: `runAsNonRoot` cannot check a name. */
export function podSecurity(uid: number = OCTEZ_UID): k8s.PodSecurityContext {
  return {
    runAsUser: uid,
    runAsGroup: uid,
    runAsNonRoot: true,
    fsGroup: uid,
    // Walking every file of a chain on each start takes minutes.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A container that can write to its volumes only. */
export function containerSecurity(): k8s.SecurityContext {
  return { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
}
