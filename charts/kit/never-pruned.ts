/**
 * For what takes data with it when it goes: GitOps tools (Argo CD, Flux) neither prune it when it leaves dist/ nor delete
 * it with their application. The data behind it may be all there is; a person deletes it, and knows.
 */
export const neverPruned: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};
