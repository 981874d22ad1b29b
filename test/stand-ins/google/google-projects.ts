import { GoogleError, invalid } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

/** Resource Manager: who a project is, who may do what in it, and new ones. */
export function resourceManager(world: GoogleWorld): Routes {
  const policyOf = ({ at }: Call) => `projects/${world.project(at.project!).id}`;
  return {
    'GET projects/{project}': ({ at }) => {
      const { id, number, made } = world.project(at.project!);
      const createTime = '2026-01-01T00:00:00.000Z';
      return { projectId: id, projectNumber: number, name: id, lifecycleState: 'ACTIVE', createTime, ...made };
    },
    'POST projects': ({ body }) => {
      world.makeProject(body);
      const name = `operations/cp.${world.next()}`;
      return world.operation(name, { name, done: false }, { name, done: true, response: body });
    },
    'GET operations/{operation}': ({ path }) => world.operationNamed(path),
    'POST projects/{project}:getIamPolicy': (call) => world.policies.read(policyOf(call)),
    'POST projects/{project}:setIamPolicy': (call) => {
      const { policy, updateMask } = call.body;
      const before = world.policies.get(policyOf(call));
      // Without a mask audit configuration stays as it is.
      const keeps = updateMask?.includes('auditConfigs') ? {} : { auditConfigs: before.auditConfigs };
      return world.policies.set(policyOf(call), { ...policy, ...keeps });
    },
  };
}

/** Cloud Billing: which account pays; whoever asks may use every account. */
export function cloudBilling(world: GoogleWorld): Routes {
  const info = ({ at }: Call) => {
    const { id, billing } = world.project(at.project!);
    const paid = billing === '' ? {} : { billingAccountName: `billingAccounts/${billing}`, billingEnabled: true };
    return { name: `projects/${id}/billingInfo`, projectId: id, ...paid };
  };
  return {
    'GET projects/{project}/billingInfo': info,
    'PUT projects/{project}/billingInfo': (call) => {
      world.project(call.at.project!).billing = call.body.billingAccountName.replace('billingAccounts/', '');
      return info(call);
    },
    'POST billingAccounts/{account}:testIamPermissions': ({ body }) => ({ permissions: body.permissions }),
  };
}

/** The most that one request turns on (Service Usage, services.batchEnable). */
const BATCH = 20;

/** APIs that no project has without an account that pays; there are more. */
const PAID = /^(compute|container)\./;

/** Service Usage: which APIs are on. */
export function serviceUsage(world: GoogleWorld): Routes {
  const service = (project: string, api: string) => ({ name: `projects/${project}/services/${api}`, state: 'ENABLED' });
  const finished = (response: Json) => {
    const name = `operations/acf.p2-${world.next()}`;
    return world.operation(name, { name, done: false }, { name, done: true, response });
  };
  const enable = (projectName: string, apis: string[]) => {
    const project = world.project(projectName);
    for (const api of apis)
      if (!/^[a-z0-9]+\.googleapis\.com$/.test(api))
        throw invalid(`Not found or permission denied for service(s): ${api}.`);
    if (project.billing === '' && apis.some((api) => PAID.test(api))) {
      throw new GoogleError(400, `Billing account for project '${project.number}' is not found.`, {
        status: 'FAILED_PRECONDITION',
      });
    }
    for (const api of apis) world.enable(project, api);
    return finished({ services: apis.map((api) => service(project.number, api)) });
  };
  return {
    'GET projects/{project}/services/{api}': ({ at }) => service(world.project(at.project!).number, at.api!),
    'GET projects/{project}/services': ({ at, query }) => {
      const project = world.project(at.project!);
      if (query.get('filter') !== 'state:ENABLED') throw invalid('the stand-in lists APIs that are on, and no others');
      return { services: [...project.apis].map((api) => service(project.number, api)) };
    },
    'POST projects/{project}/services:batchEnable': ({ at, body }) => {
      const apis: string[] = body.serviceIds ?? [];
      if (apis.length < 1 || apis.length > BATCH)
        throw invalid(`service_ids: between 1 and ${BATCH}, not ${apis.length}`);
      return enable(at.project!, apis);
    },
    'POST projects/{project}/services/{api}:enable': ({ at }) => enable(at.project!, [at.api!]),
    'POST projects/{project}/services/{api}:disable': ({ at }) => {
      world.project(at.project!).apis.delete(at.api!);
      return finished({});
    },
    'POST projects/{project}/services/{api}:generateServiceIdentity': ({ at }) => {
      const project = world.project(at.project!);
      if (!project.apis.has(at.api!))
        throw new GoogleError(400, `${at.api} is not enabled`, { status: 'FAILED_PRECONDITION' });
      return finished({ email: world.makeAgent(project, at.api!) });
    },
    'GET operations/{operation}': ({ path }) => world.operationNamed(path),
  };
}
