export { createGraphClient } from './graph-client.ts';
export { type DemoOptions, type DemoWorkspace, loadDemo } from './load-demo.ts';
export { type DemoSignIn, demoLoader, demoPassword, demoSignIns, publishedSignIns } from './sign-ins.ts';
