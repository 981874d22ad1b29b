import { runProgram } from '../runtime/run-program';
import { HEARTBEAT_CONFIG, type HeartbeatConfig } from './heartbeat.contract';
import { startHeartbeat } from './start-heartbeat';

/** `heartbeat [--config <file>]`: writes an object each minute, as long as monitoring works, until it is ended. */
runProgram<HeartbeatConfig>({ configFile: HEARTBEAT_CONFIG, start: (config, log) => startHeartbeat(config, log) });
