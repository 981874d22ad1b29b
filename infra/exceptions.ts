/** A check of checkov's that a bakery fails on purpose. */
export interface Exception {
  readonly check: string;
  /** The Terraform address. */
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
];

/** Whether checkov may report this. In Terraform JSON it calls most resources `resource.<id>`, without their type. */
export function isException(check: string, resource: string): boolean {
  const id = resource.slice(resource.lastIndexOf('.') + 1);
  return exceptions.some((row) => row.check === check && row.resource.endsWith(`.${id}`));
}
