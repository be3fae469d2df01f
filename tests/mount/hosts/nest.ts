import type { Server } from 'node:http'
import { Controller, Get, Module, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import compress from '@fastify/compress'
import compression from 'compression'
import type { NextFunction, Request as ExpressRequest, Response as ExpressResponse } from 'express'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createAgentic, type Agentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import { fastifyAgentic } from 'agentic-node/fastify'
import { listening, settings, type Running, type StartHost } from './host.ts'

type Asked = { visitor?: string | null }

export const startNestOnExpress: StartHost = async (plan) => {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, { visitor }: ExpressRequest & Asked) => visitor ?? null,
  })
  const app = await NestFactory.create<NestExpressApplication>(appModule(), { logger: false })
  app.use((request: ExpressRequest & Asked, response: ExpressResponse, next: NextFunction) => {
    request.visitor = request.header('x-user') ?? null
    response.setHeader('x-frame-options', 'DENY')
    next()
  })
  if (plan.before !== 'nothing before it') {
    app.use(compression())
    app.useBodyParser('json', { limit: '4mb' }).useBodyParser('urlencoded', { extended: true })
  }
  app.use(expressAgentic(agentic))
  return started(app, agentic)
}

export const startNestOnFastify: StartHost = async (plan) => {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, { visitor }: FastifyRequest & Asked) => visitor ?? null,
  })
  const adapter = new FastifyAdapter()
  const app = await NestFactory.create<NestFastifyApplication>(appModule(), adapter, {
    logger: false,
  })
  // Nest brings parsers of its own.
  if (plan.before !== 'nothing before it') await app.register(compress)
  const fastify = app.getHttpAdapter().getInstance()
  fastify.decorateRequest('visitor', null)
  fastify.addHook('onRequest', async (request: FastifyRequest & Asked, reply: FastifyReply) => {
    reply.header('x-frame-options', 'DENY')
    request.visitor = request.headers['x-user']?.toString() ?? null
  })
  await app.register(fastifyAgentic<FastifyRequest & Asked>(agentic))
  return started(app, agentic)
}

/** Decorators are functions: written as calls, they need no compiler. */
function appModule() {
  class HomeController {
    home() {
      return 'Hello'
    }
  }
  Controller()(HomeController)
  const home = Object.getOwnPropertyDescriptor(HomeController.prototype, 'home')!
  Get()(HomeController.prototype, 'home', home)
  class AppModule {
    readonly name = 'app'
  }
  Module({ controllers: [HomeController] })(AppModule)
  return AppModule
}

async function started(app: INestApplication, agentic: Agentic): Promise<Running> {
  await app.listen(0, '127.0.0.1')
  const running = await listening(app.getHttpServer() as Server, agentic)
  return {
    ...running,
    close: async () => Promise.all([running.close(), app.close()]).then(() => {}),
  }
}
