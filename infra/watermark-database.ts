import { FirestoreDatabase } from '@cdktf/provider-google/lib/firestore-database';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { watermarkDatabase } from '../model/google/names';
import type { StackContext } from './stack-context';

/**
 * What was signed with the keys in Cloud KMS: the one thing that keeps two signers from signing a level twice. In an empty
 * database everything may be signed again, so neither Terraform nor a person deletes it in passing. It is never restored:
 * an old copy has forgotten the last marks.
 */
export function watermarks({ stack, bakery, project, api }: StackContext, signer: ServiceAccount): void {
  const database = new FirestoreDatabase(stack, 'watermarks', {
    name: watermarkDatabase(bakery.name),
    locationId: bakery.settings.google.region, // replicated over its zones
    type: 'FIRESTORE_NATIVE',
    deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
    dependsOn: api('firestore'),
    lifecycle: { preventDestroy: true },
  });
  new ProjectIamMember(stack, 'signer_watermarks', {
    project,
    role: 'roles/datastore.user', // docs/gcp_firestore.md of Signatory
    member: signer.member,
    // A database has no policy of its own (Firestore, "Configure conditions for database access").
    condition: { title: 'watermarks', expression: `resource.name=="${database.id}"` },
    dependsOn: api('cloudresourcemanager'),
  });
}
