import type { Bakery } from '../../model/bakery';

/** A check that something fails on purpose. */
export interface Exception {
  /** `CIS GKE`: of CIS GKE 1.9, what checkov has no check for; test/infra/cis.test.ts judges those. */
  readonly judge: 'checkov' | 'kube-score' | 'CIS GKE';
  readonly check: string;
  /**
   * In dist/infra of a Terraform address, or of a type; in dist/charts of `<kind> <namespace>/<name>`, with
   * ` container <name>` behind it where the check is about one. Each pattern must need the exception, if there is
   * anything that it fits.
   */
  readonly objects: readonly RegExp[];
  /** Where the check is about several things, which of them. */
  readonly words?: RegExp;
  /** Only bakeries of this kind need it. */
  readonly where?: (bakery: Bakery) => boolean;
  readonly reason: string;
}

/** All that runs Octez but a signer, and their containers, init containers too. */
const octez = [
  /^StatefulSet \S+-baking\/baker( container (import|identity|upgrade-storage|configure|find-peers|wallet|node|baker))?$/,
  /^StatefulSet \S+-baking\/accuser( container accuser)?$/,
  /^StatefulSet \S+-baking\/endorser( container (wallet|endorser))?$/,
  /^StatefulSet \S+-baking\/sentry-[a-z]+( container (import|identity|upgrade-storage|configure|node))?$/,
  /^StatefulSet \S+-baking\/dal-node( container (forget-config|dal-node))?$/,
];
const tunnels = [/^StatefulSet \S+-baking\/signer-gateway container tunnel-[a-z0-9-]+$/];
/** What signs here: Octez' signer, Signatory, or the guard with its tunnels. */
const gateway =
  /^StatefulSet \S+-baking\/signer-gateway( container (place-keys|signer|signatory|guard|tunnel-[a-z0-9-]+))?$/;
/** What watches. */
const watching =
  /^StatefulSet \S+-monitoring\/(prometheus|alertmanager|kube-state-metrics|chain-exporter|heartbeat)( container \S+)?$/;
/** What pays delegators. */
const payoutGuard = /^StatefulSet \S+-payouts\/payout-guard( container \S+)?$/;
const paying = [
  payoutGuard,
  /^CronJob \S+-payouts\/(payouts|reveal)-[a-z0-9-]+( container \S+)?$/,
  /^CronJob \S+-payouts\/payout-site( container \S+)?$/,
];
const pods = [...octez, gateway, watching, ...paying];
const withHotWallet = ({ payouts }: Bakery) => payouts?.section.custody.hot !== undefined;
const beatsInBucket = ({ settings }: Bakery) => settings.monitoring.own?.heartbeat?.bucket !== undefined;
const publishes = ({ site }: Bakery) => site !== undefined;
const withoutKms = ({ settings }: Bakery) => settings.custody.kms === undefined;
const daemons = [
  /^StatefulSet \S+-baking\/baker container baker$/,
  /^StatefulSet \S+-baking\/accuser container accuser$/,
  /^StatefulSet \S+-baking\/endorser container endorser$/,
];

const cpuLimits =
  'a limit of CPU would throttle a baker in the very second it forges a block; requests share the CPU fairly';
const pullPolicy =
  'a tag names a release; asking the registry at every start would keep a baker down for as long as the registry is';
const lowUid =
  "1000 is the user that the images of Octez and of the tunnels are made for; what a higher number guards against, sharing a user with files of the host, takes a mount of the host's, and Pod Security `restricted` refuses those";

