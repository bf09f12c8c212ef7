// NestJS. npm install && npm install offloop && npm run build && npm start
import 'reflect-metadata';
import './tracing.js';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000, 'localhost');
console.log(`listening on ${await app.getUrl()}`);
