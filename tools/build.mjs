import { build, install, say } from './prepare.mjs';

install();
build();
say('Built.');
