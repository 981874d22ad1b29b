import { pause } from '../kit/program';

/** STAND_IN_WAIT_FACTOR makes all waits of the payout programs shorter. */
export const waitMs = (milliseconds: number) => milliseconds * Number(process.env.STAND_IN_WAIT_FACTOR ?? 1);
export const scaled = (milliseconds: number) => pause(waitMs(milliseconds));
