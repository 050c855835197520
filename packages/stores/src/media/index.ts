export { SharpInspector } from './sharp-inspector.ts'
