export { type Config, loadConfig } from './config/config.ts'
export { type RunningServer, type ServerOptions, startServer } from './server/start-server.ts'
