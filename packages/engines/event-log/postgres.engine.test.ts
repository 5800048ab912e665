import { describeEventLog } from './conformance.ts';
import { openEmbedded } from './open-embedded.fixture.ts';

describeEventLog('tables of a PostgreSQL of one\u2019s own', openEmbedded);
