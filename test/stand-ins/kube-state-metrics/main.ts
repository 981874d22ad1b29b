import { main } from './kube-state-metrics.program';

main();
