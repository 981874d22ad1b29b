import { exists, invalid } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';
import { policyRoutes } from './iam-policies';

/** IAM's service accounts; found by e-mail or number, in their project or in `-`. */
export function serviceAccounts(world: GoogleWorld): Routes {
  const path = 'projects/{project}/serviceAccounts/{account}';
  const find = ({ at }: Call): Json => {
    const all = world.under('iam/projects/');
    const found = all.find(({ email, uniqueId }) => email === at.account || uniqueId === at.account);
    return found ?? world.get(`iam/projects/${at.project}/serviceAccounts/${at.account}`);
  };
  return {
    'GET projects/{project}/serviceAccounts': ({ at }) => ({
      accounts: world.under(`iam/projects/${world.project(at.project!).id}/`),
    }),
    'POST projects/{project}/serviceAccounts': ({ at, body }) => {
      const project = world.project(at.project!);
      if (!/^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/.test(body.accountId)) throw invalid(`accountId: ${body.accountId}`);
      const email = `${body.accountId}@${project.id}.iam.gserviceaccount.com`;
      const name = `projects/${project.id}/serviceAccounts/${email}`;
      if (world.resources.has(`iam/${name}`)) throw exists(name);
      const { displayName = '', description } = body.serviceAccount ?? {};
      return world.addAccount(project, email, displayName, description);
    },
    [`GET ${path}`]: find,
    [`PATCH ${path}`]: (call) => {
      const { serviceAccount, updateMask = '' } = call.body;
      const account = find(call);
      for (const field of updateMask.split(',')) account[field] = serviceAccount[field];
      return account;
    },
    [`DELETE ${path}`]: (call) => {
      world.resources.delete(`iam/${find(call).name}`);
      return {};
    },
    ...policyRoutes(world, 'iam', path),
  };
}
