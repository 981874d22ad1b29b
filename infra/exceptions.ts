/** A row of the checklists that a bakery fails on purpose. */
export interface Exception {
  /** checkov's id, or the item of CIS GKE 1.9 where checkov has none. */
  readonly check: string;
  /** The Terraform address or type; or the kind, of what runs in the cluster. */
  readonly resource: string;
  readonly reason: string;
}

/** All of them. Whatever else checkov finds is a mistake. */
export const exceptions: readonly Exception[] = [
  {
    check: 'CKV_GCP_65',
    resource: 'google_container_cluster.bakery',
    reason:
      'Google Groups for RBAC need Cloud Identity or Workspace, which a solo baker has not; `google.groups` turns them on',
  },
  {
    check: 'CIS GKE 5.7.2',
    resource: 'google_container_node_pool',
    reason:
      "Linux auditd takes a privileged DaemonSet with the host's network and files on every node (k8s-node-tools, cos-auditd-logging.yaml): more of a risk to a baker than the log is worth. Kubernetes and Google log who asked for what; what a process does on a node goes unseen",
  },
  {
    check: 'CIS GKE 5.9.1',
    resource: 'StorageClass',
    reason:
      'Disks are encrypted at rest with keys of Google instead of own ones: a disabled or destroyed key would stop the baker and lose its watermarks with the disk. The parameter of a StorageClass is immutable, so the choice is for good',
  },
  {
    check: 'CIS GKE 5.9.2',
    resource: 'google_container_node_pool',
    reason:
      'Boot disks are encrypted at rest with keys of Google: they hold images and logs, no key and no watermark, and with a disabled key no node would start, in no zone',
  },
  {
    check: 'CIS GKE 5.10.3',
    resource: 'google_container_node_pool',
    reason:
      'GKE Sandbox is for programs of strangers: only images of the own registries run, in restricted pods, and a system call through gVisor is slow for a node whose work is its database',
  },
];

/** Those that checkov can judge, and so must find: of the others it knows nothing. */
export const checkovExceptions = exceptions.filter(({ check }) => check.startsWith('CKV'));

/** Whether checkov may report this. In Terraform JSON it calls most resources `resource.<id>`, without their type. */
export function isException(check: string, resource: string): boolean {
  const id = resource.slice(resource.lastIndexOf('.') + 1);
  return checkovExceptions.some((row) => row.check === check && row.resource.endsWith(`.${id}`));
}
