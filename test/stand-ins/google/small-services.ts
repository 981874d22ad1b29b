import { collectionRoutes } from './google-collection';
import { exists, invalid } from './google-error';
import type { Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';
import { policyRoutes } from './iam-policies';

const SECRETS = 'projects/{project}/secrets';

/** Secret Manager: secrets without their versions, which no stack holds. */
export function secretManager(world: GoogleWorld): Routes {
  return {
    ...collectionRoutes(world, {
      service: 'secretmanager',
      path: SECRETS,
      idParameter: 'secretId',
      idPattern: /^[a-zA-Z0-9_-]{1,255}$/,
      make: (sent) => {
        if (!sent.replication) throw invalid('secret.replication: must be set');
        return { ...sent, etag: '"1"' };
      },
      immutable: ['replication'],
      remove: () => {},
    }),
    ...policyRoutes(world, 'secretmanager', `${SECRETS}/{name}`),
  };
}

const POLICY = 'projects/{project}/policy';

/** Binary Authorization: one policy for each project, which is always there. */
export function binaryAuthorization(world: GoogleWorld): Routes {
  const full = (path: string) => `binaryauthorization/${path}`;
  const byDefault = (name: string): Json => ({
    name,
    globalPolicyEvaluationMode: 'ENABLE',
    defaultAdmissionRule: { evaluationMode: 'ALWAYS_ALLOW', enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
  });
  return {
    [`GET ${POLICY}`]: ({ path }) => world.resources.get(full(path)) ?? byDefault(path),
    [`PUT ${POLICY}`]: ({ path, body }) => {
      if (!body.defaultAdmissionRule) throw invalid('policy.default_admission_rule: must be set');
      const policy = { ...body, name: path, updateTime: new Date().toISOString() };
      world.resources.set(full(path), policy);
      return policy;
    },
  };
}

const TOPIC = 'projects/{project}/topics/{topic}';

/** Pub/Sub: topics, which a cluster tells of its upgrades. */
export function pubsub(world: GoogleWorld): Routes {
  const full = (path: string) => `pubsub/${path}`;
  return {
    [`PUT ${TOPIC}`]: ({ path, body, at }) => {
      if (!/^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/.test(at.topic!)) throw invalid(`Invalid [topics] name: ${at.topic}`);
      if (world.resources.has(full(path))) throw exists(path);
      const topic = { ...body, name: path, state: 'ACTIVE' };
      world.resources.set(full(path), topic);
      return topic;
    },
    [`GET ${TOPIC}`]: ({ path }) => world.get(full(path)),
    [`PATCH ${TOPIC}`]: ({ path, body, query }) => {
      const topic = world.get(full(path));
      for (const field of (query.get('updateMask') ?? '').split(',').filter(Boolean)) topic[field] = body.topic[field];
      return topic;
    },
    [`DELETE ${TOPIC}`]: ({ path }) => {
      world.get(full(path));
      world.resources.delete(full(path));
      return {};
    },
    ...policyRoutes(world, 'pubsub', TOPIC),
  };
}

const EXCLUSIONS = 'projects/{project}/exclusions';
/** projects.exclusions: name. */
const EXCLUSION_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** What the sink _Default of a project does not take. */
function exclusions(world: GoogleWorld): Routes {
  const one = `${EXCLUSIONS}/{exclusion}`;
  const kept = (path: string) => `logging/${path}`;
  return {
    [`POST ${EXCLUSIONS}`]: ({ path, body }) => {
      if (!EXCLUSION_NAME.test(body.name ?? '')) throw invalid('exclusion.name');
      if (!body.filter) throw invalid('exclusion.filter');
      const name = kept(`${path}/${body.name}`);
      if (world.resources.has(name)) throw exists(body.name);
      world.resources.set(name, { ...body });
      return world.get(name);
    },
    [`GET ${one}`]: ({ path }) => world.get(kept(path)),
    [`PATCH ${one}`]: ({ path, body, query }) => {
      const exclusion = world.get(kept(path));
      for (const field of (query.get('updateMask') ?? '').split(',').filter(Boolean)) exclusion[field] = body[field];
      return exclusion;
    },
    [`DELETE ${one}`]: ({ path }) => {
      world.get(kept(path));
      world.resources.delete(kept(path));
      return {};
    },
  };
}

/** Cloud Logging: the bucket that every project has, and what does not get there. */
export function logging(world: GoogleWorld): Routes {
  const bucket = 'projects/{project}/locations/global/buckets/_Default';
  const shown = (path: string): Json =>
    world.resources.get(`logging/${path}`) ?? { name: path, retentionDays: 30, lifecycleState: 'ACTIVE' };
  return {
    [`GET ${bucket}`]: ({ path }) => shown(path),
    [`PATCH ${bucket}`]: ({ path, body, query }) => {
      if (query.get('updateMask') !== 'retentionDays') throw invalid('the stand-in changes retentionDays alone');
      if (!(body.retentionDays >= 1 && body.retentionDays <= 3650)) throw invalid('retention_days: from 1 to 3650');
      world.resources.set(`logging/${path}`, { ...shown(path), retentionDays: body.retentionDays });
      return shown(path);
    },
    ...exclusions(world),
  };
}

const BUDGETS = 'billingAccounts/{account}/budgets';

/** Cloud Billing Budgets: of a billing account, named by Google. */
export function billingBudgets(world: GoogleWorld): Routes {
  return {
    [`POST ${BUDGETS}`]: ({ path, body }) => {
      if (!/^\d+$/.test(body.amount?.specifiedAmount?.units ?? '')) throw invalid('budget.amount');
      for (const project of body.budgetFilter?.projects ?? []) world.project(project.replace('projects/', ''));
      const name = `${path}/${world.next()}`;
      const filter = { calendarPeriod: 'MONTH', creditTypesTreatment: 'INCLUDE_ALL_CREDITS', ...body.budgetFilter };
      const amount = { specifiedAmount: { currencyCode: 'USD', ...body.amount.specifiedAmount } };
      const rules = body.thresholdRules?.map((rule: Json) => ({ spendBasis: 'CURRENT_SPEND', ...rule }));
      world.resources.set(`budgets/${name}`, {
        notificationsRule: {},
        ...body,
        name,
        amount,
        budgetFilter: filter,
        thresholdRules: rules,
      });
      return world.get(`budgets/${name}`);
    },
    [`GET ${BUDGETS}/{budget}`]: ({ path }) => world.get(`budgets/${path}`),
    [`PATCH ${BUDGETS}/{budget}`]: ({ path, body, query }) => {
      const budget = world.get(`budgets/${path}`);
      for (const field of (query.get('updateMask') ?? '').split(',').filter(Boolean)) {
        const key = field.split('.')[0]!;
        budget[key] = body[key];
      }
      return budget;
    },
    [`DELETE ${BUDGETS}/{budget}`]: ({ path }) => {
      world.get(`budgets/${path}`);
      world.resources.delete(`budgets/${path}`);
      return {};
    },
  };
}