/** All of them. Whatever else these judges find in dist/ is a mistake; so is a row of which they find nothing any more. */
export const exceptions: readonly Exception[] = [
  {
    judge: 'checkov',
    check: 'CKV_GCP_65',
    objects: [/^google_container_cluster\.bakery$/],
    where: ({ settings }) => settings.google.groups === undefined,
    reason:
      'Google Groups for RBAC need Cloud Identity or Workspace, which a solo baker has not; `google.groups` turns them on',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_84',
    objects: [/^google_artifact_registry_repository\.\w+$/],
    reason:
      'the mirrors hold images that everybody may pull anyway; a key of our own would hide nothing, and disabled it would stop every pull, in the middle of a fail-over too',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_83',
    objects: [/^google_pubsub_topic\.upgrades$/],
    reason: "what GKE tells of upgrades is no secret: versions and names, which stand in the project's log too",
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_78',
    objects: [/^google_storage_bucket\.heartbeat_bucket$/],
    where: beatsInBucket,
    reason: 'its one object is written anew each minute, and says the time: older versions of it are worth nothing',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_62',
    objects: [/^google_storage_bucket\.heartbeat_bucket$/],
    where: beatsInBucket,
    reason: 'a log of who has read the time of a heartbeat would be another bucket, of which nobody reads anything',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_62',
    objects: [/^google_storage_bucket\.payout_records$/],
    reason:
      "who may read or write it is one pod; what that does stands in its own log, and the project's audit log has who else asked",
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_62',
    objects: [/^google_storage_bucket\.site_bucket$/],
    where: publishes,
    reason: 'a log of visitors would say which of them looks at which account: nobody keeps one',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_62',
    objects: [/^google_storage_bucket\.site_archive$/],
    where: (bakery) => (bakery.site?.history.length ?? 0) > 0,
    reason: "one pod reads it, and whoever put something there stands in the project's audit log",
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_114',
    objects: [/^google_storage_bucket\.site_bucket$/],
    where: publishes,
    reason: 'the payout site is for everybody: its bucket holds what is published, and nothing else lies in it',
  },
  {
    judge: 'checkov',
    check: 'CKV_GCP_28',
    objects: [/^google_storage_bucket_iam_member\.site_public$/],
    where: publishes,
    reason: 'the payout site is for everybody; the role gets objects by their names, and cannot list them',
  },
  { judge: 'checkov', check: 'CKV_K8S_11', objects: pods, reason: cpuLimits },
  {
    judge: 'kube-score',
    check: 'container-resources',
    objects: pods,
    words: /^CPU limit is not set/,
    reason: cpuLimits,
  },
  { judge: 'checkov', check: 'CKV_K8S_15', objects: pods, reason: pullPolicy },
  { judge: 'kube-score', check: 'container-image-pull-policy', objects: pods, reason: pullPolicy },
  { judge: 'checkov', check: 'CKV_K8S_40', objects: octez, reason: lowUid },
  { judge: 'kube-score', check: 'container-security-context-user-group-id', objects: octez, reason: lowUid },
  { judge: 'checkov', check: 'CKV_K8S_40', objects: [gateway], where: withoutKms, reason: lowUid },
  { judge: 'checkov', check: 'CKV_K8S_40', objects: [payoutGuard], where: withHotWallet, reason: lowUid },
  {
    judge: 'kube-score',
    check: 'container-security-context-user-group-id',
    objects: [payoutGuard],
    where: withHotWallet,
    reason: lowUid,
  },
  {
    judge: 'kube-score',
    check: 'container-security-context-user-group-id',
    objects: [gateway],
    where: withoutKms,
    reason: lowUid,
  },
  {
    judge: 'checkov',
    check: 'CKV_K8S_43',
    objects: pods,
    reason:
      'the digests of model/images.yaml are empty until they are read from the registry; until then a tag names the release. The tag of the tunnels is the hash of what they are built from, in a repository whose tags stay',
  },
  ...['CKV_K8S_8', 'CKV_K8S_9'].map(
    (check): Exception => ({
      judge: 'checkov',
      check,
      objects: tunnels,
      reason:
        'a probe would be a stranger at the door of sshd every few seconds, of whom it lets in only some at once; whether a signer is there the guard asks through it, and an sshd that ends is started again',
    }),
  ),
  {
    judge: 'checkov',
    check: 'CKV_K8S_8',
    objects: daemons,
    reason:
      'these daemons answer no request that could tell life from death; without their node they wait (--keep-alive), or end (releases without that flag) and are started again',
  },
  {
    judge: 'checkov',
    check: 'CKV_K8S_9',
    objects: daemons,
    reason: 'nothing dials these daemons, so being ready would change nothing',
  },
  {
    judge: 'kube-score',
    check: 'container-ephemeral-storage-request-and-limit',
    objects: pods,
    reason:
      'requests are there; root filesystems are read-only and every emptyDir is in memory, but that of the payout site, which has a limit of its own; the log is left, which the kubelet rotates, and for which a limit would evict a baker',
  },
  {
    judge: 'kube-score',
    check: 'statefulset-has-servicename',
    objects: [...octez, gateway, watching, payoutGuard],
    reason:
      'it wants a headless Service; a node looks its peers up once, at its start, so they need an address that outlives their pod',
  },
  {
    judge: 'kube-score',
    check: 'pod-probes-identical',
    objects: [/^StatefulSet \S+-baking\/signer-gateway$/],
    where: withoutKms,
    reason:
      'one request tells both; it is the patience that differs: seconds until nobody dials it, minutes until it restarts',
  },
  {
    judge: 'kube-score',
    check: 'pod-probes-identical',
    objects: [/^StatefulSet \S+-baking\/baker$/, /^StatefulSet \S+-baking\/sentry-[a-z]+$/],
    where: ({ releases }) => !releases.node.hasIsBootstrappedRpc,
    reason:
      'Octez before 8.0 has no request that tells whether it is synced, only whether it answers; the patience differs',
  },
  {
    judge: 'kube-score',
    check: 'pod-probes-identical',
    objects: [/^StatefulSet \S+-monitoring\/(kube-state-metrics|chain-exporter|heartbeat)$/],
    reason:
      'whether it answers is all that can be asked; the patience differs, and what it depends on must not restart it',
  },
  ...['CKV_K8S_8', 'CKV_K8S_9'].map(
    (check): Exception => ({
      judge: 'checkov',
      check,
      objects: [/^StatefulSet \S+-payouts\/payout-guard container (signatory|signer)$/],
      reason:
        'what holds the wallets answers on the loopback of its pod alone, where no kubelet can ask; payout-guard asks it, and tells when it is gone',
    }),
  ),
  {
    judge: 'kube-score',
    check: 'pod-probes-identical',
    objects: [/^StatefulSet \S+-payouts\/payout-guard$/],
    reason: 'whether it answers is all that can be asked: one that is stopped must be there for a person to reconcile',
  },
  {
    judge: 'checkov',
    check: 'CKV_K8S_38',
    objects: [/^StatefulSet \S+-monitoring\/(prometheus|kube-state-metrics)$/],
    reason:
      'these two ask the API server: which nodes there are, and what becomes of pods; their roles read that and nothing else',
  },
  {
    judge: 'kube-score',
    check: 'networkpolicy-targets-pod',
    objects: [/^NetworkPolicy \S+-payouts\/deny-all$/],
    where: (bakery) => !bakery.has('payouts'),
    reason: 'a namespace denies everything before its first pod comes, and some bakeries put none there',
  },
  {
    judge: 'CIS GKE',
    check: '5.7.2',
    objects: [/^google_container_node_pool\.\w+$/],
    reason:
      "Linux auditd takes a privileged DaemonSet with the host's network and files on every node (k8s-node-tools, cos-auditd-logging.yaml): more of a risk to a baker than the log is worth. Kubernetes and Google log who asked for what; what a process does on a node goes unseen",
  },
  {
    judge: 'CIS GKE',
    check: '5.9.1',
    objects: [/^StorageClass \S+$/],
    reason:
      'Disks are encrypted at rest with keys of Google instead of own ones: a disabled or destroyed key would stop the baker and lose its watermarks with the disk. The parameter of a StorageClass is immutable, so the choice is for good',
  },
  {
    judge: 'CIS GKE',
    check: '5.9.2',
    objects: [/^google_container_node_pool\.\w+$/],
    reason:
      'Boot disks are encrypted at rest with keys of Google: they hold images and logs, no key and no watermark, and with a disabled key no node would start, in no zone',
  },
  {
    judge: 'CIS GKE',
    check: '5.10.3',
    objects: [/^google_container_node_pool\.\w+$/],
    reason:
      'GKE Sandbox is for programs of strangers: only images of the own registries run, in restricted pods, and a system call through gVisor is slow for a node whose work is its database',
  },
];
