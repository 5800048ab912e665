import { describeEventLog } from './conformance.ts';
import { openEmbedded } from './open-embedded.fixture.ts';

describeEventLog('embedded event log', openEmbedded);
