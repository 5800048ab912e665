export { type DemoOptions, type DemoWorkspace, loadDemo } from './load-demo.ts';
export { type DemoSignIn, demoPassword, demoSignIns, demoSlug, publishedSignIns } from './sign-ins.ts';
