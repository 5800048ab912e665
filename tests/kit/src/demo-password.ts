/** The password of the demo's people, as the start block prints it. */
export const demoPassword = 'tributary-demo';
