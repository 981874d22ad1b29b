#!/usr/bin/env node
// By hand, with a way to the internet: whether the public networks still are what model/tezos/networks.ts says.
require('./bundle.cjs').loadWithPackages('synth/check-networks.ts').main();
