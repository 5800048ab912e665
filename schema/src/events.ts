export {
  createEventCheck,
  type EventCheck,
  type EventCheckFor,
  type EventFault,
  type EventVerdict,
} from './event-check.ts';
export { eventBreaks } from './event-compatibility.ts';
export { type TopicContract, topicContracts } from './topics.ts';
